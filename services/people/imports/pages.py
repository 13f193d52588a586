"""Roster files as pages: upload, preview, apply or discard."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import fields
from werkzeug.exceptions import NotFound as NoSuchPage

from services.people.accounts.queries import names_of
from services.people.imports import commands, queries
from services.people.imports.queries import Preview
from services.people.imports.rules import ImportStatus, Kind, Step
from services.people.permissions import ROSTER_IMPORT
from services.people.sheets import rules as sheets
from shared.core.errors import Conflict, DomainError, InvalidInput
from shared.core.text import LOCALES, N_
from shared.core.zones import local_date
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import locale_code, say
from shared.web.validation import Schema

pages = Blueprint("people_imports", __name__, url_prefix="/people/roster/imports")

# As many of each kind are shown; all of them are in the download.
MOST_SHOWN = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(Schema):
    """How the file is meant."""

    whole_roster = fields.Boolean(load_default=False)


@pages.get("/")
@guard(ROSTER_IMPORT)
def list_imports() -> str:
    """Roster files, the latest first."""
    session = current_uow().session
    page = queries.list_imports(session, cursor=request.args.get("cursor"))
    names = names_of(session, [one.uploaded_by for one in page.items])
    return render_template("people/imports.html", page=page, names=names, status_of=_status)


@pages.get("/new")
@guard(ROSTER_IMPORT)
def show_upload() -> str:
    """The form for a roster file."""
    return _upload_page(Form(UploadForm()))


@pages.post("/new")
@guard(ROSTER_IMPORT)
def upload() -> Any:
    """Take in a roster file and go on to its preview."""
    form = Form(UploadForm())
    form.validate()
    file = form.file("file")
    try:
        if file is None:
            wrong = N_("Choose a file")
            raise InvalidInput(wrong, fields={"file": [wrong]})
        made = commands.upload_roster(
            current_uow(), file.read(), file.filename or "", actor=current_principal(), now=now(),
            whole_roster=form.data.get("whole_roster", False),
        )  # fmt: skip
    except DomainError as error:
        form.reject(error)
        form.errors.setdefault("file", form.errors.pop("_schema", []))
        return _upload_page(form), error.status
    return redirect(f"/people/roster/imports/{made.id}", 303)


@pages.get("/sample-<locale>.csv")
@guard(ROSTER_IMPORT)
def sample(locale: str) -> Response:
    """A small file that shows how it is done, with headings in one of the languages."""
    if locale not in LOCALES:
        raise NoSuchPage
    return _file(
        write_csv(sheets.headings(locale), sheets.sample_rows(locale)), f"roster-sample-{locale}.csv"
    )


@pages.get("/<uuid:import_id>")
@guard(ROSTER_IMPORT)
def show_import(import_id: UUID) -> str:
    """What a roster file would do, or what it did."""
    session = current_uow().session
    found = queries.get_import(session, import_id)
    preview = queries.find_preview(session, found, local_date(now())) if found.expires_at > now() else None
    actors = [actor for actor in (found.uploaded_by, found.decided_by) if actor]
    return render_template(
        "people/import.html",
        found=found,
        status=_status(found),
        preview=preview,
        names=names_of(session, actors),
        columns=[sheets.HEADINGS[name].pick(locale_code()) for name in found.columns],
        steps={kind.value: preview.plan.of(kind) for kind in Kind} if preview else {},
        problems=_problems(preview) if preview else [],
        most=MOST_SHOWN,
        heading=lambda name: sheets.HEADINGS[name].pick(locale_code()),
        word=lambda name, value: sheets.say_value(name, value, locale_code()),
    )


@pages.get("/<uuid:import_id>/preview.csv")
@guard(ROSTER_IMPORT)
def download_csv(import_id: UUID) -> Response:
    """The whole preview, one line a change or problem."""
    headings, rows = _preview_rows(import_id)
    return _file(write_csv(headings, rows), "roster-preview.csv")


@pages.get("/<uuid:import_id>/preview.xlsx")
@guard(ROSTER_IMPORT)
def download_xlsx(import_id: UUID) -> Response:
    """The same as a workbook."""
    headings, rows = _preview_rows(import_id)
    return _file(write_xlsx(headings, rows, sheet=_("Preview")), "roster-preview.xlsx", _XLSX)


@pages.post("/<uuid:import_id>/apply")
@guard(ROSTER_IMPORT)
def apply(import_id: UUID) -> Any:
    """Do what was previewed."""
    uow, here = current_uow(), f"/people/roster/imports/{import_id}"
    try:
        done = commands.apply_import(
            uow, import_id, roster_digest=request.form.get("roster_digest", ""), actor=current_principal(),
            now=now(),
        )  # fmt: skip
    except (Conflict, InvalidInput) as error:
        # Back to the preview, which shows what the file would do now; nothing of this attempt is kept.
        uow.rollback()
        flash(say(error.message), "held")
        return redirect(here, 303)
    total = (done.added or 0) + (done.changed or 0) + (done.ended or 0)
    flash(ngettext("Applied: %(num)d person", "Applied: %(num)d people", total), "eligible")
    return redirect(here, 303)


@pages.post("/<uuid:import_id>/discard")
@guard(ROSTER_IMPORT)
def discard(import_id: UUID) -> Any:
    """Set the file aside."""
    commands.discard_import(current_uow(), import_id, actor=current_principal(), now=now())
    flash(_("Discarded. Nothing was changed."), "notice")
    return redirect("/people/roster/imports/", 303)


def _upload_page(form: Form) -> str:
    return render_template("people/import_new.html", form=form, columns=sheets.COLUMNS)


def _status(found: Any) -> tuple[str, str]:
    """Return the tone and the word for where a file stands."""
    if found.status is ImportStatus.UPLOADED:
        return ("neutral", _("expired")) if found.expires_at <= now() else ("accent", _("to be decided"))
    return ("eligible", _("applied")) if found.status is ImportStatus.APPLIED else ("neutral", _("discarded"))


def _problems(preview: Preview) -> list[dict[str, Any]]:
    locale = locale_code()
    return [
        {"row": one.row, "field": sheets.HEADINGS[one.field].pick(locale), "message": say(one.message)}
        for one in preview.plan.errors
    ]


def _preview_rows(import_id: UUID) -> tuple[list[str], list[list[Any]]]:
    session = current_uow().session
    found = queries.get_import(session, import_id)
    preview = queries.find_preview(session, found, local_date(now()))
    if preview is None:
        raise NoSuchPage
    kinds = {Kind.ADDED: _("added"), Kind.CHANGED: _("changed"), Kind.ENDED: _("ended")}
    rows: list[list[Any]] = [
        [one["row"], _("problem"), "", "", one["field"], "", "", one["message"]] for one in _problems(preview)
    ]
    for step in preview.plan.steps:
        start = [step.row, kinds[step.kind], step.facts.employee_no, step.facts.name]
        rows += [[*start, *cells, ""] for cells in _change_cells(step)]
    headings = [
        _("Row"), _("What"), _("Employee number"), _("Name"),
        _("Column"), _("Before"), _("After"), _("Problem"),
    ]  # fmt: skip
    return headings, rows


def _change_cells(step: Step) -> list[list[str]]:
    locale = locale_code()
    return [
        [
            sheets.HEADINGS[one.field].pick(locale),
            sheets.say_value(one.field, one.before, locale),
            sheets.say_value(one.field, one.after, locale),
        ]
        for one in step.changes
    ] or [["", "", ""]]


def _file(data: bytes, name: str, kind: str = "text/csv; charset=utf-8") -> Response:
    return Response(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
