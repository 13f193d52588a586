"""A database with the log's tables and one audited table, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from shared.db.uow import Database
from shared.eventlog import SigningKey, load_or_create_key, schema
from tests.shared.eventlog.things import ThingBase


def create_log(database: Database) -> Database:
    """Make the tables as a service's migration does."""
    with database.engine.begin() as connection:
        schema.create_v1(Operations(MigrationContext.configure(connection)))
        ThingBase.metadata.create_all(connection)
    return database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with an empty log."""
    database = create_log(Database(database_url))
    yield database
    database.dispose()


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    """The signing key of the log under test."""
    return load_or_create_key(tmp_path / "keys", "things")
