"""Taking an assignment, once and oneself; more time, exemptions; what the log says equals what is stated."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from services.training.assignments.commands import (
    cancel_assignment,
    extend_assignment,
    release_assignment,
)
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus, CancelReason
from services.training.attempts.commands import meet_part, satisfy_part, start_attempt, turn_page
from services.training.attempts.models import Attempt
from services.training.attempts.queries import get_under_way, in_full
from services.training.attempts.rules import AttemptStatus
from services.training.certificates.commands import revoke_certificate
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.corrections.commands import revoke_and_ask_again
from services.training.courses.commands import edit_draft, publish_version, start_draft
from services.training.courses.models import Course
from services.training.parts.rules import LinkPart, PartKind, SessionPart
from services.training.standing.rules import AssignmentFacts, overdue_intervals
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, local_date
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    RIGHT,
    TEXT,
    WRONG,
    YEARLY,
    assignments,
    begin,
    change,
    create_active,
    day,
    exempt_from,
    hire,
    make_content,
    open_assignment,
    pass_parts,
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


def test_the_next_time_waits_for_its_window_and_renewing_then_extends_from_the_old_expiry(h: Harness) -> None:
    create_active(h, due=YEARLY)
    person = hire(h, hired_on=day("2026-08-01"))
    take(h, open_assignment(h, person.person_id).id)
    again = open_assignment(h, person.person_id)
    assert (again.opens_on, again.due_on) == (day("2027-09-01"), day("2027-11-30"))
    with pytest.raises(Conflict):
        take(h, again.id)
    h.clock.advance(timedelta(days=360))
    outcome = take(h, again.id)
    assert outcome.completion is not None
    assert outcome.completion.certificate is not None
    # The first ran to the common date, 30 November 2027; a year more from there, not from 16 September.
    assert outcome.completion.certificate.valid_until == day("2028-11-30")
    with h.read("training") as uow:
        rows = uow.session.scalars(select(Certificate).order_by(Certificate.issued_at)).all()
        assert [one.status for one in rows] == [CertificateStatus.SUPERSEDED, CertificateStatus.ISSUED]
        old = str(rows[0].id)
    assert stated(h, "certificate_expired", person.person_id)[old] == []


def test_a_late_renewal_leaves_the_gap_in_which_there_was_no_certificate(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    first = next(iter(stated(h, "certificate_expired", person.person_id)))
    h.clock.advance(timedelta(days=400))
    take(h, open_assignment(h, person.person_id).id)
    assert stated(h, "certificate_expired", person.person_id)[first] == [
        (end_of_day(day("2027-09-21")), h.clock.now())
    ]


def test_a_revoked_certificate_impedes_from_then_on_and_may_be_earned_again_at_once(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=10))
    revoked_at = h.clock.now()
    with h.write("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        revoke_certificate(uow, certificate, reason="taken by somebody else", actor=ACTOR, now=revoked_at)
    reference = str(certificate.id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, None)]
    h.clock.advance(timedelta(days=2))
    take(h, open_assignment(h, person.person_id).id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, h.clock.now())]
    with h.read("training") as uow:
        old, new = uow.session.scalars(select(Certificate).order_by(Certificate.issued_at)).all()
        assert (old.status, new.status) == (CertificateStatus.REVOKED, CertificateStatus.ISSUED)
        # What was revoked gives no days to the next one.
        assert new.valid_until == day("2027-10-03")


def test_revoking_what_does_not_run_out_asks_for_the_course_again(h: Harness) -> None:
    create_active(h, valid_months=None)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    assert [one.status for one in assignments(h, person.person_id)] == [A.COMPLETED]
    h.clock.advance(timedelta(days=10))
    revoked_at = h.clock.now()
    with h.write("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        revoke_and_ask_again(uow, certificate, "taken by somebody else", actor=ACTOR, now=revoked_at)
    reference = str(certificate.id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, None)]
    again = open_assignment(h, person.person_id)
    last = h.events("training", "training.impediment.stated.v1")[-1].message()
    assert (last.reference, last.cure_url) == (reference, f"/training/assignments/{again.id}")
    h.clock.advance(timedelta(days=1))
    take(h, again.id)
    assert stated(h, "certificate_expired", person.person_id)[reference] == [(revoked_at, h.clock.now())]


def test_a_certificate_is_not_revoked_twice(h: Harness) -> None:
    create_active(h)
    take(h, open_assignment(h, hire(h).person_id).id)
    for expected in (None, IllegalTransition):
        with h.write("training") as uow:
            certificate = uow.session.scalars(select(Certificate)).one()
            if expected is None:
                revoke_certificate(uow, certificate, reason="mistaken", actor=ACTOR, now=h.clock.now())
            else:
                with pytest.raises(expected):
                    revoke_certificate(uow, certificate, reason="mistaken", actor=ACTOR, now=h.clock.now())


def test_an_extension_moves_the_impediment_and_keeps_its_reason(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    later = one.due_on + timedelta(days=20)
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, one.id)
        extend_assignment(uow, assignment, later, " parental leave ", actor=ACTOR, now=h.clock.now())
    changed = open_assignment(h, person.person_id)
    assert (changed.due_on, changed.made_due_on) == (later, one.due_on)
    assert changed.extend_reason == "parental leave"
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == [(end_of_day(later), None)]
    (extended,) = h.events("training", "training.assignment.extended.v1")
    assert "parental" not in str(extended.data)
    assert extended.actor == ACTOR.actor


def test_an_exemption_ends_it_for_good(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=40))
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, one.id)
        exempt_from(uow, assignment, "does not sell", h.clock.now())
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == [
        (end_of_day(one.due_on), h.clock.now())
    ]
    change(h, person)
    (only,) = assignments(h, person.person_id)
    assert only.status is A.EXEMPTED
    with h.write("training") as uow, pytest.raises(IllegalTransition):
        start_attempt(uow, uow.session.get_one(Assignment, one.id), actor=SYSTEM, now=h.clock.now())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["start", "extend", "release", "unrelease", "fail", "pass", "exempt", "cancel"]),
        st.integers(0, 30),
    ),
    max_size=7,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_restating_standing_after_any_history_equals_folding_the_log(
    h: Harness, steps: list[tuple[str, int]]
) -> None:
    with h.read("training") as uow:
        ready = uow.session.scalar(select(Course.id)) is not None
    if not ready:
        create_active(h, certifies=False)
    person = hire(h, hired_on=local_date(h.clock.now()))
    (one,) = assignments(h, person.person_id)
    for step, days in steps:
        h.clock.advance(timedelta(days=days, minutes=1))
        with h.write("training") as uow:
            try:
                _apply(uow, uow.session.get_one(Assignment, one.id), step, h.clock.now())
            except (IllegalTransition, InvalidInput, Conflict):
                uow.rollback()
    facts = _fold(h, one.id)
    expected = [(interval.start, interval.end) for interval in overdue_intervals(facts)]
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == expected


def _apply(uow: Any, one: Assignment, step: str, now: Any) -> None:
    match step:
        case "start":
            start_attempt(uow, one, actor=SYSTEM, now=now)
        case "extend":
            later = max(one.due_on, local_date(now)) + timedelta(days=9)
            extend_assignment(uow, one, later, "more time", actor=ACTOR, now=now)
        case "release":
            release_assignment(uow, one, now + timedelta(days=20), now=now)
        case "unrelease":
            release_assignment(uow, one, None, now=now)
        case "exempt":
            exempt_from(uow, one, "not needed", now)
        case "cancel":
            cancel_assignment(uow, one, CancelReason.OUT_OF_AUDIENCE, at=now, now=now)
        case _:
            pass_parts(uow, one, now, RIGHT if step == "pass" else WRONG)


def _fold(h: Harness, assignment_id: UUID) -> AssignmentFacts:
    """Read the facts from nothing but the log's events about the assignment."""
    due_on, ended_at, released_at = None, None, None
    for event in h.events("training"):
        if event.subject != f"assignment/{assignment_id}":
            continue
        message = event.message()
        match event.type.split(".")[2]:
            case "made" | "extended":
                due_on = message.due_on
            case "completed":
                ended_at = message.completed_at
            case "exempted":
                ended_at = event.recorded_at
            case "cancelled":
                ended_at = message.at
            case "released":
                released_at = message.at
    assert due_on is not None
    return AssignmentFacts(due_on, ended_at, released_at)
