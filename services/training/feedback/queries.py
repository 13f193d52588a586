"""Reading feedback."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.feedback.models import SessionFeedback
from services.training.feedback.rules import Answer


def find_feedback(session: Session, session_id: UUID, person_id: UUID) -> SessionFeedback | None:
    """Return what the person said of the session, or None."""
    return session.scalar(
        select(SessionFeedback).where(
            SessionFeedback.session_id == session_id, SessionFeedback.person_id == person_id
        )
    )


def list_answers(session: Session, session_id: UUID) -> list[Answer]:
    """Return what everybody said of a session, without who."""
    found = session.scalars(select(SessionFeedback).where(SessionFeedback.session_id == session_id))
    return [one.answer for one in found]


def answered(session: Session, person_id: UUID, session_ids: Iterable[UUID]) -> set[UUID]:
    """Return of which of these sessions the person has said something, in one query."""
    statement = select(SessionFeedback.session_id).where(
        SessionFeedback.person_id == person_id, SessionFeedback.session_id.in_(list(session_ids))
    )
    return set(session.scalars(statement))
