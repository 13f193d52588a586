"""The team's matrix as a page and as a file, and reminding."""

from collections.abc import Iterator
from contextlib import suppress
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
from services.training.permissions import ASSIGN, EXTEND, REMIND, TEAM_READ, below, visible_team
from services.training.reminders.commands import remind
from services.training.team.queries import (
    Cell,
    TeamFilter,
    TeamRow,
    count_team,
    list_matrix_courses,
    list_open_courses,
    list_open_of_course,
    list_overdue,
    list_team,
    matrix_rows,
    visible_ids,
)
from services.training.team.schemas import TeamExtendSchema
from shared.core.errors import DomainError
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, names_of
from shared.messages.people import Position, Region
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.forms import Form
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
        may_assign=allows(ASSIGN),
        may_extend=allows(EXTEND),
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
    """Remind those who were chosen, or everybody on the page shown, of what is overdue."""
    uow, today = current_uow(), local_date(now())
    team = visible_team(current_principal(), DirectoryPerson.id)
    chosen = chosen_ids(request.form)
    if not chosen:
        page = list_team(uow.session, team, today, _filter(), cursor=request.args.get("cursor"), limit=PAGE)
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


def _filter() -> TeamFilter:
    state = request.args.get("state", "")
    return TeamFilter(
        region=request.args.get("region", "")[:40].replace("\x00", ""),
        search=request.args.get("search", "").strip()[:100].replace("\x00", ""),
        state=state if state in ("overdue", "soon") else "",
    )


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
