"""Decisions that take a course off somebody, with all that follows for their assignments and standing."""

from datetime import date, datetime
from uuid import UUID

from services.training.assignments.models import Assignment
from services.training.courses.models import Course
from services.training.enrolment.commands import credit_person, uncredit_person
from services.training.notices.commands import Telling, tell
from services.training.notices.rules import NoticeKind
from services.training.waivers import commands as waivers
from services.training.waivers.commands import Evidence
from services.training.waivers.models import CourseCredit, Waiver
from services.training.waivers.queries import list_credits
from services.training.waivers.rules import CreditKind, check_decider, check_until
from shared.core.errors import Conflict
from shared.core.principals import Principal
from shared.core.reasons import check_reason
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson, find_person, get_person


def grant(
    uow: UnitOfWork, waiver: Waiver, *, until: date | None, reason: str, actor: Principal, now: datetime
) -> CourseCredit:
    """Grant a waiver: the open assignment ends, and what runs out is asked again, known ahead. Raises as
    waivers.grant_waiver does."""
    credit = waivers.grant_waiver(uow, waiver, until=until, reason=reason, actor=actor, now=now)
    person = get_person(uow.session, waiver.person_id)
    ended = credit_person(uow, person, credit, actor=actor, now=now)
    _tell(uow, waiver.person_id, waiver.course_id, NoticeKind.WAIVER_GRANTED, waiver.id, ended, actor, now)
    return credit


def enter_waiver(
    uow: UnitOfWork,
    person: DirectoryPerson,
    course: Course,
    reason: str,
    *,
    until: date | None,
    evidence: Evidence | None,
    actor: Principal,
    now: datetime,
) -> Waiver:
    """Request and grant a waiver in one: by a trainer, for somebody else. Raises Forbidden for oneself."""
    check_decider(actor.person_id, person.id)
    waiver = waivers.request_waiver(
        uow, person.id, course, reason, until=until, evidence=evidence, actor=actor, now=now
    )
    uow.session.flush()  # The credit that follows names it.
    grant(uow, waiver, until=until, reason="", actor=actor, now=now)
    return waiver


def refuse(uow: UnitOfWork, waiver: Waiver, reason: str, *, actor: Principal, now: datetime) -> None:
    """Refuse a waiver and tell whoever it is about. Raises as waivers.refuse_waiver does."""
    waivers.refuse_waiver(uow, waiver, reason=reason, actor=actor, now=now)
    _tell(uow, waiver.person_id, waiver.course_id, NoticeKind.WAIVER_REFUSED, waiver.id, None, actor, now)


def revoke(uow: UnitOfWork, waiver: Waiver, reason: str, *, actor: Principal, now: datetime) -> None:
    """Revoke a waiver: what still asks for the course asks for it again. Raises as waivers.revoke_waiver does."""
    waivers.revoke_waiver(uow, waiver, reason=reason, actor=actor, now=now)
    person = find_person(uow.session, waiver.person_id)
    if person is not None:
        uncredit_person(uow, person, now=now)
    _tell(uow, waiver.person_id, waiver.course_id, NoticeKind.WAIVER_REVOKED, waiver.id, None, actor, now)


def exempt(
    uow: UnitOfWork,
    person: DirectoryPerson,
    course: Course,
    reason: str,
    *,
    until: date | None,
    actor: Principal,
    now: datetime,
) -> CourseCredit:
    """Say that a course is not required of somebody, until a day or for good (None).

    Raises InvalidInput, Forbidden for oneself, Conflict while they are exempt already.
    """
    today = local_date(now)
    check_decider(actor.person_id, person.id)
    check_reason(reason)
    check_until(until, today)
    exemptions = list_credits(uow.session, person.id, course.id, kind=CreditKind.EXEMPTION)
    if any(one.ended_at is None and one.credit.counts_on(today) for one in exemptions):
        raise Conflict(N_("They are exempt from this course already"))
    credit = waivers.add_credit(
        uow, person.id, course.id, CreditKind.EXEMPTION, until=until, reason=reason.strip(), source_id=None,
        actor=actor, now=now,
    )  # fmt: skip
    ended = credit_person(uow, person, credit, actor=actor, now=now)
    _tell(uow, person.id, course.id, NoticeKind.EXEMPTED, credit.id, ended, actor, now)
    return credit


def end_exemption(
    uow: UnitOfWork, credit: CourseCredit, reason: str, *, actor: Principal, now: datetime
) -> None:
    """End an exemption before its time: what asks for the course asks for it again. Raises Conflict, InvalidInput."""
    if credit.kind is not CreditKind.EXEMPTION:
        raise Conflict(N_("Only an exemption is ended here; a waiver is revoked"))
    check_decider(actor.person_id, credit.person_id)
    check_reason(reason)
    waivers.end_credit(uow, credit, reason, actor=actor, now=now)
    person = find_person(uow.session, credit.person_id)
    if person is not None:
        uncredit_person(uow, person, now=now)
    _tell(uow, credit.person_id, credit.course_id, NoticeKind.EXEMPTION_ENDED, credit.id, None, actor, now)


def _tell(
    uow: UnitOfWork,
    person_id: UUID,
    course_id: UUID,
    kind: NoticeKind,
    mark: UUID,
    about: Assignment | None,
    actor: Principal,
    now: datetime,
) -> None:
    about_id = about.id if about is not None else None
    tell(uow, Telling(person_id, kind, course_id, str(mark), about_id), actor=actor, now=now)
