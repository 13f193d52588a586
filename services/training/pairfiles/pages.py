"""A file of mentorships: hand it in, read what each line comes to, do it."""

import io

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from services.training.pairfiles.commands import apply_lines, read_file
from services.training.pairfiles.rules import MOST_ROWS, OUTCOME_WORDS, Line, Outcome
from services.training.pairfiles.schemas import FileFormSchema
from services.training.permissions import MENTORING_EDIT
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_
from shared.files import FileKind, clean_name, find_file
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.uploads import file_store, uploaded

Answer = Response | str | tuple[str, int]
HERE = "/training/mentoring/file"
MAX_FILE = 2 * 2**20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("training_pairfiles", __name__, url_prefix=HERE)


@bp.get("")
@guard(MENTORING_EDIT)
def form_page() -> str:
    """The form, and the template to fill in."""
    return _page({})


@bp.get("/template.csv")
@guard(MENTORING_EDIT)
def template_csv() -> Response:
    """The template as CSV."""
    return _download(write_csv(_headers(), []), "text/csv", "mentorships.csv")


@bp.get("/template.xlsx")
@guard(MENTORING_EDIT)
def template_xlsx() -> Response:
    """The template as a workbook."""
    return _download(write_xlsx(_headers(), [], sheet="mentorships"), _XLSX, "mentorships.xlsx")


@bp.post("/preview")
@guard(MENTORING_EDIT)
def preview() -> Answer:
    """Keep the file, and show what each of its lines comes to; no mentorship is changed."""
    handed_in, uow = uploaded("file"), current_uow()
    try:
        if handed_in is None:
            missing = N_("Please choose a file")
            raise InvalidInput(missing, fields={"file": [missing]})
        data = handed_in.stream.read(MAX_FILE + 1)
        stored = file_store().keep(
            uow, io.BytesIO(data), allow=(FileKind.XLSX, FileKind.TEXT), max_bytes=MAX_FILE, now=now()
        )
        name = clean_name(handed_in.filename or "", stored.kind)
        lines = read_file(uow, data, name, current_principal(), now=now())
    except DomainError as error:
        form = Form(FileFormSchema())
        form.reject(error)
        return _page(form.errors), 422
    return _page({}, lines, sha256=stored.sha256, name=name)


@bp.post("")
@guard(MENTORING_EDIT)
def apply() -> Answer:
    """Do what the file that was looked at comes to now."""
    form, uow, principal = Form(FileFormSchema()), current_uow(), current_principal()
    if not form.validate() or find_file(uow.session, form.data["sha256"]) is None:
        return _page({"file": [_("Please hand the file in again")]}), 422
    data = file_store().read(form.data["sha256"])
    try:
        lines = read_file(uow, data, form.data["name"], principal, now=now(), lock=True)
    except DomainError as error:
        form.reject(error)
        return _page(form.errors), 422
    made = apply_lines(uow, lines, by=principal, now=now())
    flash(ngettext("%(num)d mentorship has begun", "%(num)d mentorships have begun", made), "eligible")
    return redirect("/training/mentoring/overview", 303)


def _page(
    errors: dict[str, list[str]], lines: list[Line] | None = None, *, sha256: str = "", name: str = ""
) -> str:
    return render_template(
        "training/mentoring_file.html",
        errors=errors,
        lines=sorted(lines, key=lambda one: one.outcome is not Outcome.ERROR) if lines is not None else None,
        counts={one: sum(line.outcome is one for line in lines or ()) for one in Outcome},
        outcome_words=OUTCOME_WORDS,
        sha256=sha256,
        name=name,
        most=MOST_ROWS,
        labels={"file": _("File")},
    )


def _headers() -> list[str]:
    return [
        _("Mentee's employee number"),
        _("Mentor's employee number"),
        _("Plan code"),
        _("Start date"),
        _("Due date"),
    ]


def _download(body: bytes, mimetype: str, name: str) -> Response:
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
