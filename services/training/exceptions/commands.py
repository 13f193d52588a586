"""Asking for another due date, deciding on it, and finding dates that cannot be met."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from services.training.assignments.commands import move_due
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStep
from services.training.assignments.rules import next_status as next_assignment_status
from services.training.exceptions.models import DueException
from services.training.exceptions.queries import find_requested, list_doubtful, list_settled
from services.training.exceptions.rules import (
    Cause,
    DateFacts,
    ExceptionStatus,
    ExceptionStep,
    check_new_date,
    next_status,
    why_impossible,
)
from services.training.notices.commands import Telling, tell
from services.training.notices.rules import NoticeKind
from services.training.waivers.rules import check_decider
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.reasons import check_reason
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory.models import unbarred
from shared.eventlog import append
from shared.messages.training import (
    DueExceptionGranted,
    DueExceptionRefused,
    DueExceptionRequested,
    DueExceptionWithdrawn,
)


def request_exception(
    uow: UnitOfWork,
    assignment: Assignment,
    reason: str,
    *,
    wished_on: date | None,
    actor: Principal,
    now: datetime,
) -> DueException:
    """Say that a due date cannot be met, and perhaps which could be.

    Raises InvalidInput, IllegalTransition for what has ended, Conflict while another request awaits a decision.
    """
    next_assignment_status(assignment.status, AssignmentStep.EXTEND)
    check_reason(reason)
    if wished_on is not None:
        check_new_date(assignment.due_on, wished_on, local_date(now), "wished_on")
    if find_requested(uow.session, assignment.id) is not None:
        raise Conflict(N_("Another date has been asked for already; it awaits a decision"))
    return _add(uow, assignment, Cause.ASKED, reason.strip(), wished_on, actor, now)


def grant_exception(
    uow: UnitOfWork,
    found: DueException,
    assignment: Assignment,
    due_on: date,
    reason: str,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Give another due date; standing follows it. Raises IllegalTransition, Forbidden for one's own, InvalidInput."""
    status = next_status(found.status, ExceptionStep.GRANT)
    check_decider(actor.person_id, found.person_id)
    check_new_date(assignment.due_on, due_on, local_date(now), "due_on")
    check_reason(reason)
    found.status, found.granted_on = status, due_on
    _decide(found, reason, actor, now)
    granted = DueExceptionGranted(found.id, assignment.id, found.person_id, due_on)
    append(uow, granted, row=found, actor=actor, now=now, person_id=found.person_id)
    move_due(uow, assignment, due_on, reason, actor=actor, now=now)
    _tell(uow, found, NoticeKind.EXCEPTION_GRANTED, due_on, actor, now)


def refuse_exception(
    uow: UnitOfWork, found: DueException, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Let the due date stay, and say why. Raises IllegalTransition, Forbidden for one's own, InvalidInput."""
    status = next_status(found.status, ExceptionStep.REFUSE)
    check_decider(actor.person_id, found.person_id)
    check_reason(reason)
    found.status = status
    _decide(found, reason, actor, now)
    refused = DueExceptionRefused(found.id, found.assignment_id, found.person_id)
    append(uow, refused, row=found, actor=actor, now=now, person_id=found.person_id)
    if found.cause is Cause.ASKED:
        _tell(uow, found, NoticeKind.EXCEPTION_REFUSED, found.due_on, actor, now)


def withdraw_exception(uow: UnitOfWork, found: DueException, *, actor: Principal, now: datetime) -> None:
    """Take a request back. Raises IllegalTransition once it is decided."""
    found.status = next_status(found.status, ExceptionStep.WITHDRAW)
    found.decided_at = now
    withdrawn = DueExceptionWithdrawn(found.id, found.assignment_id, found.person_id)
    append(uow, withdrawn, row=found, actor=actor, now=now, person_id=found.person_id)


def find_chunk(
    uow: UnitOfWork,
    after: UUID | None,
    *,
    next_sessions: Mapping[UUID, date | None],
    now: datetime,
    limit: int = 500,
) -> tuple[UUID | None, int]:
    """Put the next due dates that cannot be met into the queue; return where to go on, and how many there were.

    `next_sessions`: for each course that cannot be completed without a session, the first that still takes
    place. A date that was found or decided on once is not found again.
    """
    today = local_date(now)
    doubtful = list_doubtful(
        uow.session, today, session_courses=list(next_sessions), after=after, limit=limit
    )
    found = 0
    for one in doubtful:
        assignment, person = one.assignment, one.person
        facts = DateFacts(
            assignment.opens_on,
            assignment.due_on,
            person.hired_on,
            unbarred(person.tags),
            one.has_version,
            assignment.course_id in next_sessions,
            next_sessions.get(assignment.course_id),
        )
        cause = why_impossible(facts, today)
        if cause is not None:
            _add(uow, assignment, cause, None, None, SYSTEM, now)
            found += 1
    return (doubtful[-1].assignment.id if doubtful else None), found


def close_settled(uow: UnitOfWork, *, now: datetime, limit: int = 500) -> int:
    """Take requests out of the queue about what has been completed or is not asked any more; return how many."""
    settled = list_settled(uow.session, limit)
    for one in settled:
        withdraw_exception(uow, one, actor=SYSTEM, now=now)
    return len(settled)


def _add(
    uow: UnitOfWork,
    assignment: Assignment,
    cause: Cause,
    reason: str | None,
    wished_on: date | None,
    actor: Principal,
    now: datetime,
) -> DueException:
    found = DueException(
        id=new_id(), assignment_id=assignment.id, person_id=assignment.person_id,
        course_id=assignment.course_id, cause=cause, status=ExceptionStatus.REQUESTED, reason=reason,
        due_on=assignment.due_on, wished_on=wished_on, requested_at=now, requested_by=actor.person_id,
    )  # fmt: skip
    uow.session.add(found)
    requested = DueExceptionRequested(found.id, assignment.id, assignment.person_id, cause, assignment.due_on)
    append(uow, requested, row=found, actor=actor, now=now, person_id=assignment.person_id)
    return found


def _decide(found: DueException, reason: str, actor: Principal, now: datetime) -> None:
    found.decided_at = now
    found.decided_by = actor.person_id
    found.decision_reason = reason.strip()


def _tell(
    uow: UnitOfWork, found: DueException, kind: NoticeKind, due_on: date, actor: Principal, now: datetime
) -> None:
    telling = Telling(
        found.person_id, kind, found.course_id, str(found.id), found.assignment_id, due_on=due_on
    )
    tell(uow, telling, actor=actor, now=now)
