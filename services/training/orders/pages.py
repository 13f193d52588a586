"""A file of assignments: hand it in, read what each line comes to, do it."""

import io

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from services.training.assigning.commands import FILE_JOB, apply_lines, principal_json, read_file
from services.training.assigning.rules import AT_ONCE, OUTCOME_WORDS, Line, Outcome
from services.training.assigning.schemas import FileFormSchema
from services.training.permissions import ASSIGN
from shared.core.errors import DomainError, InvalidInput
from shared.core.text import N_
from shared.files import FileKind, clean_name, find_file
from shared.jobs import enqueue
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.uploads import file_store, uploaded

Answer = Response | str | tuple[str, int]
HERE = "/training/assign/file"
MAX_FILE = 5 * 1024 * 1024
_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

bp = Blueprint("training_orders", __name__, url_prefix=HERE)


@bp.get("")
@guard(ASSIGN)
def form_page() -> str:
    """The form, and the template to fill in."""
    return _page({})


@bp.get("/template.csv")
@guard(ASSIGN)
def template_csv() -> Response:
    """The template as CSV."""
    return _download(write_csv(_headers(), []), "text/csv", "assignments.csv")


@bp.get("/template.xlsx")
@guard(ASSIGN)
def template_xlsx() -> Response:
    """The template as a workbook."""
    return _download(write_xlsx(_headers(), [], sheet="assignments"), _XLSX, "assignments.xlsx")


@bp.post("/preview")
@guard(ASSIGN)
def preview() -> Answer:
    """Keep the file, and show what each of its lines comes to; no assignment is changed."""
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
@guard(ASSIGN)
def apply() -> Answer:
    """Do what the file that was looked at comes to now: at once, or by a job when it is long."""
    form, uow, principal = Form(FileFormSchema()), current_uow(), current_principal()
    if not form.validate() or find_file(uow.session, form.data["sha256"]) is None:
        return _page({"file": [_("Please hand the file in again")]}), 422
    sha256, name = form.data["sha256"], form.data["name"]
    try:
        lines = read_file(uow, file_store().read(sha256), name, principal, now=now())
    except DomainError as error:
        form.reject(error)
        return _page(form.errors), 422
    if len(lines) > AT_ONCE:
        payload = {"sha256": sha256, "name": name, "by": principal_json(principal)}
        job = enqueue(uow, FILE_JOB, payload, now=now(), created_by=principal)
        return redirect(f"/training/assign/jobs/{job.id}", 303)
    made = apply_lines(uow, lines, by=principal, now=now())[Outcome.NEW]
    flash(ngettext("%(num)d person was assigned", "%(num)d people were assigned", made), "eligible")
    return redirect("/training/team", 303)


def _page(
    errors: dict[str, list[str]], lines: list[Line] | None = None, *, sha256: str = "", name: str = ""
) -> str:
    counts = {one: sum(line.outcome is one for line in lines or ()) for one in Outcome}
    shown = sorted(lines or (), key=lambda one: (one.outcome is not Outcome.ERROR, one.row))[:_SHOWN]
    return render_template(
        "training/assign_file.html",
        errors=errors,
        lines=shown if lines is not None else None,
        total=len(lines or ()),
        counts=counts,
        outcome_words=OUTCOME_WORDS,
        sha256=sha256,
        name=name,
        labels={"file": _("File")},
    )


def _headers() -> list[str]:
    return [_("Employee number"), _("Course code"), _("Due date"), _("Note")]


def _download(body: bytes, mimetype: str, name: str) -> Response:
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
