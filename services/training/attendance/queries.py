"""Who may call a session's roll."""

from sqlalchemy import ColumnElement, false, true

from services.training.permissions import SESSIONS_EDIT
from services.training.sessions.models import TrainingSession
from shared.core.principals import Principal


def runs_sessions(principal: Principal) -> ColumnElement[bool]:
    """Return the condition under which the principal calls a session's roll: trainers, and who teaches it."""
    if SESSIONS_EDIT.allows(principal):
        return true()
    if principal.person_id is None:
        return false()
    return TrainingSession.instructor_id == principal.person_id


def runs(principal: Principal, session: TrainingSession) -> bool:
    """Say the same of one session."""
    own = principal.person_id is not None and session.instructor_id == principal.person_id
    return own or SESSIONS_EDIT.allows(principal)
