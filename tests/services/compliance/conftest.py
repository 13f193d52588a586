"""The compliance service alone, with two officers and people to work on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.compliance.app import SERVICE
from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness
from tests.services.compliance.factories import World


@pytest.fixture
def h(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """The service over a fresh database."""
    harness = Harness(databases, clock, tmp_path, SERVICE)
    yield harness
    harness.close()


@pytest.fixture
def world(h: Harness) -> World:
    """Officers Zhou, Wu and Lin, and a rep."""
    return World(h)
