"""Due dates that cannot be met: asked for or found, decided once, followed by standing."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from services.training.assignments.models import Assignment
from services.training.exceptions.commands import (
    find_chunk,
    grant_exception,
    refuse_exception,
    request_exception,
)
from services.training.exceptions.models import DueException
from services.training.exceptions.queries import list_exceptions
from services.training.exceptions.rules import Cause, ExceptionStatus
from services.training.handlers import EXCEPTIONS_JOB
from services.training.parts.rules import SessionPart
from services.training.sessions.commands import end_as_cancelled
from services.training.sessions.models import TrainingSession
from services.training.sessions.rules import SessionKind
from shared.core.errors import Conflict, Forbidden, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, local_date
from shared.jobs import enqueue
from tests.harness import Harness, assert_page
from tests.services.training.factories import (
    ACTOR,
    AFTER_30,
    change,
    create_active,
    hire,
    open_assignment,
    stated,
    take,
)
from tests.services.training.session_factories import create_session


def ask(h: Harness, assignment: Assignment, days: int = 20) -> UUID:
    me = Principal(new_id(), "李薇", frozenset({Role.REP}), assignment.person_id)
    with h.write("training") as uow:
        found = uow.session.get_one(Assignment, assignment.id)
        wished = found.due_on + timedelta(days=days)
        return request_exception(uow, found, "住院手术", wished_on=wished, actor=me, now=h.clock.now()).id


def found(h: Harness) -> list[tuple[Cause, ExceptionStatus]]:
    with h.read("training") as uow:
        rows = uow.session.scalars(select(DueException).order_by(DueException.id))
        return [(one.cause, one.status) for one in rows]


def look(h: Harness) -> None:
    """Let the day's job run."""
    with h.write("training") as uow:
        enqueue(uow, EXCEPTIONS_JOB, {}, now=h.clock.now(), created_by="system")
    h.suite.runner.run_due("training")


def test_what_is_granted_moves_the_impediment_and_is_told_to_the_person(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=40))
    asked = ask(h, one, 30)
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == [(end_of_day(one.due_on), None)]
    new_due = one.due_on + timedelta(days=30)
    with h.write("training") as uow:
        exception = uow.session.get_one(DueException, asked)
        assignment = uow.session.get_one(Assignment, one.id)
        grant_exception(uow, exception, assignment, new_due, "住院属实", actor=ACTOR, now=h.clock.now())
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == [(end_of_day(new_due), None)]
    kinds = [event.message().kind for event in h.events("training", "training.notice.given.v1")]
    assert kinds == ["exception_granted"]
    text = assert_page(h.client(Role.REP, person_id=person.person_id).get(f"/training/assignments/{one.id}"))
    assert "Another date was granted" in text
    assert "住院手术" in text


def test_it_is_asked_once_at_a_time_and_not_decided_by_the_person_themselves(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    with pytest.raises(InvalidInput):
        ask(h, one, 0)
    asked = ask(h, one)
    with pytest.raises(Conflict):
        ask(h, one)
    own = Principal(new_id(), "李薇", frozenset({Role.TRAINER}), person.person_id)
    with h.write("training") as uow:
        exception = uow.session.get_one(DueException, asked)
        with pytest.raises(Forbidden):
            refuse_exception(uow, exception, "不同意延期", actor=own, now=h.clock.now())
        refuse_exception(uow, exception, "不同意延期", actor=ACTOR, now=h.clock.now())
    assert ask(h, one)
    assert found(h) == [(Cause.ASKED, ExceptionStatus.REFUSED), (Cause.ASKED, ExceptionStatus.REQUESTED)]


def test_a_rule_finds_who_is_on_leave_once_and_lets_go_of_what_is_settled(h: Harness) -> None:
    create_active(h)
    person, other = hire(h), hire(h)
    change(h, replace(person, tags=("on_leave",)))
    look(h)
    look(h)
    assert found(h) == [(Cause.LEAVE, ExceptionStatus.REQUESTED)]
    with h.read("training") as uow:
        assert uow.session.scalar(select(DueException.person_id)) == person.person_id
    take(h, open_assignment(h, person.person_id).id)
    look(h)
    assert found(h) == [(Cause.LEAVE, ExceptionStatus.WITHDRAWN)]
    h.clock.advance(timedelta(days=20))
    look(h)
    assert len(found(h)) == 1
    assert other.person_id


def test_a_course_that_takes_place_only_after_it_is_due_is_found_by_the_days_job(h: Harness) -> None:
    part = SessionPart("session", LocalizedText(zh="面授", en="Session"))
    create_active(h, due=replace(AFTER_30, days=10), parts=(part,))
    person = hire(h, hired_on=local_date(h.clock.now()))
    one = open_assignment(h, person.person_id)
    in_time = create_session(
        h, course_id=one.course_id, kind=SessionKind.LECTURE, starts_at=h.clock.now() + timedelta(days=9)
    )
    look(h)
    assert found(h) == []
    with h.write("training") as uow:
        session = uow.session.get_one(TrainingSession, in_time)
        end_as_cancelled(uow, session, "讲师临时生病，改期举行", actor=ACTOR, now=h.clock.now())
    create_session(
        h, course_id=one.course_id, kind=SessionKind.LECTURE, starts_at=h.clock.now() + timedelta(days=11)
    )
    look(h)
    assert found(h) == [(Cause.NO_SESSION, ExceptionStatus.REQUESTED)]


def test_finding_takes_one_query_however_many_there_are_and_the_queue_a_fixed_number(h: Harness) -> None:
    create_active(h)
    for _ in range(12):
        person = hire(h)
        change(h, replace(person, tags=("on_leave",)))
    statements: list[str] = []
    engine = h.suite.databases["training"].engine

    def listen(*seen: object) -> None:
        if "FROM assignment" in str(seen[2]):
            statements.append(str(seen[2]))

    event.listen(engine, "before_cursor_execute", listen)
    with h.write("training") as uow:
        assert find_chunk(uow, None, next_sessions={}, now=h.clock.now())[1] == 12
    event.remove(engine, "before_cursor_execute", listen)
    assert len(statements) == 1
    with h.read("training") as uow:
        page = list_exceptions(uow.session, DueException.id.is_not(None), limit=5)
        assert len(page.items) == 5
        assert page.next_cursor is not None
