"""Fixtures that every test may use: both databases, a clock that stands still."""

import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.postgres import PostgresServer

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _stop_on_sigterm() -> None:
    """Let SIGTERM end the run the ordinary way, so that servers started by tests are stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, shared by all tests of this process."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Run the test once on each engine."""
    return str(request.param)


@pytest.fixture
def databases(_databases: Databases, engine_name: str, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Hand out databases of the engine under test; they are dropped afterwards."""
    if engine_name == "postgresql":
        _databases.server = request.getfixturevalue("postgres")
    _databases.engine_name = engine_name
    yield _databases
    _databases.drop_all()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The address of a fresh, empty database."""
    return databases.empty()


@pytest.fixture
def now() -> datetime:
    """The instant at which tests take place: Monday 21 September 2026, 10:00 in Shanghai."""
    return NOW


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at NOW until the test moves it."""
    return FixedClock(NOW)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder of its own for the test."""
    return tmp_path / "var"
