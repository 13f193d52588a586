"""What changes a waiver, a credit or an equivalence: each its row, with its event. Enrolment does what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.training.courses.models import Course
from services.training.waivers.models import CourseCredit, Equivalence, Waiver
from services.training.waivers.queries import find_requested, list_equivalences, list_from_source
from services.training.waivers.rules import (
    CreditKind,
    WaiverStatus,
    WaiverStep,
    check_decider,
    check_equivalence,
    check_in_force,
    check_until,
    equivalent_until,
    next_status,
)
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.reasons import check_reason
from shared.core.text import N_
from shared.core.zones import local_date, start_of_day
from shared.db.uow import UnitOfWork
from shared.eventlog import Entry, append, append_many, row_state
from shared.messages.training import (
    CreditEnded,
    CreditGiven,
    EquivalenceEnded,
    EquivalenceMade,
    WaiverGranted,
    WaiverRefused,
    WaiverRequested,
    WaiverRevoked,
    WaiverWithdrawn,
)


@dataclass(frozen=True)
class Evidence:
    """A file that was handed in: its hash, and the name it was given."""

    sha256: str
    name: str


@dataclass(frozen=True)
class Done:
    """A completed assignment of a course that may stand in for others."""

    assignment_id: UUID
    person_id: UUID
    course_id: UUID
    done_on: date
    valid_until: date | None


def request_waiver(
    uow: UnitOfWork,
    person_id: UUID,
    course: Course,
    reason: str,
    *,
    until: date | None = None,
    evidence: Evidence | None = None,
    actor: Principal,
    now: datetime,
) -> Waiver:
    """Ask that evidence count in a course's stead. Raises InvalidInput, and Conflict while a request is open."""
    check_reason(reason)
    check_until(until, local_date(now))
    if find_requested(uow.session, person_id, course.id) is not None:
        raise Conflict(N_("A waiver has been asked for already; it awaits a decision"))
    waiver = Waiver(
        id=new_id(), person_id=person_id, course_id=course.id, status=WaiverStatus.REQUESTED,
        reason=reason.strip(), evidence_sha256=evidence.sha256 if evidence else None,
        evidence_name=evidence.name if evidence else None, requested_at=now, requested_by=actor.person_id,
        until=until,
    )  # fmt: skip
    uow.session.add(waiver)
    requested = WaiverRequested(waiver.id, person_id, course.id, waiver.evidence_sha256)
    append(uow, requested, row=waiver, actor=actor, now=now, person_id=person_id)
    return waiver


def grant_waiver(
    uow: UnitOfWork, waiver: Waiver, *, until: date | None, reason: str, actor: Principal, now: datetime
) -> CourseCredit:
    """Let the evidence count until a day (None: for good), and return what it counts by.

    Raises IllegalTransition, Forbidden for one's own, InvalidInput for a day that has passed.
    """
    status = next_status(waiver.status, WaiverStep.GRANT)
    check_decider(actor.person_id, waiver.person_id)
    check_until(until, local_date(now))
    credit = add_credit(
        uow, waiver.person_id, waiver.course_id, CreditKind.WAIVER, until=until, reason=waiver.reason,
        source_id=waiver.id, actor=actor, now=now,
    )  # fmt: skip
    _decide(waiver, status, reason, actor, now)
    waiver.until = until
    granted = WaiverGranted(waiver.id, waiver.person_id, waiver.course_id, credit.id, until)
    append(uow, granted, row=waiver, actor=actor, now=now, person_id=waiver.person_id)
    return credit


def refuse_waiver(uow: UnitOfWork, waiver: Waiver, *, reason: str, actor: Principal, now: datetime) -> None:
    """Say that the evidence does not count, and why. Raises IllegalTransition, Forbidden, InvalidInput."""
    status = next_status(waiver.status, WaiverStep.REFUSE)
    check_decider(actor.person_id, waiver.person_id)
    check_reason(reason)
    _decide(waiver, status, reason, actor, now)
    refused = WaiverRefused(waiver.id, waiver.person_id)
    append(uow, refused, row=waiver, actor=actor, now=now, person_id=waiver.person_id)


def withdraw_waiver(uow: UnitOfWork, waiver: Waiver, *, actor: Principal, now: datetime) -> None:
    """Take a request back. Raises IllegalTransition once it is decided."""
    waiver.status = next_status(waiver.status, WaiverStep.WITHDRAW)
    waiver.decided_at = now
    withdrawn = WaiverWithdrawn(waiver.id, waiver.person_id)
    append(uow, withdrawn, row=waiver, actor=actor, now=now, person_id=waiver.person_id)


def revoke_waiver(uow: UnitOfWork, waiver: Waiver, *, reason: str, actor: Principal, now: datetime) -> None:
    """Let it count for nothing from now on. Raises IllegalTransition, Forbidden, InvalidInput."""
    waiver.status = next_status(waiver.status, WaiverStep.REVOKE)
    check_decider(actor.person_id, waiver.person_id)
    check_reason(reason)
    waiver.revoked_at = now
    waiver.revoke_reason = reason.strip()
    revoked = WaiverRevoked(waiver.id, waiver.person_id)
    append(uow, revoked, row=waiver, actor=actor, now=now, person_id=waiver.person_id)
    end_credits_from(uow, waiver.id, reason, actor=actor, now=now)


def add_credit(
    uow: UnitOfWork,
    person_id: UUID,
    course_id: UUID,
    kind: CreditKind,
    *,
    until: date | None,
    reason: str | None,
    source_id: UUID | None,
    actor: Principal,
    now: datetime,
    since: date | None = None,
) -> CourseCredit:
    """Let a course count as done, or not be required, from a day (by default today) until a day."""
    row = _credit_row(person_id, course_id, kind, since or local_date(now), until, source_id, None, now)
    credit = CourseCredit(**row | {"reason": reason, "given_by": actor.person_id})
    uow.session.add(credit)
    effective_at = None if since is None else min(now, start_of_day(since))
    append(uow, _given(row), row=credit, actor=actor, now=now, effective_at=effective_at, person_id=person_id)
    return credit


def end_credit(
    uow: UnitOfWork, credit: CourseCredit, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Take a credit back before its time. Raises Conflict when it has ended already."""
    check_in_force(credit.ended_at is not None)
    credit.ended_at = now
    credit.end_reason = reason.strip()
    ended = CreditEnded(credit.id, credit.person_id, credit.course_id)
    append(uow, ended, row=credit, actor=actor, now=now, person_id=credit.person_id)


def end_credits_from(
    uow: UnitOfWork, source_id: UUID, reason: str, *, actor: Principal, now: datetime
) -> list[CourseCredit]:
    """Take back all that a waiver or a completed assignment gave, and return it."""
    given = list_from_source(uow.session, source_id)
    for credit in given:
        end_credit(uow, credit, reason, actor=actor, now=now)
    return given


def make_equivalence(
    uow: UnitOfWork,
    course: Course,
    by: Course,
    *,
    max_age_months: int | None,
    actor: Principal,
    now: datetime,
) -> Equivalence:
    """Let completing `by` count for `course` from now on. Raises InvalidInput, and Conflict when it does so now."""
    check_equivalence(course.id, by.id, max_age_months)
    standing = list_equivalences(uow.session, by_course_id=by.id)
    if any(one.course.id == course.id for one in standing):
        raise Conflict(N_("That course stands in for this one already"))
    made = Equivalence(
        id=new_id(), course_id=course.id, by_course_id=by.id, max_age_months=max_age_months, made_at=now,
        made_by=actor.person_id,
    )  # fmt: skip
    uow.session.add(made)
    append(uow, EquivalenceMade(made.id, course.id, by.id, max_age_months), row=made, actor=actor, now=now)
    return made


def end_equivalence(uow: UnitOfWork, equivalence: Equivalence, *, actor: Principal, now: datetime) -> None:
    """Let it give nobody anything any more; what it gave stays. Raises Conflict when it has ended."""
    check_in_force(equivalence.ended_at is not None)
    equivalence.ended_at = now
    append(uow, EquivalenceEnded(equivalence.id), row=equivalence, actor=actor, now=now)


def give_equivalents(
    uow: UnitOfWork, equivalences: Sequence[Equivalence], done: Sequence[Done], *, actor: str, now: datetime
) -> list[CourseCredit]:
    """Credit completions to the courses that they stand in for, in bulk; what would have run out gives nothing."""
    today = local_date(now)
    rows: list[dict[str, Any]] = []
    for one in equivalences:
        for found in done:
            until = equivalent_until(found.done_on, found.valid_until, one.max_age_months)
            if found.course_id == one.by_course_id and (until is None or until >= today):
                rows.append(
                    _credit_row(
                        found.person_id,
                        one.course_id,
                        CreditKind.EQUIVALENT,
                        found.done_on,
                        until,
                        found.assignment_id,
                        one.id,
                        now,
                    )
                )
    if rows:
        entries = [_entry(row, actor, now) for row in rows]
        uow.session.execute(insert(CourseCredit), rows)
        append_many(uow.session.connection(), entries)
    return [CourseCredit(**row) for row in rows]


def _decide(waiver: Waiver, status: WaiverStatus, reason: str, actor: Principal, now: datetime) -> None:
    waiver.status = status
    waiver.decided_at = now
    waiver.decided_by = actor.person_id
    waiver.decision_reason = reason.strip() or None


def _credit_row(
    person_id: UUID,
    course_id: UUID,
    kind: CreditKind,
    since: date,
    until: date | None,
    source_id: UUID | None,
    equivalence_id: UUID | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person_id": person_id,
        "course_id": course_id,
        "kind": kind,
        "since": since,
        "until": until,
        "reason": None,
        "given_at": now,
        "given_by": None,
        "source_id": source_id,
        "equivalence_id": equivalence_id,
        "ended_at": None,
        "end_reason": None,
        "version": 1,
    }


def _given(row: dict[str, Any]) -> CreditGiven:
    return CreditGiven(
        row["id"],
        row["person_id"],
        row["course_id"],
        row["kind"],
        row["since"],
        row["until"],
        row["source_id"],
    )


def _entry(row: dict[str, Any], actor: str, now: datetime) -> Entry:
    subject = f"{CourseCredit.__audit_kind__}/{row['id']}"
    state = row_state(CourseCredit, row)
    entry = Entry(_given(row), subject, actor, now, person_id=row["person_id"], state=state)
    row["last_event_id"] = entry.id
    return entry
