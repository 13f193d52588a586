"""Pages: the board, the list, a new case, and the case itself with its record."""

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError

from services.compliance import permissions as p
from services.compliance.cases import commands, queries
from services.compliance.cases.models import Case
from services.compliance.cases.rules import CaseFilter, CaseStatus, CaseStep, EntryKind, days_left, next_step
from services.compliance.cases.schemas import (
    AddOfficerSchema,
    CaseQuerySchema,
    CaseStepSchema,
    NameSubjectFormSchema,
    NewCaseFormSchema,
    NoteSchema,
    RecusalSchema,
)
from services.compliance.catalogue.queries import list_categories
from services.compliance.catalogue.rules import Severity
from shared.core.errors import DomainError, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.paging import MAX_LIMIT
from shared.directory import find_by_employee_no, names_of
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
from shared.web.guards import guard
from shared.web.i18n import say

pages = Blueprint("cases", __name__, url_prefix="/compliance/cases")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TONES = {
    EntryKind.HOLD_APPROVED: "held",
    EntryKind.HOLD_ENDED: "eligible",
    EntryKind.SANCTION_APPROVED: "ineligible",
    EntryKind.CLOSED: "accent",
    EntryKind.HOLD_PROPOSED: "notice",
    EntryKind.HOLD_ENDING_PROPOSED: "notice",
    EntryKind.SANCTION_PROPOSED: "notice",
}


@pages.get("")
@guard(p.CASE_WORK)
def board() -> str:
    """Show the cases I am on, a column for each status, the longest waiting first."""
    session, principal = current_uow().session, current_principal()
    columns = queries.board(session, principal)
    cases = [case for column in columns for case in column.cases]
    return render_template(
        "compliance/board.html", columns=columns, left=_clocks(cases), names=_category_names(),
        subjects=queries.subjects_of(session, principal, cases),
    )  # fmt: skip


@pages.get("/list")
@guard(p.CASE_WORK)
def list_cases() -> str:
    """List the cases I am on, as the URL narrows and sorts them."""
    session, principal, arguments = current_uow().session, current_principal(), _arguments()
    narrowed = CaseFilter.of(arguments)
    page = queries.list_cases(
        session, principal, narrowed, sort=arguments["sort"], cursor=arguments["cursor"]
    )
    return render_template(
        "compliance/cases.html", page=page, arguments=arguments, names=_category_names(),
        total=queries.count_cases(session, principal, narrowed), left=_clocks(page.items),
        subjects=queries.subjects_of(session, principal, page.items), statuses=list(CaseStatus),
        severities=list(Severity), regions=queries.list_regions(session),
    )  # fmt: skip


@pages.get("/list.<any(csv, xlsx):kind>")
@guard(p.CASE_WORK)
def download_cases(kind: str) -> Response:
    """Download the cases that the list shows, all pages of them."""
    session, principal, arguments = current_uow().session, current_principal(), _arguments()
    found: list[Case] = []
    cursor: str | None = None
    while True:
        page = queries.list_cases(
            session,
            principal,
            CaseFilter.of(arguments),
            sort=arguments["sort"],
            cursor=cursor,
            limit=MAX_LIMIT,
        )
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    names = _category_names()
    headers = [_("Case"), _("Title"), _("Category"), _("Severity"), _("Region"), _("Reported"), _("Status")]
    rows = [
        [
            one.code, one.title, say(names[one.category]), one.severity.value, one.region, one.reported_on,
            say(one.status.label),
        ]
        for one in found
    ]  # fmt: skip
    body = write_csv(headers, rows) if kind == "csv" else write_xlsx(headers, rows)
    return Response(
        body, mimetype="text/csv" if kind == "csv" else _XLSX,
        headers={"Content-Disposition": f"attachment; filename=cases.{kind}"},
    )  # fmt: skip


@pages.route("/new", methods=["GET", "POST"])
@guard(p.CASE_WORK)
def open_case() -> Any:
    """Open a case."""
    form = Form(NewCaseFormSchema(), {"reported_on": local_date(now()).isoformat()})
    if request.method == "POST" and form.validate():
        data = dict(form.data)
        officer, severity = data.pop("officer"), data.pop("severity")
        try:
            data["subjects"] = _persons(data["subjects"])
            made = commands.open_case(
                current_uow(), current_principal(), now(), officers=[officer] if officer else [],
                severity=Severity(severity) if severity else None, **data,
            )  # fmt: skip
        except DomainError as error:
            form.reject(error)
        else:
            flash(_("The case is open. Only the officers on it can see it."), "eligible")
            return redirect(f"/compliance/cases/{made.id}", 303)
    session, principal = current_uow().session, current_principal()
    besides = [principal.account_id] if principal.account_id else []
    page = render_template(
        "compliance/case_new.html", form=form, categories=list_categories(session), severities=list(Severity),
        regions=queries.list_regions(session), officers=queries.list_available_officers(session, besides=besides),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@pages.get("/<uuid:case_id>")
@guard(p.CASE_WORK)
def show(case_id: UUID) -> str:
    """Show a case: what it is about, who is on it, what comes next, its record."""
    return _case_page(case_id, {})


@pages.post("/<uuid:case_id>/steps")
@guard(p.CASE_WORK)
def take_step(case_id: UUID) -> Any:
    """Move the case on."""
    form = Form(CaseStepSchema())
    if not form.validate():
        return _case_page(case_id, form.errors), 422
    step = CaseStep(form.data["step"])
    case = commands.take_step(current_uow(), current_principal(), now(), case_id, step, form.data["note"])
    return _back(case_id, _("The case is now in: %(status)s.", status=say(case.status.label)))


@pages.post("/<uuid:case_id>/notes")
@guard(p.CASE_WORK)
def write_note(case_id: UUID) -> Any:
    """Write a note into the record."""
    form = Form(NoteSchema())
    if not form.validate():
        return _case_page(case_id, form.errors), 422
    commands.write_note(current_uow(), current_principal(), now(), case_id, form.data["text"])
    return _back(case_id, _("The note was added to the record."))


@pages.post("/<uuid:case_id>/officers")
@guard(p.CASE_WORK)
def add_officer(case_id: UUID) -> Any:
    """Give another officer access."""
    form = Form(AddOfficerSchema())
    if form.validate():
        try:
            commands.add_officer(current_uow(), current_principal(), now(), case_id, form.data["account_id"])
        except DomainError as error:
            if not error.fields:
                raise
            form.reject(error)
        else:
            return _back(case_id, _("The officer has access now."))
    return _case_page(case_id, form.errors), 422


@pages.post("/<uuid:case_id>/subjects")
@guard(p.CASE_WORK)
def name_subject(case_id: UUID) -> Any:
    """Name another person."""
    form = Form(NameSubjectFormSchema())
    if form.validate():
        try:
            person_id = _persons(form.data["employee_no"])[0]
            commands.name_subject(current_uow(), current_principal(), now(), case_id, person_id)
        except DomainError as error:
            if not error.fields:
                raise
            form.errors = {"employee_no": [say(one) for found in error.fields.values() for one in found]}
        else:
            return _back(case_id, _("The person is named in the case now."))
    return _case_page(case_id, form.errors), 422


@pages.post("/<uuid:case_id>/recusal")
@guard(p.CASE_WORK)
def recuse(case_id: UUID) -> Any:
    """Leave the case over a conflict."""
    form = Form(RecusalSchema())
    if not form.validate():
        return _case_page(case_id, form.errors), 422
    commands.recuse(current_uow(), current_principal(), now(), case_id, form.data["reason"])
    flash(_("You are no longer on that case."), "notice")
    return redirect("/compliance/cases", 303)


def _case_page(case_id: UUID, errors: dict[str, list[str]]) -> str:
    session, principal = current_uow().session, current_principal()
    case = queries.get_case(session, case_id, principal)
    officers = queries.list_officers(session, case_id, principal)
    entries = queries.list_entries(session, case_id, principal)
    named = queries.subjects_of(session, principal, [case]).get(case.id, [])
    concerned = {person_id for person_id, _name in named}
    free = queries.list_available_officers(session, besides=[one.account_id for one in officers])
    return render_template(
        "compliance/case.html", case=case, errors=errors, subjects=named, officers=officers,
        officer_names=queries.officer_names(session, [one.account_id for one in officers]),
        available=[row for row in free if row[1] not in concerned], entries=entries, tones=_TONES,
        people=names_of(session, [one.person_id for one in entries if one.person_id]),
        step=next_step(case.status), left=_clocks([case]), names=_category_names(),
    )  # fmt: skip


def _arguments() -> dict[str, Any]:
    """Return the list's arguments; what is not one of them narrows nothing, as old links go on working."""
    try:
        found: dict[str, Any] = CaseQuerySchema().load(request.args.to_dict(), unknown="exclude")
    except ValidationError as error:
        raise NotFound(N_("There is no such list; start from the first page")) from error
    return found


def _clocks(cases: Any) -> dict[UUID, int | None]:
    return {one.id: days_left(one.status, one.status_since, now()) for one in cases}


def _category_names() -> dict[str, Any]:
    return {one.code: one.name for one in list_categories(current_uow().session)}


def _persons(numbers: str) -> list[UUID]:
    """Return the persons with these employee numbers; raise NotFound with those that are nobody's."""
    session = current_uow().session
    wanted = [part for part in re.split(r"[\s,，、;；]+", numbers) if part]
    found = {number: find_by_employee_no(session, number) for number in wanted}
    unknown = [
        N_("Nobody on the roster has the number %(number)s.", number=number)
        for number, person in found.items()
        if person is None
    ]
    if unknown:
        raise NotFound(N_("Somebody named is not on the roster"), fields={"subjects": unknown})
    return [person.id for person in found.values() if person is not None]


def _back(case_id: UUID, message: str) -> Response:
    flash(message, "eligible")
    return redirect(f"/compliance/cases/{case_id}", 303)  # type: ignore[return-value]
