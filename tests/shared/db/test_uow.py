"""What the unit of work promises, on both engines."""

from datetime import datetime

import pytest
from sqlalchemy import text

from shared.db.uow import Database


@pytest.fixture
def database(database_url: str) -> Database:
    database = Database(database_url)
    with database.write() as uow:
        uow.session.execute(text("CREATE TABLE thing (id INTEGER PRIMARY KEY)"))
    yield database
    database.dispose()


def _count(database: Database) -> int:
    with database.read() as uow:
        return uow.session.scalar(text("SELECT count(*) FROM thing"))


def test_what_is_written_is_there_after_the_block(database: Database) -> None:
    with database.write() as uow:
        uow.session.execute(text("INSERT INTO thing VALUES (1)"))
    assert _count(database) == 1


def test_an_error_leaves_nothing_behind_and_runs_no_hook(database: Database) -> None:
    ran = []
    with pytest.raises(RuntimeError), database.write() as uow:
        uow.after_commit(lambda: ran.append("after"))
        uow.session.execute(text("INSERT INTO thing VALUES (1)"))
        raise RuntimeError
    assert _count(database) == 0
    assert ran == []


def test_hooks_run_before_and_after_the_commit_in_that_order(database: Database) -> None:
    ran = []
    database.on_commit = lambda: ran.append(("on_commit", _count(database)))
    with database.write() as uow:
        uow.after_commit(lambda: ran.append(("after", _count(database))))
        uow.before_commit(lambda _: ran.append(("before", 0)))
        uow.session.execute(text("INSERT INTO thing VALUES (1)"))
    assert ran == [("before", 0), ("after", 1), ("on_commit", 1)]


def test_a_reading_unit_of_work_keeps_nothing(database: Database) -> None:
    with database.read() as uow:
        if database.is_sqlite:
            uow.session.execute(text("INSERT INTO thing VALUES (1)"))
        else:
            with pytest.raises(Exception, match="read-only"):
                uow.session.execute(text("INSERT INTO thing VALUES (1)"))
    assert _count(database) == 0


def test_a_naive_datetime_is_refused_by_the_column_type() -> None:
    from sqlalchemy.dialects import sqlite

    from shared.db.types import UtcDateTime

    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # noqa: DTZ001
