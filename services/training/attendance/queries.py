"""Who may call a session's roll, and what rests on it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Session

from services.training.attempts.queries import Resting, list_resting
from services.training.attendance.rules import Mark
from services.training.bookings.models import Booking
from services.training.bookings.rules import BookingStatus, Presence
from services.training.parts.rules import PartKind
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


def list_completing(
    session: Session, training_session: TrainingSession, roll: Iterable[Booking]
) -> list[Resting]:
    """Return the completions of the course that rest on having attended this session."""
    people = [one.person_id for one in roll if one.status is BookingStatus.ATTENDED]
    if training_session.course_id is None or not people:
        return []
    reference = str(training_session.id)
    resting = list_resting(session, training_session.course_id, PartKind.SESSION, reference, people)
    return [one for one in resting if one.completes]


def list_taken_back(
    session: Session, training_session: TrainingSession, roll: Iterable[Booking], marks: Sequence[Mark]
) -> list[Resting]:
    """Return those of the completions whose owner these marks say to have been absent."""
    absent = {one.booking_id for one in marks if one.presence is Presence.ABSENT}
    return list_completing(session, training_session, [one for one in roll if one.id in absent])
