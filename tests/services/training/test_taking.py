"""Taking an assignment: by its parts, once, oneself, and with the version one began with."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus
from services.training.attempts.commands import meet_part, satisfy_part, start_attempt, turn_page
from services.training.attempts.models import Attempt
from services.training.attempts.queries import get_under_way, in_full
from services.training.attempts.rules import AttemptStatus
from services.training.certificates.models import Certificate
from services.training.courses.commands import edit_draft, publish_version, start_draft
from services.training.courses.models import Course
from services.training.parts.rules import LinkPart, PartKind, SessionPart
from shared.core.errors import Conflict, IllegalTransition
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    TEXT,
    WRONG,
    YEARLY,
    begin,
    create_active,
    day,
    hire,
    make_content,
    open_assignment,
    stated,
    take,
)

A = AssignmentStatus


def test_passing_completes_certifies_and_plans_the_renewal(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    before = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=1))
    outcome = take(h, before.id)
    assert outcome.completion is not None
    certificate = outcome.completion.certificate
    assert certificate is not None
    assert certificate.valid_until == day("2027-09-22")
    assert certificate.holder_name == person.name
    assert stated(h, "training_overdue", person.person_id)[str(before.id)] == []
    assert stated(h, "certificate_expired", person.person_id) == {
        str(certificate.id): [(end_of_day(day("2027-09-22")), None)]
    }
    again = open_assignment(h, person.person_id)
    assert (again.opens_on, again.due_on) == (day("2027-06-24"), day("2027-09-22"))
    assert certificate.renewal_id == again.id
    (completed,) = h.events("training", "training.assignment.completed.v1")
    assert completed.message().score == 100
    assert completed.person_id == person.person_id


def test_an_overdue_impediment_ends_exactly_at_completion(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    before = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=42, minutes=7))
    take(h, before.id)
    assert stated(h, "training_overdue", person.person_id)[str(before.id)] == [
        (end_of_day(before.due_on), h.clock.now())
    ]


def test_failing_leaves_it_open_and_a_second_go_may_pass(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    assert take(h, one.id, WRONG).completion is None
    assert open_assignment(h, person.person_id).status is A.IN_PROGRESS
    assert h.events("training", "training.assignment.completed.v1") == []
    assert take(h, one.id, 90).completion is not None
    with h.read("training") as uow:
        attempt = uow.session.scalars(select(Attempt)).one()
        assert (attempt.number, attempt.status, attempt.score) == (1, AttemptStatus.PASSED, 90)


def test_a_part_met_twice_counts_once_and_what_has_ended_is_not_gone_on_with(h: Harness) -> None:
    create_active(h)
    one = open_assignment(h, hire(h).person_id)
    with h.write("training") as uow:
        begin(uow, uow.session.get_one(Assignment, one.id), h.clock.now())
        under_way = get_under_way(uow.session, one.id)
    for _ in range(2):
        with h.write("training") as uow:
            assignment = uow.session.get_one(Assignment, one.id)
            under_way = get_under_way(uow.session, one.id)
            turned = turn_page(
                uow,
                assignment,
                under_way,
                under_way.part("text"),
                2,
                locale="en",
                actor=SYSTEM,
                now=h.clock.now(),
            )
            assert turned is None
    take(h, one.id)
    with h.write("training") as uow, pytest.raises(IllegalTransition):
        attempt = uow.session.scalars(select(Attempt)).one()
        assignment = uow.session.get_one(Assignment, one.id)
        stale = in_full(uow.session, attempt)
        part = stale.part("assessment")
        meet_part(uow, assignment, stale, part, "again", score=100, actor=SYSTEM, now=h.clock.now())
    assert len(h.events("training", "training.part.met.v1")) == 2
    assert len(h.events("training", "training.certificate.issued.v1")) == 1
    assert len(h.events("training", "training.assignment.completed.v1")) == 1


def test_of_two_who_meet_the_last_part_at_the_same_moment_one_counts_and_the_other_conflicts(
    h: Harness,
) -> None:
    """Both have read the same attempt before either writes; its version column lets one through."""
    create_active(h)
    one = open_assignment(h, hire(h).person_id)
    with h.write("training") as uow:
        begin(uow, uow.session.get_one(Assignment, one.id), h.clock.now())
    with h.read("training") as stale_uow:
        stale_assignment = stale_uow.session.get_one(Assignment, one.id)
        stale = get_under_way(stale_uow.session, one.id)
        stale_uow.session.expunge_all()
    take(h, one.id)
    with pytest.raises((StaleDataError, IllegalTransition)), h.write("training") as uow:
        for row in (stale_assignment, stale.attempt, stale.version):
            uow.session.add(row)
        part = stale.part("assessment")
        meet_part(uow, stale_assignment, stale, part, "x", score=100, actor=SYSTEM, now=h.clock.now())
    assert len(h.events("training", "training.certificate.issued.v1")) == 1


def test_starting_twice_begins_one_attempt(h: Harness) -> None:
    create_active(h)
    one = open_assignment(h, hire(h).person_id)
    ids = set()
    for _ in range(2):
        with h.write("training") as uow:
            assignment = uow.session.get_one(Assignment, one.id)
            ids.add(start_attempt(uow, assignment, actor=SYSTEM, now=h.clock.now()).id)
    assert len(ids) == 1
    assert len(h.events("training", "training.assignment.started.v1")) == 1


def test_pages_are_turned_in_their_order_and_parts_gone_through_in_theirs(h: Harness) -> None:
    last = LinkPart("link", LocalizedText("链接", "Link"), "https://example.com/")
    create_active(h, parts=(TEXT, last))
    one = open_assignment(h, hire(h).person_id)
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, one.id)
        attempt = start_attempt(uow, assignment, actor=SYSTEM, now=h.clock.now())
        under_way = in_full(uow.session, attempt)
        with pytest.raises(Conflict):
            turn_page(uow, assignment, under_way, TEXT, 2, locale="zh", actor=SYSTEM, now=h.clock.now())
        with pytest.raises(Conflict):
            under_way.reach("link")
        for number in (1, 2):
            turn_page(uow, assignment, under_way, TEXT, number, locale="zh", actor=SYSTEM, now=h.clock.now())
        assert under_way.reach("link") == last
        assert under_way.next_part == last
    told = [one.message().pages for one in h.events("training", "training.part.pages_shown.v1")]
    assert told == [1, 2]


SESSION = SessionPart("session", LocalizedText("面授", "Session"))


def satisfy(h: Harness, person_id: UUID, kind: PartKind, **extra: Any) -> Any:
    """Say that somebody met a part of this kind of the one course there is."""
    with h.write("training") as uow:
        course = uow.session.scalars(select(Course)).one()
        return satisfy_part(
            uow, person_id, course.id, kind, "session/1", actor=SYSTEM, now=h.clock.now(), **extra
        )


def test_what_happens_elsewhere_begins_the_attempt_and_waits_for_nobody(h: Harness) -> None:
    create_active(h, parts=(TEXT, SESSION))
    person = hire(h)
    assert satisfy(h, person.person_id, PartKind.SESSION) is None
    one = open_assignment(h, person.person_id)
    assert one.status is A.IN_PROGRESS
    assert satisfy(h, person.person_id, PartKind.SESSION) is None
    (met,) = h.events("training", "training.part.met.v1")
    assert (met.message().part_id, met.message().reference) == ("session", "session/1")
    with h.write("training") as uow:
        assert begin(uow, uow.session.get_one(Assignment, one.id), h.clock.now()) is not None


def test_what_is_no_part_of_the_course_or_not_asked_of_them_begins_nothing(h: Harness) -> None:
    create_active(h, parts=(TEXT, SESSION))
    person = hire(h)
    assert satisfy(h, person.person_id, PartKind.CHECKLIST) is None
    assert satisfy(h, person.person_id, PartKind.SESSION, part_id="another") is None
    assert satisfy(h, new_id(), PartKind.SESSION) is None
    assert h.events("training", "training.attempt.launched.v1") == []


def test_of_several_parts_of_a_kind_the_named_one_is_met(h: Harness) -> None:
    parts = tuple(SessionPart(f"s{number}", LocalizedText("面授", "Session")) for number in (1, 2, 3))
    create_active(h, parts=parts)
    person = hire(h)
    assert satisfy(h, person.person_id, PartKind.SESSION, part_id="s2") is None
    assert satisfy(h, person.person_id, PartKind.SESSION) is None
    completion = satisfy(h, person.person_id, PartKind.SESSION)
    assert completion is not None
    assert completion.certificate is not None
    told = [one.message().part_id for one in h.events("training", "training.part.met.v1")]
    assert told == ["s2", "s1", "s3"]


def test_a_session_before_the_window_opens_counts_for_nothing(h: Harness) -> None:
    create_active(h, due=YEARLY, parts=(SESSION,))
    person = hire(h, hired_on=day("2026-08-01"))
    assert satisfy(h, person.person_id, PartKind.SESSION) is not None
    assert satisfy(h, person.person_id, PartKind.SESSION) is None
    assert open_assignment(h, person.person_id).status is A.ASSIGNED


def test_an_attempt_is_finished_with_the_version_it_began_with(h: Harness) -> None:
    create_active(h)
    one = open_assignment(h, hire(h).person_id)
    with h.write("training") as uow:
        begin(uow, uow.session.get_one(Assignment, one.id), h.clock.now())
        began_with = get_under_way(uow.session, one.id).attempt.version_id
    with h.write("training") as uow:
        course = uow.session.scalars(select(Course)).one()
        draft = start_draft(uow, course, actor=ACTOR, now=h.clock.now())
        edit_draft(uow, draft, make_content(minutes=30), actor=ACTOR, now=h.clock.now())
        publish_version(uow, draft, actor=ACTOR, now=h.clock.now())
    assert take(h, one.id).completion is not None
    with h.read("training") as uow:
        assert uow.session.scalars(select(Certificate.version_id)).one() == began_with
