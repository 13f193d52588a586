"""Giving feedback, and giving it anew."""

from datetime import datetime

from services.training.bookings.models import Booking
from services.training.feedback.models import SessionFeedback
from services.training.feedback.queries import find_feedback
from services.training.feedback.rules import Answer, check_answer, check_may_answer
from services.training.sessions.models import TrainingSession
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import FeedbackChanged, FeedbackGiven


def give_feedback(
    uow: UnitOfWork, session: TrainingSession, booking: Booking, answer: Answer, *, now: datetime
) -> SessionFeedback:
    """Keep what somebody who was there says of a session, in place of what they said before.

    The log names neither the person nor their account: it proves that nothing was altered, not who spoke.
    Raises Conflict for somebody who was not there, or too late, InvalidInput for an answer that is none.
    """
    check_may_answer(booking.status, session.ends_at, now)
    check_answer(answer)
    said = {
        "content": answer.content,
        "instructor": answer.instructor,
        "relevance": answer.relevance,
        "comment": answer.comment.strip(),
        "given_on": local_date(now),
    }
    found = find_feedback(uow.session, session.id, booking.person_id)
    if found is not None:
        for name, value in said.items():
            setattr(found, name, value)
        append(uow, FeedbackChanged(session.id), row=found, actor=SYSTEM, now=now)
        return found
    feedback = SessionFeedback(id=new_id(), session_id=session.id, person_id=booking.person_id, **said)
    uow.session.add(feedback)
    append(uow, FeedbackGiven(session.id), row=feedback, actor=SYSTEM, now=now)
    return feedback
