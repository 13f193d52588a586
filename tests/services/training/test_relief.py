"""Waivers, exemptions and equivalent courses: what ends, what is asked again, and standing known ahead."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select

from services.training.assignments.models import Assignment
from services.training.assignments.queries import find_open
from services.training.assignments.rules import AssignmentStatus, Origin
from services.training.courses.models import Course
from services.training.courses.queries import find_by_code
from services.training.equivalents.commands import add_equivalence
from services.training.equivalents.queries import count_effect
from services.training.relief.commands import end_exemption, enter_waiver, exempt, grant, refuse, revoke
from services.training.waivers.commands import Evidence, request_waiver, withdraw_waiver
from services.training.waivers.models import CourseCredit, Waiver
from services.training.waivers.rules import CreditKind
from shared.core.errors import Conflict, Forbidden, IllegalTransition
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.directory import get_person
from shared.messages.people import PersonSnapshot
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    YEARLY,
    assignments,
    create_active,
    create_published,
    day,
    hire,
    open_assignment,
    stated,
    take,
)

A = AssignmentStatus


def ask(h: Harness, person: PersonSnapshot, **overrides: object) -> UUID:
    """Let somebody ask for a waiver of the one course that is asked of them."""
    me = Principal(new_id(), person.name, frozenset({Role.REP}), person.person_id)
    with h.write("training") as uow:
        course = uow.session.get_one(Course, open_assignment(h, person.person_id).course_id)
        made = request_waiver(
            uow, person.person_id, course, "同等培训证书", actor=me, now=h.clock.now(), **overrides
        )
        return made.id


def decide(h: Harness, waiver_id: UUID, until: date | None) -> None:
    with h.write("training") as uow:
        waiver = uow.session.get_one(Waiver, waiver_id)
        grant(uow, waiver, until=until, reason="", actor=ACTOR, now=h.clock.now())


def intervals(h: Harness, person: PersonSnapshot) -> list[list[tuple[object, object]]]:
    """Return what is stated of each assignment, in the order in which they were made."""
    found = stated(h, "training_overdue", person.person_id)
    return [found[str(one.id)] for one in assignments(h, person.person_id)]


def test_a_waiver_ends_the_impediment_and_its_expiry_is_known_ahead(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    first = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=45))
    waiver = ask(h, person)
    assert intervals(h, person) == [[(end_of_day(first.due_on), None)]]
    until = local_date(h.clock.now()) + timedelta(days=200)
    decide(h, waiver, until)
    done, again = assignments(h, person.person_id)
    assert (done.status, done.ended_at) == (A.COMPLETED, h.clock.now())
    assert again.due_on == until
    assert intervals(h, person) == [
        [(end_of_day(first.due_on), h.clock.now())],
        [(end_of_day(until), None)],
    ]
    h.clock.advance(timedelta(days=190))
    take(h, again.id)
    assert intervals(h, person)[1] == []


def test_a_waiver_for_good_is_not_asked_again_until_it_is_revoked(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    waiver = ask(h, person)
    decide(h, waiver, None)
    (done,) = assignments(h, person.person_id)
    assert done.status is A.COMPLETED
    assert stated(h, "training_overdue", person.person_id)[str(done.id)] == []
    h.clock.advance(timedelta(days=100))
    with h.write("training") as uow:
        revoke(uow, uow.session.get_one(Waiver, waiver), "gefälscht", actor=ACTOR, now=h.clock.now())
    again = open_assignment(h, person.person_id)
    assert again.due_on == local_date(h.clock.now()) + timedelta(days=30)
    assert stated(h, "training_overdue", person.person_id)[str(again.id)] == [
        (end_of_day(again.due_on), None)
    ]
    kinds = [one.message().kind for one in h.events("training", "training.notice.given.v1")]
    assert kinds == ["waiver_granted", "waiver_revoked"]


def test_a_waiver_is_decided_once_by_somebody_else_and_asked_for_once_at_a_time(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    waiver = ask(h, person)
    with pytest.raises(Conflict):
        ask(h, person)
    own = Principal(new_id(), person.name, frozenset({Role.TRAINER}), person.person_id)
    with h.write("training") as uow, pytest.raises(Forbidden):
        grant(uow, uow.session.get_one(Waiver, waiver), until=None, reason="", actor=own, now=h.clock.now())
    with h.write("training") as uow:
        refuse(uow, uow.session.get_one(Waiver, waiver), "不是同等课程", actor=ACTOR, now=h.clock.now())
    with h.write("training") as uow, pytest.raises(IllegalTransition):
        grant(uow, uow.session.get_one(Waiver, waiver), until=None, reason="", actor=ACTOR, now=h.clock.now())
    assert open_assignment(h, person.person_id).status is A.ASSIGNED
    second = ask(h, person)
    with h.write("training") as uow:
        withdraw_waiver(uow, uow.session.get_one(Waiver, second), actor=ACTOR, now=h.clock.now())
    assert ask(h, person)


def test_a_waiver_stands_in_for_a_certificate_that_would_run_out_meanwhile(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    waiver = ask(h, person)
    until = day("2028-06-30")
    decide(h, waiver, until)
    (lapse,) = stated(h, "certificate_expired", person.person_id).values()
    assert lapse == []
    again = open_assignment(h, person.person_id)
    assert again.due_on == until
    h.person(person_id=person.person_id, employee_no=person.employee_no)
    (lapse,) = stated(h, "certificate_expired", person.person_id).values()
    assert lapse == []


def test_an_exemption_with_an_end_asks_again_as_of_somebody_new_and_may_end_before(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    until = local_date(h.clock.now()) + timedelta(days=100)
    with h.write("training") as uow:
        someone, course = _both(uow, person, one)
        exempt(uow, someone, course, "产假", until=until, actor=ACTOR, now=h.clock.now())
    ended, again = assignments(h, person.person_id)
    assert ended.status is A.EXEMPTED
    assert again.due_on == until + timedelta(days=31)
    assert intervals(h, person) == [[], [(end_of_day(again.due_on), None)]]
    with h.write("training") as uow, pytest.raises(Conflict):
        someone, course = _both(uow, person, one)
        exempt(uow, someone, course, "产假", until=None, actor=ACTOR, now=h.clock.now())
    h.clock.advance(timedelta(days=10))
    with h.write("training") as uow:
        credit = uow.session.scalars(select(CourseCredit)).one()
        end_exemption(uow, credit, "提前返岗", actor=ACTOR, now=h.clock.now())
    assert open_assignment(h, person.person_id).id == again.id


def test_a_waiver_of_what_was_asked_by_hand_is_asked_again_by_hand(h: Harness) -> None:
    person = hire(h)
    with h.write("training") as uow:
        create_published(uow, h.clock.now())
    api = h.api(Role.TRAINER)
    with h.read("training") as uow:
        course = find_by_code(uow.session, "anti-bribery")
        assert course is not None
        course_id = str(course.id)
    body = {"person_id": str(person.person_id), "course_id": course_id, "due_on": "2026-10-31"}
    assert api.post("/training/v1/assignments", json=body).status_code == 201
    decide(h, ask(h, person), day("2027-03-31"))
    again = open_assignment(h, person.person_id)
    assert (again.origin, again.due_on) == (Origin.HAND, day("2027-03-31"))


def test_an_equivalent_course_counts_one_way_for_those_who_have_done_it_and_those_who_do(h: Harness) -> None:
    create_active(h, courses=("old", "new"))
    before, after, neither = hire(h), hire(h), hire(h)
    _take(h, before, "old")
    with h.write("training") as uow:
        old, new = find_by_code(uow.session, "old"), find_by_code(uow.session, "new")
        assert old is not None
        assert new is not None
        today = local_date(h.clock.now())
        effect = count_effect(uow.session, new.id, old.id, 6, today)
        assert (effect.credited, effect.ended) == (1, 1)
        assert count_effect(uow.session, old.id, new.id, 6, today).credited == 0
        add_equivalence(uow, new, old, max_age_months=6, actor=ACTOR, now=h.clock.now())
    h.suite.runner.run_due("training")
    h.suite.runner.run_due("training")
    assert _due(h, before, "new") == day("2027-03-21")
    assert _due(h, neither, "new") == _due(h, neither, "old")
    _take(h, after, "new")
    assert _status(h, after, "old") is A.ASSIGNED
    third = hire(h)
    _take(h, third, "old")
    assert _due(h, third, "new") == day("2027-03-21")
    with h.write("training") as uow, pytest.raises(Conflict):
        one, two = find_by_code(uow.session, "new"), find_by_code(uow.session, "old")
        add_equivalence(uow, one, two, max_age_months=None, actor=ACTOR, now=h.clock.now())  # type: ignore[arg-type]
    given = h.events("training", "training.course_credit.given.v1")
    assert [one.message().kind for one in given] == [CreditKind.EQUIVALENT] * 2
    finished = stated(h, "training_overdue", third.person_id)
    assert (end_of_day(day("2027-03-21")), None) in [one for found in finished.values() for one in found]


def test_a_trainer_enters_a_waiver_for_others_only(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    own = Principal(new_id(), person.name, frozenset({Role.TRAINER}), person.person_id)
    with h.write("training") as uow, pytest.raises(Forbidden):
        someone, course = _both(uow, person, one)
        enter_waiver(uow, someone, course, "证书", until=None, evidence=None, actor=own, now=h.clock.now())
    with h.write("training") as uow:
        someone, course = _both(uow, person, one)
        enter_waiver(
            uow, someone, course, "外部培训证书", until=None, evidence=Evidence("0" * 64, "a.pdf"), actor=ACTOR,
            now=h.clock.now(),
        )  # fmt: skip
    (done,) = assignments(h, person.person_id)
    assert done.status is A.COMPLETED


def test_an_equivalence_is_applied_with_few_statements_for_many(h: Harness) -> None:
    create_active(h, due=YEARLY, courses=("old", "new"))
    for _ in range(3):
        _take(h, hire(h), "old")
    with h.read("training") as uow:
        statements: list[str] = []
        listener = lambda *found: statements.append(found[2])  # noqa: E731 - removed below by its name
        engine = h.suite.databases["training"].engine
        event.listen(engine, "before_cursor_execute", listener)
        old, new = find_by_code(uow.session, "old"), find_by_code(uow.session, "new")
        assert old is not None
        assert new is not None
        statements.clear()
        effect = count_effect(uow.session, new.id, old.id, None, local_date(h.clock.now()))
        event.remove(engine, "before_cursor_execute", listener)
    assert effect.credited == 3
    assert len(statements) == 2


def _both(uow: UnitOfWork, person: PersonSnapshot, one: Assignment) -> tuple[object, Course]:
    return get_person(uow.session, person.person_id), uow.session.get_one(Course, one.course_id)


def _of(h: Harness, person: PersonSnapshot, code: str) -> Assignment:
    with h.read("training") as uow:
        course = find_by_code(uow.session, code)
        assert course is not None
        found = find_open(uow.session, person.person_id, course.id)
        assert found is not None
        uow.session.expunge(found)
        return found


def _take(h: Harness, person: PersonSnapshot, code: str) -> None:
    take(h, _of(h, person, code).id)


def _due(h: Harness, person: PersonSnapshot, code: str) -> date:
    return _of(h, person, code).due_on


def _status(h: Harness, person: PersonSnapshot, code: str) -> AssignmentStatus:
    return _of(h, person, code).status
