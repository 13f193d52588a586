"""The contracts service alone, over both engines, and what its tests are about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contracts.app import SERVICE
from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness
from tests.services.contracts.factories import World


@pytest.fixture
def harness(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Contracts over a fresh database of the engine under test."""
    one = Harness(databases, clock, tmp_path, SERVICE)
    yield one
    one.close()


@pytest.fixture
def world(harness: Harness) -> World:
    """A rep, their manager, legal, finance and a hospital, and short ways to make things."""
    return World(harness)
