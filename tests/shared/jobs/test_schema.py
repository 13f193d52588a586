"""The migration step makes the table of the models, on both engines."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, MetaData, inspect

from shared.db.base import NAMING
from shared.db.uow import Database
from shared.jobs import Job, schema
from tests.databases import Databases


def _only_jobs() -> MetaData:
    metadata = MetaData(naming_convention=NAMING)
    Job.__table__.to_metadata(metadata)  # type: ignore[attr-defined]
    return metadata


def _details(engine: Engine) -> Any:
    """Return what Alembic does not compare: the checks and the conditions of indexes."""
    found = inspect(engine)
    checks = {check["name"]: check["sqltext"] for check in found.get_check_constraints("job")}
    conditions = {
        index["name"]: {
            key: str(value) for key, value in index["dialect_options"].items() if key.endswith("_where")
        }
        for index in found.get_indexes("job")
    }
    return checks, conditions


def test_the_step_makes_what_the_models_say(database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, _only_jobs()) == []


def test_checks_and_conditions_are_those_of_the_models(database: Database, databases: Databases) -> None:
    other = Database(databases.empty())
    _only_jobs().create_all(other.engine)
    assert _details(database.engine) == _details(other.engine)
    assert len(_details(other.engine)[0]) == 4
    other.dispose()


def test_the_step_is_undone_without_a_trace(database: Database) -> None:
    with database.engine.begin() as connection:
        schema.drop_v1(Operations(MigrationContext.configure(connection)))
    assert inspect(database.engine).get_table_names() == []
