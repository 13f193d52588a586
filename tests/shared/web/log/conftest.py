"""The made-up service over a fresh database of each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness
from tests.shared.web.log.notes import make_service


@pytest.fixture
def h(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Notes alone."""
    harness = Harness(databases, clock, tmp_path, make_service("training"))
    yield harness
    harness.close()
