"""What a trainer, an instructor or a mentor confirms completes a course; and a corrected roll takes it back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus
from services.training.attendance.rules import Mark
from services.training.bookings.rules import Presence
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.rules import PeriodStatus
from services.training.courses.models import Course
from services.training.history.commands import rebuild
from services.training.notices.models import Notice
from services.training.parts.rules import ChecklistPart, Part, SessionPart
from services.training.standing.rules import EXPIRED, OVERDUE
from shared.core.errors import Conflict
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, local_date
from shared.directory import get_person
from tests.harness import Harness, assert_page
from tests.services.training.factories import (
    TEXT,
    assignments,
    begin,
    create_active,
    hire,
    open_assignment,
    stated,
)
from tests.services.training.session_factories import ask, create_session
from tests.services.training.test_attendance import confirm, roll
from tests.services.training.test_history import trained
from tests.services.training.test_mentoring import make_team, pair

SESSION = SessionPart("session", LocalizedText("面授", "Session"))
CHECKLIST = ChecklistPart("checklist", LocalizedText("带教清单", "Checklist"))
WHY = "查监控，本人并未到场"


def ready(h: Harness, *parts: Part) -> UUID:
    """Let somebody be asked for a course with a session, and do the rest of it; return who."""
    create_active(h, parts=parts or (TEXT, SESSION))
    person_id = hire(h).person_id
    with h.write("training") as uow:
        begin(uow, uow.session.get_one(Assignment, open_assignment(h, person_id).id), h.clock.now())
    return person_id


def attend(h: Harness, *people: UUID) -> tuple[UUID, list[UUID]]:
    """Hold a session for the course that all of these people attend; return it with their bookings."""
    with h.read("training") as uow:
        course_id = uow.session.scalars(select(Course.id)).one()
        found = [get_person(uow.session, one) for one in people]
        uow.session.expunge_all()
    session_id = create_session(h, capacity=len(people), course_id=course_id)
    bookings = [ask(h, session_id, one) for one in found]
    h.clock.advance(timedelta(days=3))
    roll(h, session_id, *(Mark(one, Presence.PRESENT) for one in bookings))
    confirm(h, session_id)
    return session_id, bookings


def correct(h: Harness, session_id: UUID, booking: UUID, presence: Presence, take_back: int = 0) -> None:
    """Correct the confirmed roll."""
    mark = Mark(booking, presence)
    roll(h, session_id, mark, reason=WHY, take_back=take_back)


def certificates(h: Harness) -> list[Certificate]:
    """Return every certificate, the oldest first."""
    with h.read("training") as uow:
        found = list(uow.session.scalars(select(Certificate).order_by(Certificate.issued_at, Certificate.id)))
        uow.session.expunge_all()
    return found


def periods(h: Harness) -> list[PeriodStatus]:
    """Return how every certification period stands, the oldest first."""
    statement = select(CertificationPeriod.status).order_by(CertificationPeriod.earned_at)
    with h.read("training") as uow:
        return list(uow.session.scalars(statement))


def test_a_confirmed_attendance_is_the_last_part_of_a_course_and_earns_its_certificate(h: Harness) -> None:
    person_id = ready(h)
    session_id, _ = attend(h, person_id)
    first, renewal = assignments(h, person_id)
    assert (first.status, first.ended_at) == (AssignmentStatus.COMPLETED, h.clock.now())
    (certificate,) = certificates(h)
    assert (certificate.person_id, certificate.renewal_id) == (person_id, renewal.id)
    met = h.events("training", "training.part.met.v1")
    assert met[-1].message().reference == str(session_id)


def test_the_sign_off_of_mentor_and_manager_completes_the_course_with_a_checklist(h: Harness) -> None:
    create_active(h, code="onboarding", courses=("on-the-job",), parts=(CHECKLIST,))
    team = make_team(h, course_code="on-the-job")
    page = f"/training/mentoring/{pair(h, team)}"
    mentor = h.client(Role.REP, person_id=team.mentor.person_id)
    manager = h.client(Role.MANAGER, person_id=team.manager)
    for item in ("1.1", "2.1"):
        mentor.submit(f"{page}/tick", {"item": item}, form_of=page)
    mentor.submit(f"{page}/sign", form_of=page)
    assert certificates(h) == []
    assert manager.submit(f"{page}/sign", form_of=page).status_code == 303
    (certificate,) = certificates(h)
    assert certificate.person_id == team.mentee.person_id


def test_who_was_not_there_after_all_is_asked_again_and_never_was_trained_as_is_known_now(
    h: Harness,
) -> None:
    person_id = ready(h)
    session_id, (booking,) = attend(h, person_id)
    on = local_date(h.clock.now()).isoformat()
    h.clock.advance(timedelta(days=2))
    known = h.clock.now().isoformat()
    h.clock.advance(timedelta(days=1))
    with pytest.raises(Conflict) as refused:
        correct(h, session_id, booking, Presence.ABSENT)
    assert "take_back" in refused.value.fields
    assert trained(h, person_id, on=on)["trained"]
    correct(h, session_id, booking, Presence.ABSENT, take_back=1)

    again, renewal = assignments(h, person_id)
    assert (again.status, again.ended_at) == (AssignmentStatus.IN_PROGRESS, None)
    assert renewal.status is AssignmentStatus.CANCELLED
    assert stated(h, OVERDUE, person_id)[str(again.id)] == [(end_of_day(again.due_on), None)]
    (certificate,) = certificates(h)
    assert (certificate.status, certificate.revoke_reason) == (CertificateStatus.REVOKED, WHY)
    assert stated(h, EXPIRED, person_id)[str(certificate.id)] == []
    assert periods(h) == [PeriodStatus.REVOKED]
    assert not trained(h, person_id, on=on)["trained"]
    assert trained(h, person_id, on=on, known_at=known)["trained"]
    rebuild(h.suite.databases["training"])
    assert not trained(h, person_id, on=on)["trained"]
    assert trained(h, person_id, on=on, known_at=known)["trained"]
    with h.read("training") as uow:
        told = uow.session.scalars(select(Notice).order_by(Notice.given_at.desc())).first()
        assert told is not None
        assert (told.kind, told.due_on) == ("completion_taken_back", again.due_on)
    assert WHY not in str([one.data for one in h.events("training")])

    h.clock.advance(timedelta(days=1))
    correct(h, session_id, booking, Presence.PRESENT)
    assert [one.status for one in certificates(h)] == [CertificateStatus.REVOKED, CertificateStatus.ISSUED]
    assert periods(h) == [PeriodStatus.REVOKED, PeriodStatus.CERTIFIED]
    assert assignments(h, person_id)[0].status is AssignmentStatus.COMPLETED
    assert trained(h, person_id, on=local_date(h.clock.now()).isoformat())["trained"]


def test_a_renewal_that_is_taken_back_leaves_what_it_renewed_in_force(h: Harness) -> None:
    person_id = ready(h)
    attend(h, person_id)
    first_day = local_date(h.clock.now())
    h.clock.advance(timedelta(days=300))
    with h.write("training") as uow:
        begin(uow, uow.session.get_one(Assignment, open_assignment(h, person_id).id), h.clock.now())
    session_id, (booking,) = attend(h, person_id)
    assert periods(h) == [PeriodStatus.RECERTIFIED, PeriodStatus.CERTIFIED]
    correct(h, session_id, booking, Presence.ABSENT, take_back=1)
    old, void = certificates(h)
    assert (old.status, void.status) == (CertificateStatus.ISSUED, CertificateStatus.REVOKED)
    assert periods(h) == [PeriodStatus.CERTIFIED, PeriodStatus.REVOKED]
    assert old.valid_until is not None
    assert stated(h, EXPIRED, person_id)[str(old.id)] == [(end_of_day(old.valid_until), None)]
    for day, counts in ((first_day, True), (old.valid_until, True), (old.valid_until + timedelta(1), False)):
        assert trained(h, person_id, on=day.isoformat())["trained"] is counts
    attend(h, person_id)
    assert [one.status for one in certificates(h)] == ["superseded", "revoked", "issued"]
    assert periods(h) == [PeriodStatus.RECERTIFIED, PeriodStatus.REVOKED, PeriodStatus.CERTIFIED]


def test_what_was_completed_again_since_stands_and_only_the_first_time_is_taken_back(h: Harness) -> None:
    person_id = ready(h)
    session_id, (booking,) = attend(h, person_id)
    first_day = local_date(h.clock.now())
    h.clock.advance(timedelta(days=300))
    with h.write("training") as uow:
        begin(uow, uow.session.get_one(Assignment, open_assignment(h, person_id).id), h.clock.now())
    attend(h, person_id)
    done_again = h.clock.now()
    correct(h, session_id, booking, Presence.ABSENT, take_back=1)
    first, second, third = assignments(h, person_id)
    assert (first.status, first.ended_at) == (AssignmentStatus.CANCELLED, done_again)
    assert (second.status, third.ended_at) == (AssignmentStatus.COMPLETED, None)
    assert [one.status for one in certificates(h)] == [CertificateStatus.REVOKED, CertificateStatus.ISSUED]
    assert stated(h, OVERDUE, person_id)[str(first.id)] == [(end_of_day(first.due_on), done_again)]
    assert not trained(h, person_id, on=first_day.isoformat())["trained"]
    assert trained(h, person_id, on=local_date(done_again).isoformat())["trained"]


def test_somebody_who_attended_another_session_of_the_course_completes_it_by_that_one(h: Harness) -> None:
    person_id = ready(h)
    session_id, (booking,) = attend(h, person_id)
    other_id, _ = attend(h, person_id)
    correct(h, session_id, booking, Presence.ABSENT, take_back=1)
    assert assignments(h, person_id)[0].status is AssignmentStatus.COMPLETED
    assert [one.status for one in certificates(h)] == [CertificateStatus.REVOKED, CertificateStatus.ISSUED]
    met = h.events("training", "training.part.met.v1")
    assert met[-1].message().reference == str(other_id)


def test_a_part_on_which_no_completion_rests_yet_is_to_be_done_again_without_more_ado(h: Harness) -> None:
    create_active(h, parts=(TEXT, SESSION))
    person_id = hire(h).person_id
    session_id, (booking,) = attend(h, person_id)
    correct(h, session_id, booking, Presence.ABSENT)
    (withdrawn,) = h.events("training", "training.part.withdrawn.v1")
    assert withdrawn.message().reference == str(session_id)
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, open_assignment(h, person_id).id)
        assert begin(uow, assignment, h.clock.now()) is None, "the session is still to be attended"


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_trainer_is_told_whose_completion_goes_before_it_goes(h: Harness, locale: str) -> None:
    create_active(h, parts=(SESSION,))
    stays, goes = hire(h, name="王芳"), hire(h, name="李雷")
    session_id, bookings = attend(h, stays.person_id, goes.person_id)
    url = f"/training/sessions/{session_id}/roll"
    trainer = h.client(Role.TRAINER, locale=locale)
    fields: dict[str, Any] = {f"presence-{bookings[0]}": "present", f"presence-{bookings[1]}": "absent"}
    asked = assert_page(trainer.submit(url, fields | {"reason": WHY}, form_of=url), status=422)
    notice = asked.split('id="field-take_back"')[1].split("</form>")[0]
    assert "李雷" in notice
    assert "王芳" not in notice
    assert WHY in asked
    assert len(assignments(h, goes.person_id)) == 2, "nothing is taken back yet"
    done = trainer.submit(url, fields | {"reason": WHY, "take_back": "1"}, form_of=url)
    assert done.status_code == 303
    assert open_assignment(h, goes.person_id).status is AssignmentStatus.IN_PROGRESS
    here = f"/training/assignments/{open_assignment(h, goes.person_id).id}"
    assert WHY in assert_page(h.client(Role.TRAINER, locale=locale).get(here))
    rep = h.client(Role.REP, person_id=goes.person_id, locale=locale)
    assert_page(rep.get(here))
    assert_page(rep.get("/training/notices"))
