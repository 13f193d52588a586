"""Planning, opening, changing and ending sessions. What this means for bookings is done by those above."""

import secrets
from datetime import datetime
from uuid import UUID

from services.training.courses.queries import find_version, get_course
from services.training.courses.rules import VersionStatus
from services.training.sessions.models import CheckInKey, TrainingSession, columns_of
from services.training.sessions.rules import (
    Details,
    SessionStatus,
    SessionStep,
    check_details,
    concerns_calendars,
    next_status,
)
from shared.core.errors import DomainError, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.reasons import check_reason
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import (
    SessionCancelled,
    SessionClosed,
    SessionEdited,
    SessionHeld,
    SessionOpened,
    SessionPlanned,
)


def plan_session(uow: UnitOfWork, details: Details, *, actor: Principal, now: datetime) -> TrainingSession:
    """Prepare a session that nobody can book yet. Raises InvalidInput as rules.check_details says."""
    check_details(details, now)
    _check_course(uow, details)
    session = TrainingSession(
        id=new_id(), status=SessionStatus.PLANNED, sequence=0, planned_at=now, **columns_of(details)
    )
    uow.session.add(session)
    planned = SessionPlanned(
        session.id, session.course_id, session.kind, session.starts_at, session.ends_at, session.capacity
    )
    append(uow, planned, row=session, actor=actor, now=now)
    uow.session.flush()  # The key refers to it.
    uow.session.add(CheckInKey(session_id=session.id, secret=secrets.token_bytes(32)))
    return session


def open_session(uow: UnitOfWork, session: TrainingSession, *, actor: Principal, now: datetime) -> None:
    """Let those whom it is for book it. Raises IllegalTransition, InvalidInput when it begins too soon."""
    session.status = next_status(session.status, SessionStep.OPEN)
    check_details(session.details, now)
    append(uow, SessionOpened(session.id), row=session, actor=actor, now=now)


def change_session(
    uow: UnitOfWork,
    session: TrainingSession,
    details: Details,
    *,
    booked: int,
    actor: Principal,
    now: datetime,
) -> bool:
    """Change what is said of a session of which so many places are taken; say whether calendars must know.

    Raises IllegalTransition once it was held, InvalidInput as rules.check_details says.
    """
    next_status(session.status, SessionStep.EDIT)
    before = session.details
    if before == details:
        return False
    check_details(details, now, booked=booked)
    _check_course(uow, details)
    told = concerns_calendars(before, details)
    for name, value in columns_of(details).items():
        setattr(session, name, value)
    session.sequence += told
    edited = SessionEdited(session.id, session.starts_at, session.ends_at, session.capacity, session.sequence)
    append(uow, edited, row=session, actor=actor, now=now)
    return told


def end_as_cancelled(
    uow: UnitOfWork, session: TrainingSession, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Say that it will not take place, and why. Raises IllegalTransition, InvalidInput without a reason."""
    status = next_status(session.status, SessionStep.CANCEL)
    check_reason(reason)
    session.status = status
    session.cancel_reason = reason.strip()
    session.ended_at = now
    session.sequence += 1
    append(uow, SessionCancelled(session.id), row=session, actor=actor, now=now)


def end_as_held(
    uow: UnitOfWork,
    session: TrainingSession,
    *,
    attended: int,
    absent: int,
    actor: Principal,
    now: datetime,
) -> None:
    """Note that its roll is confirmed. Raises IllegalTransition."""
    session.status = next_status(session.status, SessionStep.HOLD)
    append(uow, SessionHeld(session.id, attended, absent), row=session, actor=actor, now=now)


def end_as_closed(
    uow: UnitOfWork,
    session: TrainingSession,
    *,
    entry_id: UUID | None,
    actor: Principal,
    now: datetime,
) -> None:
    """Note that nothing of it changes any more. Raises IllegalTransition."""
    session.status = next_status(session.status, SessionStep.CLOSE)
    session.ended_at = now
    append(uow, SessionClosed(session.id, entry_id), row=session, actor=actor, now=now)


def _check_course(uow: UnitOfWork, details: Details) -> None:
    """Raise InvalidInput unless the course exists and is taught: has a published version."""
    if details.course_id is None:
        return
    message = N_("This course has no published version yet")
    try:
        get_course(uow.session, details.course_id, drafts=False)
    except DomainError as error:
        raise InvalidInput(error.message, fields={"course_id": [error.message]}) from error
    if find_version(uow.session, details.course_id, VersionStatus.PUBLISHED) is None:
        raise InvalidInput(message, fields={"course_id": [message]})
