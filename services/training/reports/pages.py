"""Reports as pages, charts, files and documents."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from services.training.curricula.queries import list_curricula
from services.training.permissions import TEAM_READ
from services.training.reports.commands import find_printed, get_print, print_later, print_now
from services.training.reports.queries import Wanted, list_items, make_sheet, stream_items
from services.training.reports.rules import (
    GROUPING_WORDS,
    GROUPINGS,
    MOST_DRAWN,
    NOTES,
    TITLES,
    Grouping,
    Item,
    Kind,
    ReportCode,
    Sheet,
    bucket_names,
)
from services.training.reports.schemas import ReportPageSchema, grouping_of, lenient, wanted_of
from shared.core.errors import NotFound, TooLarge
from shared.core.text import N_, Message
from shared.core.zones import local_date
from shared.directory import names_of
from shared.messages.people import ProductLine, Region
from shared.web import charts
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.downloads import Form, attachment, table_file
from shared.web.formats import moment, number, percent
from shared.web.guards import guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_reports", __name__, url_prefix="/training/reports")

_REPORT = "/<any(completion,overdue,expiring,hours):report>"
# Reports that also list the single assignments or certificates that they count.
_LISTING = (ReportCode.OVERDUE, ReportCode.EXPIRING)
# Rows of a document that is drawn while one waits, and of the longest that is drawn at all.
AT_ONCE = 200
MOST_PRINTED = 5_000


@bp.get("")
@guard(TEAM_READ)
def index() -> Redirect:
    """The first of the reports."""
    return redirect("/training/reports/completion", 303)


@bp.get(_REPORT)
@guard(TEAM_READ)
def report_page(report: str) -> str:
    """A report as a chart and a table, and where it counts single things, the list of them."""
    code, by, data, wanted = _asked(report)
    session, today = current_uow().session, local_date(now())
    sheet = make_sheet(session, code, by, wanted, today)
    items = list_items(session, code, wanted, today, cursor=data["cursor"]) if code in _LISTING else None
    managers = [data["manager"]] if data["manager"] else []
    if items is not None:
        managers += [one.manager_id for one in items.items if one.manager_id]
    return render_template(
        "training/report.html",
        sheet=sheet,
        items=items,
        manager_names=names_of(session, managers),
        chart=draw(sheet),
        data=data,
        titles=TITLES,
        notes=NOTES,
        groupings=GROUPINGS[code],
        grouping_words=GROUPING_WORDS,
        buckets=bucket_names(code) if code in _LISTING else (),
        figure=figure,
        regions=Region,
        product_lines=ProductLine,
        curricula=list_curricula(session),
        query=request.query_string.decode(),
        at_once=_rows_of(sheet) <= AT_ONCE,
    )


@bp.get(f"{_REPORT}.<any(csv,xlsx):form>")
@guard(TEAM_READ)
def report_file(report: str, form: Form) -> Response:
    """The table of a report as a file."""
    code, by, _data, wanted = _asked(report)
    sheet = make_sheet(current_uow().session, code, by, wanted, local_date(now()))
    headers, rows = table_of(sheet)
    return table_file(form, f"training-{code}-by-{by}", headers, rows)


@bp.get(f"{_REPORT}/items.<any(csv,xlsx):form>")
@guard(TEAM_READ)
def items_file(report: str, form: Form) -> Response:
    """Every assignment or certificate that a report counts, as a file."""
    code, _by, _data, wanted = _asked(report)
    if code not in _LISTING:
        raise NotFound(N_("This report lists nothing single"))
    return table_file(form, f"training-{code}-list", _item_headers(code), _item_rows(code, wanted))


@bp.get(f"{_REPORT}.pdf")
@guard(TEAM_READ)
def report_pdf(report: str) -> Response:
    """A short report as a document, at once."""
    code, by, _data, wanted = _asked(report)
    sheet, html = _document(code, by, wanted)
    if _rows_of(sheet) > AT_ONCE:
        raise TooLarge(N_("This document is long: let it be prepared on the report's page"))
    pdf = print_now(html, title=say(TITLES[code]), language=locale_code(), now=now())
    return attachment(pdf, "application/pdf", f"training-{code}-by-{by}.pdf")


@bp.post(f"{_REPORT}/print")
@guard(TEAM_READ)
def report_print(report: str) -> Redirect:
    """Let a long report be drawn by a job."""
    code, by, _data, wanted = _asked(report)
    _sheet, html = _document(code, by, wanted)
    return print_and_show(html, say(TITLES[code]))


@bp.get("/documents/<uuid:job_id>")
@guard(TEAM_READ)
def printing(job_id: UUID) -> str:
    """How far a document is that one has asked for."""
    job = get_print(current_uow(), job_id, current_principal())
    return render_template(
        "training/report_printing.html",
        job=job,
        ready=find_printed(this_app().settings, job) is not None,
        moving=job.status in ("queued", "running"),
    )


@bp.get("/documents/<uuid:job_id>.pdf")
@guard(TEAM_READ)
def printed(job_id: UUID) -> Response:
    """The document itself, while it is kept."""
    job = get_print(current_uow(), job_id, current_principal())
    path = find_printed(this_app().settings, job)
    if path is None:
        raise NotFound(N_("There is no such document"))
    return attachment(path.read_bytes(), "application/pdf", "training-report.pdf")


def too_long() -> Message:
    """Return what is said to whoever wants everything on paper."""
    return N_("More than %(most)s rows are no document: narrow it, or take the XLSX", most=MOST_PRINTED)


def print_and_show(html: str, title: str) -> Redirect:
    """Hand a document to a job and lead to where it can be waited for."""
    job_id = print_later(
        current_uow(),
        this_app().settings,
        html,
        title=title,
        language=locale_code(),
        actor=current_principal(),
        now=now(),
    )
    flash(_("Your document is being prepared."), "notice")
    return redirect(f"/training/reports/documents/{job_id}", 303)


def document(title: str, note: str, chart: Any, tables: Sequence[tuple[str, Sequence[str], Any]]) -> str:
    """Return a report as a page to be printed; `tables` are captions, headings and rows."""
    return render_template(
        "training/report_document.html",
        title=title,
        note=note,
        made=_("As of %(moment)s", moment=moment(now())),
        chart=chart,
        tables=tables,
        locale_tag="en" if locale_code() == "en" else "zh-CN",
    )


def draw(sheet: Sheet) -> Any:
    """Return a report's chart: the groups that say most, the rest is in the table."""
    title, note = say(TITLES[sheet.code]), say(NOTES[sheet.code])
    lines = sheet.lines[:MOST_DRAWN]
    match sheet.code:
        case ReportCode.COMPLETION:
            months = [say(one.name) for one in sheet.columns if one.kind is Kind.SHARE][:-1]
            series = [charts.Series(say(one.name), one.cells[: len(months)]) for one in lines]
            return charts.lines(months, series, title=title, description=note, most=1, say=percent)
        case ReportCode.HOURS:
            months = [say(one.name) for one in sheet.columns[:-1]]
            series = [charts.Series(say(one.name), one.cells[:-1]) for one in lines]
            whole = [one or 0 for one in sheet.total[:-1]] if len(lines) == len(sheet.lines) else None
            return charts.stacked(months, series, title=title, description=note, totals=whole)
        case ReportCode.OVERDUE | ReportCode.EXPIRING:
            labels = [say(one.name) for one in lines]
            series = [
                charts.Series(say(column.name), [one.cells[place] for one in lines])
                for place, column in enumerate(sheet.columns[:-1])
            ]
            return charts.stacked(labels, series, title=title, description=note)


def figure(value: float | None, kind: Kind) -> str:
    """Return a figure as people read it."""
    if value is None:
        return "—"
    return percent(value) if kind is Kind.SHARE else number(value)


def table_of(sheet: Sheet) -> tuple[list[str], list[list[Any]]]:
    """Return a report as headings and rows, the total last."""
    headers = [say(GROUPING_WORDS[sheet.by]), *(say(one.name) for one in sheet.columns)]
    rows: list[list[Any]] = [[say(one.name), *_plain(sheet, one.cells)] for one in sheet.lines]
    return headers, [*rows, [_("Everything"), *_plain(sheet, sheet.total)]]


def _plain(sheet: Sheet, cells: Sequence[float | None]) -> Iterator[Any]:
    """Yield figures as a spreadsheet counts with them: shares to four places, nothing for none."""
    for column, cell in zip(sheet.columns, cells, strict=True):
        yield "" if cell is None else round(cell, 4) if column.kind is Kind.SHARE else cell


def _asked(report: str) -> tuple[ReportCode, Grouping, Mapping[str, Any], Wanted]:
    code = ReportCode(report)
    data = lenient(ReportPageSchema, request.args)
    if data["bucket"] is not None and data["bucket"] >= len(bucket_names(code)):
        data["bucket"] = None
    return code, grouping_of(code, data["by"]), data, wanted_of(current_principal(), data)


def _rows_of(sheet: Sheet) -> int:
    """Return how many rows the document has, the single things included."""
    listed = int(sheet.total[-1] or 0) if sheet.code in _LISTING else 0
    return len(sheet.lines) + listed


def _document(code: ReportCode, by: Grouping, wanted: Wanted) -> tuple[Sheet, str]:
    sheet = make_sheet(current_uow().session, code, by, wanted, local_date(now()))
    if _rows_of(sheet) > MOST_PRINTED:
        raise TooLarge(too_long())
    headers = [say(GROUPING_WORDS[by]), *(say(one.name) for one in sheet.columns)]
    kinds = [one.kind for one in sheet.columns]
    rows = [(say(one.name), one.cells) for one in sheet.lines] + [(_("Everything"), sheet.total)]
    shown = [[name, *map(figure, cells, kinds)] for name, cells in rows]
    tables: list[tuple[str, Sequence[str], Any]] = [(say(TITLES[code]), headers, shown)]
    if code in _LISTING:
        tables.append((_("One by one"), _item_headers(code), _item_rows(code, wanted)))
    return sheet, document(say(TITLES[code]), say(NOTES[code]), draw(sheet), tables)


def _item_headers(code: ReportCode) -> list[str]:
    day = _("Due on") if code is ReportCode.OVERDUE else _("Valid until")
    return [_("Employee number"), _("Name"), _("Sales region"), _("Course"), day, _("Days")]


def _item_rows(code: ReportCode, wanted: Wanted) -> Iterator[list[Any]]:
    today = local_date(now())
    regions = {one.value: one.label.pick(locale_code()) for one in Region}
    for one in stream_items(current_uow().session, code, wanted, today):
        yield [*_who(one, regions), one.title.pick(locale_code()), one.day, abs((one.day - today).days)]


def _who(item: Item, regions: Mapping[str, str]) -> list[str]:
    return [item.employee_no, item.person_name, regions.get(item.region, item.region)]
