"""People, a person, and the tree, as pages."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.people.permissions import ROSTER_READ
from services.people.roster import queries
from services.people.roster.models import Person, PositionAssignment
from services.people.roster.queries import SORTS, Filter, Presence
from services.people.sheets import rules as sheets
from shared.core.principals import Principal
from shared.core.zones import local_date
from shared.directory.models import unbarred
from shared.messages.people import Position, ProductLine, Region
from shared.tabular import write_csv, write_xlsx
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.i18n import locale_code

pages = Blueprint("people_roster", __name__, url_prefix="/people")

# More than this on one page is no longer looked at; deeper levels are opened one at a time.
MOST_IN_TREE = 400
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/roster")
@guard(ROSTER_READ)
def list_people() -> str:
    """The people list."""
    session, principal, wanted = current_uow().session, current_principal(), _filter()
    page = queries.list_people(session, principal, wanted, cursor=request.args.get("cursor"))
    shown = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return render_template(
        "people/roster.html",
        headings=sheets.HEADINGS,
        page=page,
        total=queries.count_people(session, principal, wanted),
        managers=queries.managers_of(session, principal, page.items),
        wanted=wanted,
        options=_options(),
        query=f"?{urlencode(shown)}" if shown else "",
        sees_all=queries.may_see_everybody(principal),
    )


@pages.get("/roster.csv")
@guard(ROSTER_READ)
def download_csv() -> Response:
    """The list as shown, all of its pages, as a file that can be imported again."""
    data = write_csv(sheets.headings(locale_code()), _rows())
    return _file(data, "text/csv; charset=utf-8", "csv")


@pages.get("/roster.xlsx")
@guard(ROSTER_READ)
def download_xlsx() -> Response:
    """The same as a workbook."""
    return _file(write_xlsx(sheets.headings(locale_code()), _rows(), sheet=_("People")), _XLSX, "xlsx")


@pages.get("/roster/<uuid:person_id>")
@guard(ROSTER_READ)
def show_person(person_id: UUID) -> str:
    """One person: facts, history, who is above and below."""
    session, principal, today = current_uow().session, current_principal(), local_date(now())
    person = queries.get_person(session, person_id, principal)
    full = queries.may_see_record(session, principal, person)
    history = queries.list_assignments(session, person.id) if full else []
    return render_template(
        "people/person.html",
        headings=sheets.HEADINGS,
        person=person,
        full=full,
        is_here=person.is_here_on(today),
        today=today,
        tags=unbarred(person.tags) if full else (),
        chain=queries.list_chain(session, principal, person.id),
        reports=queries.list_reports(session, principal, person.id, today),
        timeline=_timeline(history, queries.managers_of(session, principal, history)),
    )


@pages.get("/org")
@guard(ROSTER_READ)
def show_tree() -> str:
    """Who reports to whom: from the top, or from one person down."""
    session, principal, today = current_uow().session, current_principal(), local_date(now())
    top = _person_at(session, principal)
    tops: Sequence[Person]
    if top is not None:
        tops, chain = [top], queries.list_chain(session, principal, top.id)
    else:
        tops, chain = queries.list_tops(session, principal, today, limit=MOST_IN_TREE), []
    tree = queries.read_tree(session, principal, tops, today, most=MOST_IN_TREE)
    tree.sort(key=lambda node: -node.count)
    return render_template("people/org.html", tree=tree, top=top, chain=chain)


def _person_at(session: Session, principal: Principal) -> Person | None:
    try:
        wanted = UUID(request.args["at"]) if request.args.get("at") else None
    except ValueError:
        wanted = None
    return queries.get_person(session, wanted, principal) if wanted else None


def _filter() -> Filter:
    """Read the filter from the address; what is not a possible value does not filter."""
    args = request.args
    sort = args.get("sort", "")
    return Filter(
        today=local_date(now()),
        search=args.get("q", "").replace("\x00", "").strip()[:100],
        presence=next((one for one in Presence if one == args.get("presence")), Presence.HERE),
        position=next((one for one in Position if one == args.get("position")), None),
        region=next((one for one in Region if one == args.get("region")), None),
        product_line=next((one for one in ProductLine if one == args.get("product_line")), None),
        sort=sort if sort.removeprefix("-") in SORTS else "employee_no",
    )


def _options() -> dict[str, list[tuple[str, str]]]:
    locale = locale_code()

    def choices(kind: type[Position] | type[Region] | type[ProductLine]) -> list[tuple[str, str]]:
        return [("", _("All")), *((one.value, one.label.pick(locale)) for one in kind)]

    return {
        "position": choices(Position),
        "region": choices(Region),
        "product_line": choices(ProductLine),
        "presence": [("here", _("Here now")), ("left", _("Left")), ("all", _("Everybody"))],
    }


def _rows() -> list[list[Any]]:
    session, principal = current_uow().session, current_principal()
    people = queries.list_all_people(session, principal, _filter())
    managers = queries.managers_of(session, principal, people)
    locale = locale_code()
    rows = []
    for person in people:
        manager = managers.get(person.manager_id) if person.manager_id else None
        number = manager.employee_no if manager else ""
        rows.append(sheets.cells_of(person.snapshot(), person.assigned_since, number, locale))
    return rows


def _file(data: bytes, kind: str, ending: str) -> Response:
    name = f"roster-{local_date(now()).isoformat()}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=kind, headers=headers)


def _timeline(history: Sequence[PositionAssignment], managers: dict[UUID, Person]) -> list[dict[str, Any]]:
    locale = locale_code()
    items = []
    for one in history:
        manager = managers.get(one.manager_id) if one.manager_id else None
        parts = [
            one.region.label.pick(locale) if one.region else _("Head office"),
            one.org_unit,
            ", ".join(line.pick(locale) for line in one.product_line_labels),
            _("reports to %(name)s", name=manager.name) if manager else "",
        ]
        items.append(
            {
                "at": one.since,
                "actor": _("until %(day)s", day=format_date(one.until)) if one.until else _("to this day"),
                "title": one.position.label.pick(locale),
                "body": " · ".join(part for part in parts if part),
                "tone": "accent" if one.until is None else "neutral",
            }
        )
    return items
