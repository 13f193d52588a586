"""Training over a fresh database, with people's feed at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.training.app import SERVICE
from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness


@pytest.fixture
def h(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Training alone."""
    harness = Harness(databases, clock, tmp_path, SERVICE)
    yield harness
    harness.close()
