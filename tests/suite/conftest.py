"""The whole suite over fresh databases of the engine under test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness
from wsgi import SERVICES


@pytest.fixture
def harness(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """All five services, empty."""
    harness = Harness(databases, clock, tmp_path, *SERVICES)
    yield harness
    harness.close()
