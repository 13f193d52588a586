"""Eligibility alone over a fresh database, with feeds that the tests write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.eligibility.app import SERVICE
from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness
from tests.services.eligibility.feeders import World


@pytest.fixture
def h(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Eligibility alone."""
    harness = Harness(databases, clock, tmp_path, SERVICE)
    yield harness
    harness.close()


@pytest.fixture
def world(h: Harness) -> World:
    """People and what feeders say about them."""
    return World(h)
