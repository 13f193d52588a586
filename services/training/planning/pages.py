"""The trainer's list of sessions, the editor, and opening and cancelling."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import true
from werkzeug.wrappers import Response

from services.training.bookings.commands import cancel_session, edit_session
from services.training.bookings.queries import Listed, listed
from services.training.courses.queries import list_courses, list_with_part
from services.training.parts.rules import PartKind
from services.training.permissions import SESSIONS_EDIT
from services.training.planning.schemas import (
    CancelSchema,
    SessionFormSchema,
    details_of,
    form_values,
)
from services.training.sessions.commands import open_session, plan_session
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import SessionFilter, When, get_session, list_sessions
from services.training.sessions.rules import (
    INSTRUCTOR_WORDS,
    KIND_WORDS,
    LANGUAGE_WORDS,
    STAGE_WORDS,
    SessionKind,
)
from shared.core.errors import DomainError
from shared.messages.people import Position, ProductLine, Region
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_planning", __name__, url_prefix="/training/sessions")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NEW = {"kind": "lecture", "instructor_kind": "rnd", "language": "zh", "capacity": 30}


@bp.get("/plan")
@guard(SESSIONS_EDIT)
def plan() -> str:
    """Every session, with how full it is."""
    session, wanted = current_uow().session, _filter()
    page = list_sessions(session, true(), wanted, now=now(), cursor=request.args.get("cursor"))
    query = request.query_string.decode()
    return render_template(
        "training/session_plan.html",
        rows=listed(session, page.items, None, now()),
        next_cursor=page.next_cursor,
        wanted=wanted,
        kind_words=KIND_WORDS,
        stage_words=STAGE_WORDS,
        kinds=_options(KIND_WORDS),
        courses=_courses(),
        csv_url=f"/training/sessions/plan.csv?{query}",
        xlsx_url=f"/training/sessions/plan.xlsx?{query}",
    )


@bp.get("/plan.csv")
@guard(SESSIONS_EDIT)
def plan_csv() -> Response:
    """The list as CSV: everything that the filter of the page finds."""
    return _download(write_csv(_headers(), _lines()), "text/csv", "training-sessions.csv")


@bp.get("/plan.xlsx")
@guard(SESSIONS_EDIT)
def plan_xlsx() -> Response:
    """The list as a workbook."""
    return _download(write_xlsx(_headers(), _lines(), sheet="sessions"), XLSX, "training-sessions.xlsx")


@bp.get("/new")
@guard(SESSIONS_EDIT)
def new_session() -> str:
    """The form for a new session."""
    return _editor(Form(SessionFormSchema(), dict(_NEW)), None)


@bp.post("/new")
@guard(SESSIONS_EDIT)
def create() -> Response | tuple[str, int]:
    """Plan a session; with the button "open", let people book it at once."""
    uow, form = current_uow(), Form(SessionFormSchema())
    opens = request.form.get("then") == "open"
    if form.validate():
        try:
            details = details_of(uow.session, form.data)
            session = plan_session(uow, details, actor=current_principal(), now=now())
            if opens:
                open_session(uow, session, actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            said = _("The session is planned. Open it when it may be booked.")
            flash(_("The session is open for booking.") if opens else said, "eligible")
            return redirect(f"/training/sessions/{session.id}", 303)
    return _editor(form, None), 422


@bp.get("/<uuid:session_id>/edit")
@guard(SESSIONS_EDIT)
def edit_page(session_id: UUID) -> str:
    """The form for a session that is there."""
    session = get_session(current_uow().session, session_id, true())
    values = form_values(current_uow().session, session.details)
    return _editor(Form(SessionFormSchema(), values), session)


@bp.post("/<uuid:session_id>/edit")
@guard(SESSIONS_EDIT)
def save(session_id: UUID) -> Response | tuple[str, int]:
    """Save it; those in it are told of a new time or place."""
    uow, form = current_uow(), Form(SessionFormSchema())
    session = get_session(uow.session, session_id, true())
    if form.validate():
        try:
            details = details_of(uow.session, form.data)
            edit_session(uow, session_id, details, actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The session is saved."), "eligible")
            return redirect(f"/training/sessions/{session_id}", 303)
    return _editor(form, session), 422


@bp.post("/<uuid:session_id>/open")
@guard(SESSIONS_EDIT)
def open_for_booking(session_id: UUID) -> Response:
    """Let people book it."""
    uow = current_uow()
    open_session(uow, get_session(uow.session, session_id, true()), actor=current_principal(), now=now())
    flash(_("The session is open for booking."), "eligible")
    return redirect(f"/training/sessions/{session_id}", 303)


@bp.get("/<uuid:session_id>/cancel")
@guard(SESSIONS_EDIT)
def cancel_page(session_id: UUID) -> str:
    """Asking for the reason."""
    return _cancel_page(get_session(current_uow().session, session_id, true()), Form(CancelSchema()))


@bp.post("/<uuid:session_id>/cancel")
@guard(SESSIONS_EDIT)
def cancel(session_id: UUID) -> Response | tuple[str, int]:
    """Cancel it, and tell everybody who is in it."""
    uow, form = current_uow(), Form(CancelSchema())
    session = get_session(uow.session, session_id, true())
    if form.validate():
        try:
            cancel_session(uow, session_id, form.data["reason"], actor=current_principal(), now=now())
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The session is cancelled. Everybody who was in it has been told."), "eligible")
            return redirect(f"/training/sessions/{session_id}", 303)
    return _cancel_page(session, form), 422


def _filter() -> SessionFilter:
    when, kind = request.args.get("when", ""), request.args.get("kind", "")
    return SessionFilter(
        When(when) if when in list(When) else When.UPCOMING,
        SessionKind(kind) if kind in list(SessionKind) else None,
        request.args.get("course", type=UUID),
    )


def _options(words: dict[Any, Any]) -> list[tuple[str, str]]:
    return [(code.value, say(word)) for code, word in words.items()]


def _courses() -> list[tuple[str, str]]:
    found = list_courses(current_uow().session, limit=200).items
    return [(str(one.id), one.title.pick(locale_code())) for one in found]


def _countable(session: TrainingSession | None) -> list[tuple[str, str]]:
    """Return the courses that attending counts for: those with a session in them."""
    kept = session.course_id if session is not None else None
    found = list_with_part(current_uow().session, PartKind.SESSION, kept)
    return [(str(one.id), one.title.pick(locale_code())) for one in found]


def _headers() -> list[str]:
    return [
        _("Starts"), _("Ends"), _("Title in Chinese"), _("Title in English"), _("Kind"), _("Instructor"),
        _("Affiliation"), _("Place"), _("State"), _("Places"), _("Booked"), _("Waiting"), _("Attended"),
    ]  # fmt: skip


def _lines() -> Iterator[list[object]]:
    """Yield a line a session, reading a page at a time."""
    session, wanted = current_uow().session, _filter()
    cursor: str | None = None
    while True:
        page = list_sessions(session, true(), wanted, now=now(), cursor=cursor, limit=200)
        yield from (_line(row) for row in listed(session, page.items, None, now()))
        cursor = page.next_cursor
        if cursor is None:
            return


def _line(row: Listed) -> list[object]:
    one = row.session
    return [
        one.starts_at, one.ends_at, one.title.zh, one.title.en, say(KIND_WORDS[one.kind]), one.instructor_name,
        one.affiliation, one.place or one.link, say(STAGE_WORDS[row.stage]), one.capacity, row.counts.taken,
        row.counts.waiting, row.counts.attended,
    ]  # fmt: skip


def _download(body: bytes, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=mimetype, headers=headers)


def _cancel_page(session: TrainingSession, form: Form) -> str:
    return render_template(
        "training/session_cancel.html", session=session, form=form, labels={"reason": _("Reason")}
    )


def _editor(form: Form, session: TrainingSession | None) -> str:
    return render_template(
        "training/session_editor.html",
        form=form,
        session=session,
        labels=_labels(),
        kinds=_options(KIND_WORDS),
        instructors=_options(INSTRUCTOR_WORDS),
        languages=_options(LANGUAGE_WORDS),
        courses=[("", _("counts for no course")), *_countable(session)],
        audiences=[
            ("positions", _("Job positions"), [(one.value, say(one.label)) for one in Position]),
            ("regions", _("Sales regions"), [(one.value, say(one.label)) for one in Region]),
            ("product_lines", _("Product lines"), [(one.value, say(one.label)) for one in ProductLine]),
        ],
    )


def _labels() -> dict[str, str]:
    """Return what the form and its summary of errors call each field."""
    return {
        "kind": _("Kind"),
        "course_id": _("Counts for the course"),
        "title_zh": _("Title in Chinese"),
        "title_en": _("Title in English"),
        "about_zh": _("What it is about, in Chinese"),
        "about_en": _("What it is about, in English"),
        "instructor_kind": _("Who teaches"),
        "employee_no": _("Employee number"),
        "instructor_name": _("Name of an expert from outside"),
        "affiliation": _("Affiliation"),
        "language": _("Language"),
        "place": _("Place"),
        "link": _("Link"),
        "starts_at": _("Starts"),
        "ends_at": _("Ends"),
        "capacity": _("Places"),
        "book_until": _("Booking until"),
        "cancel_until": _("Withdrawing until"),
        "hired_from": _("Hired from"),
        "hired_until": _("Hired until"),
    }
