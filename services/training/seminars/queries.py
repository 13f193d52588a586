"""Reading seminar cases."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.seminars.models import SeminarCase


def find_case(session: Session, session_id: UUID) -> SeminarCase | None:
    """Return the case of a session, or None while none is written."""
    return session.scalar(select(SeminarCase).where(SeminarCase.session_id == session_id))
