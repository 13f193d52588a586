"""Pages of earlier completions: hand a file in with its evidence, see what it would do, apply or discard it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.imports.commands import (
    MAX_UPLOAD,
    check_import,
    discard_import,
    start_import,
)
from services.training.imports.models import LegacyCompletion, LegacyImport
from services.training.imports.queries import Preview, get_completion, get_import, list_imports, preview_of
from services.training.imports.rules import FIELDS, HEADINGS, MAX_EVIDENCE, STATUS_WORDS, ImportStatus
from services.training.imports.schemas import UploadForm
from services.training.permissions import CERTIFICATES_READ, IMPORT, visible
from shared.core.errors import Conflict, DomainError, InvalidInput, NotFound
from shared.core.text import LOCALES, N_
from shared.core.zones import local_date
from shared.directory import names_of
from shared.files import get_file
from shared.jobs import find_unfinished
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code, say
from shared.web.uploads import file_store, send_file, takes_upload

bp = Blueprint("training_imports", __name__, url_prefix="/training/imports")
evidence_bp = Blueprint("training_earlier", __name__, url_prefix="/training/earlier-completions")

# As many are shown; all of them are in the download.
MOST_SHOWN = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TONES = {
    ImportStatus.CHECKED: "accent",
    ImportStatus.APPLYING: "notice",
    ImportStatus.APPLIED: "eligible",
    ImportStatus.DISCARDED: "neutral",
}
_SAMPLE = (
    ("S0001", "anti-bribery", "2025-11-20", "2026-11-20", "92", "CB-2025-0117", "华东合规培训中心", ""),
    ("S0002", "product-core-technology", "2024-06-30", "", "88", "", "", ""),
)


@bp.get("")
@guard(IMPORT)
def import_list() -> str:
    """The files that were handed in, the latest first."""
    page = list_imports(current_uow().session, cursor=request.args.get("cursor"))
    return render_template("training/import_list.html", page=page, words=STATUS_WORDS, tones=_TONES)


@bp.get("/new")
@guard(IMPORT)
def new_import() -> str:
    """The form for a file and its evidence."""
    return _new_page(Form(UploadForm()))


@bp.post("/new")
@guard(IMPORT)
@takes_upload(MAX_UPLOAD)
def upload() -> Response | tuple[str, int]:
    """Take in a file and go on to what it would do."""
    form = Form(UploadForm())
    form.validate()
    file = form.file("file")
    evidence = [(one.filename or "", one.stream) for one in request.files.getlist("evidence") if one.filename]
    try:
        if file is None:
            wrong = N_("Choose a file")
            raise InvalidInput(wrong, fields={"file": [wrong]})
        found = check_import(
            current_uow(), file_store(), file.stream, file.filename or "", evidence,
            actor=current_principal(), now=now(),
        )  # fmt: skip
    except DomainError as error:
        form.reject(error)
        if "_schema" in form.errors:  # What is said of the whole is said of the file.
            form.errors["file"] = form.errors.pop("_schema")
        return _new_page(form), error.status
    return redirect(f"/training/imports/{found.id}", 303)


@bp.get("/sample-<locale>.csv")
@guard(IMPORT)
def sample(locale: str) -> Response:
    """A small file that shows how it is done, with headings in one of the languages."""
    if locale not in LOCALES:
        raise NotFound(N_("There is no such file"))
    content = write_csv([heading.pick(locale) for heading in HEADINGS.values()], _SAMPLE)
    return _download(content, f"earlier-completions-{locale}.csv", "text/csv")


@bp.get("/<uuid:import_id>")
@guard(IMPORT)
def import_page(import_id: UUID) -> str:
    """What a file would do, is doing, or did."""
    session = current_uow().session
    found = get_import(session, import_id)
    preview = _preview(found)
    steps = preview.plan.steps[:MOST_SHOWN] if preview else []
    return render_template(
        "training/import.html",
        found=found,
        preview=preview,
        corrected=sum(step.corrects for step in preview.plan.steps) if preview else 0,
        steps=steps,
        people=names_of(session, {step.key.person_id for step in steps}),
        problems=_problems(preview)[:MOST_SHOWN] if preview else [],
        job=find_unfinished(session, "training.imports.apply", str(found.id)),
        most=MOST_SHOWN,
        word=STATUS_WORDS[found.status],
        tone=_TONES[found.status],
    )


@bp.get("/<uuid:import_id>/preview.<ending>")
@guard(IMPORT)
def download(import_id: UUID, ending: str) -> Response:
    """All that a file would do, one line a row, as CSV or XLSX."""
    preview = _preview(get_import(current_uow().session, import_id))
    if preview is None or ending not in ("csv", "xlsx"):
        raise NotFound(N_("There is no such file"))
    headings, rows = _preview_rows(preview)
    if ending == "csv":
        return _download(write_csv(headings, rows), "earlier-completions-preview.csv", "text/csv")
    content = write_xlsx(headings, rows, sheet=_("Preview"))
    return _download(content, "earlier-completions-preview.xlsx", _XLSX)


@bp.post("/<uuid:import_id>/apply")
@guard(IMPORT)
def apply(import_id: UUID) -> Response:
    """Take over what the file says."""
    uow = current_uow()
    found = get_import(uow.session, import_id)
    plan = preview_of(uow.session, file_store(), found, local_date(now())).plan
    try:
        start_import(uow, found, plan, actor=current_principal(), now=now())
    except Conflict as error:
        uow.rollback()  # Back to the preview, which shows what the file would do now.
        flash(say(error.message), "held")
    else:
        flash(_("It is being applied. You may leave this page; it goes on."), "eligible")
    return redirect(f"/training/imports/{import_id}", 303)


@bp.post("/<uuid:import_id>/discard")
@guard(IMPORT)
def discard(import_id: UUID) -> Response:
    """Set the file aside."""
    uow = current_uow()
    discard_import(uow, get_import(uow.session, import_id), actor=current_principal(), now=now())
    flash(_("Discarded. Nothing was changed."), "notice")
    return redirect("/training/imports", 303)


@evidence_bp.get("/<uuid:completion_id>/evidence")
@guard(CERTIFICATES_READ)
def evidence(completion_id: UUID) -> Response:
    """The file that proves an earlier completion."""
    session = current_uow().session
    found = get_completion(session, completion_id, visible(current_principal(), LegacyCompletion.person_id))
    if found.evidence_sha256 is None:
        raise NotFound(N_("There is no such file"))
    return send_file(get_file(session, found.evidence_sha256), name=found.evidence_name)


def _new_page(form: Form) -> str:
    locale = locale_code()
    columns = {
        needed: [HEADINGS[one.name].pick(locale) for one in FIELDS if one.required is needed]
        for needed in (True, False)
    }
    return render_template("training/import_new.html", form=form, columns=columns, most=MAX_EVIDENCE)


def _preview(found: LegacyImport) -> Preview | None:
    if found.status is not ImportStatus.CHECKED:
        return None
    return preview_of(current_uow().session, file_store(), found, local_date(now()))


def _problems(preview: Preview) -> list[dict[str, Any]]:
    locale = locale_code()
    return [
        {"row": one.row, "field": HEADINGS[one.field].pick(locale), "message": say(one.message)}
        for one in preview.plan.errors
    ]


def _preview_rows(preview: Preview) -> tuple[list[str], list[list[Any]]]:
    rows: list[list[Any]] = [
        [one["row"], _("problem"), one["field"], one["message"]] for one in _problems(preview)
    ]
    for step in preview.plan.steps:
        what = _("corrected") if step.corrects else _("added")
        until = step.details.valid_until.isoformat() if step.details.valid_until else ""
        rows.append([step.row, what, step.key.completed_on.isoformat(), until])
    return [_("Row"), _("What"), _("Column or completion date"), _("Problem or last valid day")], rows


def _download(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=media_type, headers=headers)
