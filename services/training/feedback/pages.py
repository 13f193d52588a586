"""Giving feedback, and what it came to."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.attendance.queries import runs_sessions
from services.training.bookings.models import Booking
from services.training.bookings.queries import bookings_in, visible_sessions
from services.training.feedback.commands import give_feedback
from services.training.feedback.queries import find_feedback, list_answers
from services.training.feedback.rules import (
    MIN_ANSWERS,
    QUESTION_WORDS,
    Answer,
    check_may_answer,
    comments_of,
    summarise,
)
from services.training.feedback.schemas import FeedbackSchema
from services.training.permissions import SESSIONS_READ, SESSIONS_RUN
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import get_session
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard

bp = Blueprint("training_feedback", __name__, url_prefix="/training/sessions")


@bp.get("/<uuid:session_id>/feedback")
@guard(SESSIONS_READ)
def feedback_page(session_id: UUID) -> str:
    """The form, with what was said before."""
    session, booking = _attended(session_id)
    check_may_answer(booking.status, session.ends_at, now())
    found = find_feedback(current_uow().session, session_id, booking.person_id)
    values = {} if found is None else {name: getattr(found, name) for name in FeedbackSchema().fields}
    return _page(session, Form(FeedbackSchema(), values))


@bp.post("/<uuid:session_id>/feedback")
@guard(SESSIONS_READ)
def give(session_id: UUID) -> Response | tuple[str, int]:
    """Keep the feedback."""
    session, booking = _attended(session_id)
    form = Form(FeedbackSchema())
    if form.validate():
        try:
            give_feedback(current_uow(), session, booking, Answer(**form.data), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("Thank you. Your feedback is kept without your name."), "eligible")
            return redirect("/training/sessions/mine", 303)
    return _page(session, form), 422


@bp.get("/<uuid:session_id>/results")
@guard(SESSIONS_RUN)
def results_page(session_id: UUID) -> str:
    """What the feedback came to, for the instructor and for trainers: from five answers on, and without names."""
    principal, db = current_principal(), current_uow().session
    session = get_session(db, session_id, runs_sessions(principal))
    answers = list_answers(db, session_id)
    return render_template(
        "training/session_results.html",
        session=session,
        results=summarise(answers),
        comments=comments_of(answers),
        answers=len(answers),
        needed=MIN_ANSWERS,
        question_words=QUESTION_WORDS,
    )


def _attended(session_id: UUID) -> tuple[TrainingSession, Booking]:
    """Return the session and the reader's booking of it; raise NotFound."""
    db, principal = current_uow().session, current_principal()
    session = get_session(db, session_id, visible_sessions(principal))
    if principal.person_id is not None:
        booking = bookings_in(db, session_id, [principal.person_id]).get(principal.person_id)
        if booking is not None:
            return session, booking
    raise NotFound(N_("There is no such booking"))


def _page(session: TrainingSession, form: Form) -> str:
    ratings = [
        (5, _("5 – excellent")), (4, _("4 – good")), (3, _("3 – fair")), (2, _("2 – weak")), (1, _("1 – poor")),
    ]  # fmt: skip
    return render_template(
        "training/session_feedback.html",
        session=session,
        form=form,
        ratings=ratings,
        labels={**_labels(), "comment": _("Comment")},
        needed=MIN_ANSWERS,
    )


def _labels() -> dict[str, str]:
    """Return what the questions are called, in the reader's language."""
    return {name: _(word.msgid) for name, word in QUESTION_WORDS.items()}
