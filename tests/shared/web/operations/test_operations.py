"""Health and operations: what is wrong is said, and nothing that is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.core.clock import FixedClock
from shared.core.principals import Role
from shared.core.text import N_
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import FeedEvent
from shared.jobs import JobContext, JobRejected, enqueue
from shared.web.service import Service
from tests.databases import Databases
from tests.harness import Harness, assert_page
from tests.shared.web.log.notes import make_service, write_note


def _break(uow: UnitOfWork, event: FeedEvent) -> None:
    if event.data == {"text": "poison"}:
        raise ValueError("with a name in it: 李薇")


def _reject(context: JobContext) -> None:
    raise JobRejected(N_("The work stopped on an unexpected error"))


def _follower() -> Service:
    made = make_service("people", follows="training")
    handlers: Any = {"training": {"training.note.written.v1": _break}}
    return Service(**{**vars(made), "handlers": handlers, "jobs": {"test.reject": _reject}})


@pytest.fixture
def h(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Notes, and a follower that stumbles over one text."""
    harness = Harness(databases, clock, tmp_path, make_service("training"), _follower())
    yield harness
    harness.close()


def _operations(h: Harness, service: str = "people") -> str:
    return assert_page(h.client(Role.ADMINISTRATOR).get(f"/{service}/operations"), title="Operations")


def _lose_database(h: Harness) -> None:
    sqlite = h.suite.databases["training"].is_sqlite
    url = "sqlite:////nonexistent/x.db" if sqlite else "postgresql+psycopg://nobody@127.0.0.1:1/none"
    h.suite.apps["training"].database = Database(url)


def test_health_is_public_and_says_ready(h: Harness) -> None:
    answer = h.client().get("/training/health")
    assert (answer.status_code, answer.json) == (200, {"service": "training", "status": "ready"})


def test_health_says_503_and_names_only_the_database_when_it_does_not_answer(h: Harness) -> None:
    _lose_database(h)
    answer = h.client().get("/training/health")
    assert answer.status_code == 503
    assert answer.json == {"service": "training", "status": "unavailable", "failed": ["database"]}


def test_the_page_says_that_the_database_does_not_answer(h: Harness) -> None:
    _lose_database(h)
    answer = h.client(Role.ADMINISTRATOR).get("/training/operations")
    assert "The database does not answer" in assert_page(answer, status=503)


def test_a_schema_that_is_behind_is_said_to_be(h: Harness) -> None:
    assert "schema behind" not in _operations(h, "training")
    with h.suite.databases["training"].engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert "schema behind" in _operations(h, "training")


def test_a_feed_that_is_followed_to_its_end_is_up_to_date(h: Harness) -> None:
    write_note(h)
    assert "up to date" in _operations(h)


def test_a_stopped_feed_is_shown_with_its_position_lag_and_cause_but_no_personal_data(h: Harness) -> None:
    for text in ("fine", "poison", "never taken in"):
        write_note(h, text)
    h.suite.catch_up()
    text = _operations(h)
    assert "stopped" in text
    assert "position 1: ValueError" in text
    assert "李薇" not in text


def test_a_service_that_follows_nobody_says_so(h: Harness) -> None:
    assert "It follows no other service" in _operations(h, "training")


def test_a_failed_job_is_shown_with_kind_cause_and_attempts(h: Harness) -> None:
    assert "No job has failed" in _operations(h)
    with h.write("people") as uow:
        enqueue(uow, "test.reject", {}, now=h.clock.now(), created_by="system")
    h.suite.runner.run_due("people")
    text = _operations(h)
    assert "test.reject" in text
    assert "The work stopped on an unexpected error" in text
    assert "1 / 5" in text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.SYSTEM)])
def test_only_an_administrator_sees_operations(h: Harness, role: Role) -> None:
    assert h.client(role).get("/training/operations").status_code == 403


def test_the_page_speaks_chinese(h: Harness) -> None:
    assert_page(h.client(Role.ADMINISTRATOR, locale="zh").get("/people/operations"), title="运行状况")
