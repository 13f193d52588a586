"""The team's matrix as a page and as a file, and reminding."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.assignments.rules import URGENCY_WORDS, Urgency
from services.training.courses.models import Course
from services.training.permissions import REMIND, TEAM_READ, visible_team
from services.training.reminders.commands import remind
from services.training.standing.rules import assignment_url
from services.training.team.queries import (
    Cell,
    TeamFilter,
    TeamRow,
    count_team,
    list_matrix_courses,
    list_overdue,
    list_team,
    matrix_rows,
)
from shared.core.zones import local_date
from shared.directory import DirectoryPerson
from shared.messages.people import Position, Region
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code, say

bp = Blueprint("training_team", __name__, url_prefix="/training")

PAGE = 50
REGIONS = {one.value: one.label for one in Region}
POSITIONS = {one.value: one.label for one in Position}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/team")
@guard(TEAM_READ)
def team_page() -> str:
    """People by courses, as a heat map."""
    session, today, wanted = current_uow().session, local_date(now()), _filter()
    team = visible_team(current_principal(), DirectoryPerson.id)
    page = list_team(session, team, today, wanted, cursor=request.args.get("cursor"), limit=PAGE)
    courses = list_matrix_courses(session)
    rows = matrix_rows(session, page.items, courses, today)
    query = request.query_string.decode()
    return render_template(
        "training/team.html",
        courses=courses,
        rows=rows,
        next_cursor=page.next_cursor,
        counts=count_team(session, team, today),
        wanted=wanted,
        regions=REGIONS,
        positions=POSITIONS,
        urgency_words=URGENCY_WORDS,
        csv_url=f"/training/team.csv?{query}",
        xlsx_url=f"/training/team.xlsx?{query}",
        may_remind=allows(REMIND),
        overdue_here=sum(cell.urgency is Urgency.OVERDUE for row in rows for cell in row.cells),
    )


@bp.get("/team.csv")
@guard(TEAM_READ)
def team_csv() -> Response:
    """The matrix as CSV: everybody whom the filter of the page finds."""
    headers, rows = _table()
    return _download(write_csv(headers, rows), "text/csv", "training-team.csv")


@bp.get("/team.xlsx")
@guard(TEAM_READ)
def team_xlsx() -> Response:
    """The matrix as a workbook."""
    headers, rows = _table()
    return _download(write_xlsx(headers, rows, sheet="training"), XLSX, "training-team.xlsx")


@bp.post("/team/remind")
@guard(REMIND)
def remind_team() -> Response:
    """Remind everybody on the page shown of what is overdue."""
    uow, today = current_uow(), local_date(now())
    team = visible_team(current_principal(), DirectoryPerson.id)
    page = list_team(uow.session, team, today, _filter(), cursor=request.args.get("cursor"), limit=PAGE)
    overdue = list_overdue(uow.session, [one.id for one in page.items], today)
    sent = [remind(uow, one, actor=current_principal(), now=now()) for one in overdue]
    _say_reminded(sum(one is not None for one in sent), len(sent))
    query = request.query_string.decode()
    return redirect(f"/training/team?{query}" if query else "/training/team", 303)


@bp.post("/assignments/<uuid:assignment_id>/remind")
@guard(REMIND)
def remind_one(assignment_id: UUID) -> Response:
    """Remind one person of one assignment."""
    uow = current_uow()
    condition = visible_team(current_principal(), Assignment.person_id)
    assignment = get_assignment(uow.session, assignment_id, condition)
    sent = remind(uow, assignment, actor=current_principal(), now=now())
    _say_reminded(0 if sent is None else 1, 1)
    return redirect(assignment_url(assignment_id), 303)


def _filter() -> TeamFilter:
    state = request.args.get("state", "")
    return TeamFilter(
        region=request.args.get("region", "")[:40].replace("\x00", ""),
        search=request.args.get("search", "").strip()[:100].replace("\x00", ""),
        state=state if state in ("overdue", "soon") else "",
    )


def _say_reminded(sent: int, asked: int) -> None:
    if sent:
        flash(ngettext("%(num)d reminder sent", "%(num)d reminders sent", sent), "eligible")
    elif asked:
        flash(_("They were reminded today already."), "notice")
    else:
        flash(_("Nobody here is overdue."), "notice")


def _table() -> tuple[list[str], Iterator[list[object]]]:
    session = current_uow().session
    courses = list_matrix_courses(session)
    headers = [_("Employee number"), _("Name"), _("Job position"), _("Sales region")]
    return headers + [one.title.pick(locale_code()) for one in courses], _lines(courses)


def _lines(courses: list[Course]) -> Iterator[list[object]]:
    """Yield a line a person, reading a page of people at a time."""
    session, today, wanted = current_uow().session, local_date(now()), _filter()
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


def _download(body: bytes, mimetype: str, name: str) -> Response:
    return Response(
        body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
