"""The team's matrix as a page and as a file, and reminding."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services.training.assignments.commands import extend_assignment
from services.training.assignments.rules import URGENCY_WORDS, Urgency
from services.training.courses.models import Course
from services.training.curricula.queries import list_curricula
from services.training.curricula.rules import CurriculumStatus
from services.training.permissions import ASSIGN, EXTEND, REMIND, TEAM_READ, below, visible_team
from services.training.reminders.commands import remind
from services.training.reports.commands import print_now
from services.training.reports.pages import AT_ONCE, MOST_PRINTED, document, print_and_show, too_long
from services.training.reports.schemas import lenient
from services.training.team.queries import (
    Cell,
    TeamFilter,
    TeamRow,
    count_cells,
    count_team,
    list_matrix_courses,
    list_open_courses,
    list_open_of_course,
    list_overdue,
    list_team,
    matrix_rows,
    visible_ids,
)
from services.training.team.schemas import TeamExtendSchema, TeamQuerySchema, filter_of
from shared.core.errors import DomainError, TooLarge
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, names_of
from shared.messages.people import Position, ProductLine, Region
from shared.web import charts
from shared.web.context import current_principal, current_uow, now
from shared.web.downloads import Form as DownloadForm
from shared.web.downloads import attachment, table_file
from shared.web.forms import Form
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_team", __name__, url_prefix="/training")

PAGE = 50
REGIONS = {one.value: one.label for one in Region}
POSITIONS = {one.value: one.label for one in Position}
# Beyond so many people the chart is left to the report on completion, which is made for everybody.
MOST_CHARTED = 5_000


@bp.get("/team")
@guard(TEAM_READ)
def team_page() -> str:
    """People by courses, as a heat map."""
    session, today, data = current_uow().session, local_date(now()), _asked()
    wanted = filter_of(data)
    team = visible_team(current_principal(), DirectoryPerson.id)
    page = list_team(session, team, today, wanted, cursor=data["cursor"], limit=PAGE)
    courses = list_matrix_courses(session, wanted.curriculum_id)
    rows = matrix_rows(session, page.items, courses, today)
    counts = count_team(session, team, today, wanted)
    found = counts[wanted.state or "people"]
    return render_template(
        "training/team.html",
        courses=courses,
        rows=rows,
        next_cursor=page.next_cursor,
        counts=counts,
        found=found,
        chart=_chart(courses, wanted, today) if found <= MOST_CHARTED else None,
        printable=found <= MOST_PRINTED,
        at_once=found <= AT_ONCE,
        wanted=wanted,
        data=data,
        curricula=[one for one in list_curricula(session) if one.status is CurriculumStatus.ACTIVE],
        manager_names=names_of(session, [data["manager"]] if data["manager"] else []),
        regions=Region,
        product_lines=ProductLine,
        positions=POSITIONS,
        urgency_words=URGENCY_WORDS,
        query=request.query_string.decode(),
        may_remind=allows(REMIND),
        may_assign=allows(ASSIGN),
        may_extend=allows(EXTEND),
        overdue_here=sum(cell.urgency is Urgency.OVERDUE for row in rows for cell in row.cells),
    )


@bp.get("/team.<any(csv,xlsx):form>")
@guard(TEAM_READ)
def team_file(form: DownloadForm) -> Response:
    """The matrix as a file: everybody whom the filter of the page finds."""
    headers, rows = _table()
    return table_file(form, "training-team", headers, rows)


@bp.get("/team.pdf")
@guard(TEAM_READ)
def team_pdf() -> Response:
    """The matrix of a few people as a document, at once."""
    if _count() > AT_ONCE:
        raise TooLarge(N_("This document is long: let it be prepared on the report's page"))
    title = _("Team's training")
    pdf = print_now(_document(title), title=title, language=locale_code(), now=now())
    return attachment(pdf, "application/pdf", "training-team.pdf")


@bp.post("/team/print")
@guard(TEAM_READ)
def team_print() -> Response:
    """Let the matrix of many people be drawn by a job."""
    if _count() > MOST_PRINTED:
        raise TooLarge(too_long())
    title = _("Team's training")
    return print_and_show(_document(title), title)


@bp.post("/team/remind")
@guard(REMIND)
def remind_team() -> Response:
    """Remind those who were chosen, or everybody on the page shown, of what is overdue."""
    uow, today = current_uow(), local_date(now())
    team = visible_team(current_principal(), DirectoryPerson.id)
    chosen = chosen_ids(request.form)
    if not chosen:
        data = _asked()
        page = list_team(uow.session, team, today, filter_of(data), cursor=data["cursor"], limit=PAGE)
        chosen = [one.id for one in page.items]
    overdue = list_overdue(uow.session, visible_ids(uow.session, team, chosen), today)
    sent = [remind(uow, one, actor=current_principal(), now=now()) for one in overdue]
    _say_reminded(sum(sent), len(sent))
    query = request.query_string.decode()
    return redirect(f"/training/team?{query}" if query else "/training/team", 303)


@bp.post("/team/assign")
@guard(ASSIGN)
def assign_team() -> Response:
    """Go on to the form that asks a course of those who were chosen."""
    return redirect(_with_chosen("/training/assign"), 303)


@bp.post("/team/extend")
@guard(EXTEND)
def choose_extension() -> Response:
    """Go on to the form that gives more time to those who were chosen."""
    return redirect(_with_chosen("/training/team/extension"), 303)


@bp.get("/team/extension")
@guard(EXTEND)
def extension_page() -> str:
    """The form by which several are given more time for one course."""
    form = Form(TeamExtendSchema(), {"ids": [str(one) for one in chosen_ids(request.args)]})
    return _extension_page(form)


@bp.post("/team/extension")
@guard(EXTEND)
def extend_team() -> Response | tuple[str, int]:
    """Give those of one's team who were chosen, and are asked for a course, more time."""
    uow, principal, form = current_uow(), current_principal(), Form(TeamExtendSchema())
    if form.validate():
        asked = form.data
        ids = visible_ids(uow.session, below(principal, DirectoryPerson.id), asked["ids"])
        found = list_open_of_course(uow.session, ids, asked["course_id"])
        try:
            for one in found:
                extend_assignment(uow, one, asked["due_on"], asked["reason"], actor=principal, now=now())
        except DomainError as error:
            form.reject(error)
        else:
            _say_extended(len(found))
            return redirect("/training/team", 303)
    return _extension_page(form), 422


def _asked() -> dict[str, Any]:
    return lenient(TeamQuerySchema, request.args)


def chosen_ids(given: MultiDict[str, str]) -> list[UUID]:
    """Return the people who were chosen: at most a page of them, and nothing that is no id."""
    found: list[UUID] = []
    for text in given.getlist("ids")[:PAGE]:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def _with_chosen(url: str) -> str:
    return f"{url}?{urlencode([('ids', str(one)) for one in chosen_ids(request.form)])}"


def _extension_page(form: Form) -> str:
    session, principal = current_uow().session, current_principal()
    ids = [one for one in form.values.get("ids") or [] if one]
    people = visible_ids(session, below(principal, DirectoryPerson.id), [UUID(str(one)) for one in ids])
    courses = list_open_courses(session, people)
    return render_template(
        "training/team_extension.html",
        form=form,
        people=people,
        names=names_of(session, people),
        courses=[(str(one.id), one.title.pick(locale_code())) for one in courses],
        labels={"course_id": _("Training"), "due_on": _("New due date"), "reason": _("Reason")},
    )


def _say_extended(count: int) -> None:
    if count:
        flash(ngettext("%(num)d person has more time", "%(num)d people have more time", count), "eligible")
    else:
        flash(_("Nobody whom you chose is asked for this training."), "notice")


def _say_reminded(sent: int, asked: int) -> None:
    if sent:
        flash(ngettext("%(num)d reminder sent", "%(num)d reminders sent", sent), "eligible")
    elif asked:
        flash(_("They were reminded today already."), "notice")
    else:
        flash(_("Nobody here is overdue."), "notice")


def _table() -> tuple[list[str], Iterator[list[object]]]:
    courses = list_matrix_courses(current_uow().session, filter_of(_asked()).curriculum_id)
    headers = [_("Employee number"), _("Name"), _("Job position"), _("Sales region")]
    return headers + [one.title.pick(locale_code()) for one in courses], _lines(courses)


def _lines(courses: list[Course]) -> Iterator[list[object]]:
    """Yield a line a person, reading a page of people at a time."""
    session, today, wanted = current_uow().session, local_date(now()), filter_of(_asked())
    team = visible_team(current_principal(), DirectoryPerson.id)
    cursor: str | None = None
    while True:
        page = list_team(session, team, today, wanted, cursor=cursor, limit=200)
        for row in matrix_rows(session, page.items, courses, today):
            yield [*_who(row), *(_cell_text(cell) for cell in row.cells)]
        cursor = page.next_cursor
        if cursor is None:
            return


def _who(row: TeamRow) -> list[object]:
    person = row.person
    position = say(POSITIONS.get(person.position, person.position))
    return [person.employee_no, person.name, position, say(REGIONS.get(person.region, person.region))]


def _cell_text(cell: Cell) -> str:
    if cell.assignment is None or cell.urgency is None:
        return ""
    word = say(URGENCY_WORDS[cell.urgency])
    if cell.urgency in (Urgency.DONE, Urgency.EXEMPTED):
        return word
    return f"{word} {cell.assignment.due_on.isoformat()}"


def _count() -> int:
    """Return how many people the filter of the page finds."""
    wanted, team = filter_of(_asked()), visible_team(current_principal(), DirectoryPerson.id)
    return count_team(current_uow().session, team, local_date(now()), wanted)[wanted.state or "people"]


def _document(title: str) -> str:
    wanted, today = filter_of(_asked()), local_date(now())
    chart = _chart(list_matrix_courses(current_uow().session, wanted.curriculum_id), wanted, today)
    headers, rows = _table()
    return document(title, _("People and what is asked of them"), chart, [(title, headers, rows)])


def _chart(courses: list[Course], wanted: TeamFilter, today: date) -> Any:
    team = visible_team(current_principal(), DirectoryPerson.id)
    counts = count_cells(current_uow().session, team, today, wanted)
    asked = [one for one in courses if any((one.id, state) in counts for state in URGENCY_WORDS)]
    series = [
        charts.Series(say(URGENCY_WORDS[state]), [counts.get((one.id, state), 0) for one in asked])
        for state in (Urgency.DONE, Urgency.OPEN, Urgency.DUE_SOON, Urgency.OVERDUE)
    ]
    return charts.stacked(
        [one.title.pick(locale_code()) for one in asked],
        series,
        title=_("People by course"),
        description=_("How many people have done each course, and how many it is asked of"),
    )
