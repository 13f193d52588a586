"""Writing a seminar's case, handing out its files, and closing a session."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.attendance.queries import runs_sessions
from services.training.bookings.queries import visible_sessions
from services.training.permissions import SESSIONS_READ, SESSIONS_RUN
from services.training.seminars.commands import close_session, write_case
from services.training.seminars.models import SeminarCase
from services.training.seminars.queries import find_case
from services.training.seminars.rules import MOST_BYTES
from services.training.seminars.schemas import CaseSchema
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import get_session
from services.training.sessions.rules import SessionKind
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_, LocalizedText
from shared.files import FileKind, get_file
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.uploads import file_store, send_file, uploaded

bp = Blueprint("training_seminars", __name__, url_prefix="/training/sessions")

_TAKEN = (FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.DOCX, FileKind.PPTX, FileKind.XLSX)


@bp.get("/<uuid:session_id>/case")
@guard(SESSIONS_RUN)
def case_page(session_id: UUID) -> str:
    """The form for the case."""
    session = _seminar(session_id)
    case = find_case(current_uow().session, session_id)
    values = {}
    if case is not None:
        values = {
            "title_zh": case.title.zh, "title_en": case.title.en, "text_zh": case.text.zh, "text_en": case.text.en,
        }  # fmt: skip
    return _page(session, case, Form(CaseSchema(), values))


@bp.post("/<uuid:session_id>/case")
@guard(SESSIONS_RUN)
def save_case(session_id: UUID) -> Response | tuple[str, int]:
    """Save the case, with a file more or some less."""
    session, form = _seminar(session_id), Form(CaseSchema())
    case = find_case(current_uow().session, session_id)
    if form.validate():
        try:
            _write(session, case, form.data)
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The case is saved."), "eligible")
            return redirect(f"/training/sessions/{session_id}", 303)
    return _page(session, case, form), 422


@bp.get("/<uuid:session_id>/case/files/<string(maxlength=64):sha256>")
@guard(SESSIONS_READ)
def case_file(session_id: UUID, sha256: str) -> Response:
    """One of the case's files."""
    db = current_uow().session
    get_session(db, session_id, visible_sessions(current_principal()))
    case = find_case(db, session_id)
    for one in case.files if case is not None else ():
        if one["sha256"] == sha256:
            return send_file(get_file(db, sha256), name=one["name"])
    raise NotFound(N_("There is no such file"))


@bp.post("/<uuid:session_id>/close")
@guard(SESSIONS_RUN)
def close(session_id: UUID) -> Response:
    """Close a session; a case goes to the library."""
    uow, principal = current_uow(), current_principal()
    get_session(uow.session, session_id, runs_sessions(principal))
    session = close_session(uow, session_id, actor=principal, now=now())
    if session.kind is SessionKind.CASE_SEMINAR:
        flash(_("The session is closed, and its case is in the library."), "eligible")
    else:
        flash(_("The session is closed."), "eligible")
    return redirect(f"/training/sessions/{session_id}", 303)


def _seminar(session_id: UUID) -> TrainingSession:
    session = get_session(current_uow().session, session_id, runs_sessions(current_principal()))
    if session.kind is not SessionKind.CASE_SEMINAR:
        raise NotFound(N_("Only a case seminar has a case"))
    return session


def _write(session: TrainingSession, case: SeminarCase | None, data: dict[str, Any]) -> None:
    uow = current_uow()
    files = [one for one in (case.files if case is not None else []) if one["sha256"] not in data["remove"]]
    upload = uploaded()
    if upload is not None:
        stored = file_store().keep(uow, upload.stream, allow=_TAKEN, max_bytes=MOST_BYTES, now=now())
        if all(one["sha256"] != stored.sha256 for one in files):
            files.append({"sha256": stored.sha256, "name": (upload.filename or "")[:200]})
    write_case(
        uow,
        session,
        LocalizedText(zh=data["title_zh"], en=data["title_en"]),
        LocalizedText(zh=data["text_zh"], en=data["text_en"]),
        files,
        actor=current_principal(),
        now=now(),
    )


def _page(session: TrainingSession, case: SeminarCase | None, form: Form) -> str:
    return render_template(
        "training/session_case.html",
        session=session,
        files=case.files if case is not None else [],
        form=form,
        labels={
            "title_zh": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "text_zh": _("The case in Chinese"),
            "text_en": _("The case in English"),
            "file": _("Add a file"),
        },
    )
