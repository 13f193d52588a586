"""Databases for tests, on either engine: migrated once per service, then copied for each test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import event
from sqlalchemy.orm import Session

from shared.db.migrate import Schema, upgrade
from shared.db.uow import Database
from tests.postgres import PostgresServer


class Databases:
    """Hands out addresses of fresh databases; remembers a migrated template per engine and service."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine_name = "sqlite"
        self.server: PostgresServer | None = None
        self._templates: dict[tuple[str, str], str] = {}
        self._given: list[str] = []

    def empty(self) -> str:
        """Return the address of an empty database."""
        if self.engine_name == "sqlite":
            return f"sqlite:///{self.folder / uuid4().hex}.db"
        assert self.server is not None
        name = self.server.new_database()
        self._given.append(name)
        return self.server.url(name)

    def migrated(self, schema: Schema) -> str:
        """Return the address of a database that has this service's schema and no rows."""
        template = self._template(schema)
        if self.engine_name == "sqlite":
            copy = self.folder / f"{uuid4().hex}.db"
            shutil.copy(template, copy)
            return f"sqlite:///{copy}"
        assert self.server is not None
        name = self.server.new_database(template)
        self._given.append(name)
        return self.server.url(name)

    def _template(self, schema: Schema) -> str:
        key = (self.engine_name, schema.service)
        if key not in self._templates:
            if self.engine_name == "sqlite":
                place = str(self.folder / f"template-{schema.service}.db")
                url = f"sqlite:///{place}"
            else:
                assert self.server is not None
                place = self.server.new_database()
                url = self.server.url(place)
            database = Database(url)
            upgrade(database, schema)
            database.dispose()
            self._templates[key] = place
        return self._templates[key]

    def drop_all(self) -> None:
        """Drop what was handed out on PostgreSQL; SQLite files go with their folder."""
        while self._given:
            assert self.server is not None
            self.server.drop_database(self._given.pop())


@contextmanager
def count_statements(session: Session) -> Iterator[list[str]]:
    """Collect the SELECTs that a session sends meanwhile."""
    found: list[str] = []
    connection = session.connection()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)
