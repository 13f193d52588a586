"""What an engine does about connections that were cut, and about what its errors say."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import shared.db.engine as engine_module
from shared.db.uow import Database


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_while_it_lay_idle_is_replaced_unseen(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "IDLE_SECONDS", 0.0)
    database, other = Database(database_url), Database(database_url)
    with database.read() as uow:
        backend = uow.session.scalar(text("SELECT pg_backend_pid()"))
    with other.write() as uow:
        assert uow.session.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
    with database.read() as uow:
        assert uow.session.scalar(text("SELECT pg_backend_pid()")) != backend
    database.dispose()
    other.dispose()


def test_the_text_of_an_error_holds_nothing_that_was_written(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(SQLAlchemyError) as caught, database.write() as uow:
        uow.session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "李薇"})
    assert "nowhere" in str(caught.value)
    assert "李薇" not in str(caught.value)
    database.dispose()
