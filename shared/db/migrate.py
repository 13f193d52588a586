"""Bringing a service's database to the schema its code expects."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, MetaData, inspect, text

from shared.db.uow import Database

# Alembic is imported where it is used: a start that has nothing to migrate does not wait for it.
if TYPE_CHECKING:
    from alembic.config import Config

_ENVIRONMENT = Path(__file__).parent / "environment"
# Advisory lock number under which one of several starting replicas migrates and the others wait.
_MIGRATION_LOCK = 7_302_001


class MigrationError(Exception):
    """A migration would leave rows that refer to nothing; it was taken back."""


@dataclass(frozen=True)
class Schema:
    """One service's tables: those of its code and the numbered migrations that lead there."""

    service: str
    metadatas: tuple[MetaData, ...]
    migrations: Path


def upgrade(database: Database, schema: Schema, *, to: str = "head") -> bool:
    """Run the migrations that are missing; return whether there were any. Safe to call at every start."""
    with database.engine.connect() as connection:
        if _current(connection) == _head(schema) and to == "head":
            return False
    from alembic import command

    with _migrating(database) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})
        command.upgrade(_config(schema, connection), to)
    return True


def downgrade(database: Database, schema: Schema, *, to: str = "base") -> None:
    """Undo migrations down to `to`: for tests and for a release that is taken back."""
    from alembic import command

    with _migrating(database) as connection:
        command.downgrade(_config(schema, connection), to)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """Open the one transaction in which the schema changes.

    SQLite alters a table by making it anew, which references to its rows would forbid: they are not looked at
    while that is done (https://www.sqlite.org/lang_altertable.html, section 7), and all of them before it is kept.
    """
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            yield connection
        return
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.execute(text("PRAGMA foreign_key_check")).first()
                if broken is not None:
                    raise MigrationError(f"rows of {broken[0]} would refer to nothing in {broken[2]}")
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()


def write_revision(database: Database, schema: Schema, message: str) -> None:
    """Write the next numbered migration from the difference between models and database."""
    from alembic import command

    number = f"{int(_head(schema) or 0) + 1:04d}"
    with database.engine.begin() as connection:
        command.revision(_config(schema, connection), message, autogenerate=True, rev_id=number)


def differences(database: Database, schema: Schema) -> list[Any]:
    """Return what Alembic would still change to reach the models: empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_object": is_ours},
        )
        return list(compare_metadata(context, list(schema.metadatas)))  # type: ignore[arg-type]


def is_ours(item: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    """Say whether Alembic is to compare it: not what an engine keeps for a full-text index, found by its name.

    SQLite keeps such an index in tables of its own, PostgreSQL over an expression; neither can be said in a model.
    """
    return not (reflected and "_fts" in (name or ""))


def is_new(database: Database) -> bool:
    """Say whether the database has never been migrated."""
    with database.engine.connect() as connection:
        return _current(connection) is None


def is_current(database: Database, schema: Schema) -> bool:
    """Say whether the database has every migration the code knows."""
    with database.engine.connect() as connection:
        return _current(connection) == _head(schema)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _head(schema: Schema) -> str | None:
    """Return the highest number: migrations are numbered, and a test holds that they have one head."""
    return max((path.name[:4] for path in schema.migrations.glob("[0-9]*.py")), default=None)


def _config(schema: Schema, connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT).replace("%", "%%"))
    config.set_main_option("version_locations", str(schema.migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadatas"] = list(schema.metadatas)
    return config
