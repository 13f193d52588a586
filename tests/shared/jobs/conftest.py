"""A database with the jobs table, and runners on it that end with the test."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from shared.core.clock import Clock, FixedClock
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs import JobHandler, Runner, Schedule, schema

MakeRunner = Callable[..., Runner]


def create_tables(database: Database) -> None:
    """Make the jobs table as a migration would."""
    with database.engine.begin() as connection:
        schema.create_v1(Operations(MigrationContext.configure(connection)))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    create_tables(database)
    yield database
    database.dispose()


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir,
        services=("training",),
        database_template="",
        base_url="http://127.0.0.1",
        secret_key="secret",
        testing=True,
    )


@pytest.fixture
def make_runner(database: Database, settings: Settings, clock: FixedClock) -> Iterator[MakeRunner]:
    """Return a function that makes a runner; each is stopped after the test."""
    made: list[Runner] = []

    def make(
        handlers: Mapping[str, JobHandler],
        *schedules: Schedule,
        on: Database = database,
        clock: Clock = clock,
        queue_url: str = "",
        **options: Any,
    ) -> Runner:
        options.setdefault("sweep_every", 0.2)
        runner = Runner(replace(settings, queue_url=queue_url), clock, **options)
        runner.register("training", on, handlers, schedules)
        made.append(runner)
        return runner

    yield make
    for runner in made:
        runner.stop()
