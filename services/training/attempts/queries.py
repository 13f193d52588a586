"""Reading attempts."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.attempts.models import Attempt
from services.training.attempts.rules import AttemptStatus
from shared.core.errors import NotFound
from shared.core.text import N_


def find_launched(session: Session, assignment_id: UUID) -> Attempt | None:
    """Return the attempt that is under way, or None."""
    return session.scalar(
        select(Attempt).where(
            Attempt.assignment_id == assignment_id, Attempt.status == AttemptStatus.LAUNCHED
        )
    )


def get_attempt(session: Session, assignment_id: UUID, attempt_id: UUID) -> Attempt:
    """Return the attempt at this assignment; raise NotFound."""
    found: Attempt | None = session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.assignment_id == assignment_id)
    )
    if found is None:
        raise NotFound(N_("There is no such attempt"))
    return found


def list_attempts(session: Session, assignment_id: UUID) -> list[Attempt]:
    """Return the attempts at an assignment, the latest first."""
    statement = select(Attempt).where(Attempt.assignment_id == assignment_id).order_by(Attempt.number.desc())
    return list(session.scalars(statement))
