"""People over HTTP."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.people.permissions import ROSTER_READ, SELF
from services.people.roster import queries
from services.people.roster.models import Person, PositionAssignment
from services.people.roster.queries import Filter, Presence
from services.people.roster.schemas import MeSchema, PeopleQuerySchema, PersonDetailSchema, PersonPageSchema
from shared.core.principals import Principal
from shared.core.zones import local_date
from shared.directory.models import unbarred
from shared.messages.people import Position, ProductLine, Region
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "people",
    __name__,
    url_prefix="/people/v1",
    description="Who is in the sales organisation, as far as you may see",
)


@blp.get("/people")
@guard(ROSTER_READ)
@blp.arguments(PeopleQuerySchema, location="query")
@blp.response(200, PersonPageSchema)
@blp.problems(401, 403, 422)
def list_people(arguments: dict[str, Any]) -> dict[str, Any]:
    """List people."""
    session, principal = current_uow().session, current_principal()
    page = queries.list_people(
        session, principal, filter_of(arguments), cursor=arguments["cursor"], limit=arguments["limit"]
    )
    seen = queries.managers_of(session, principal, page.items)
    return {
        "items": [describe(person, set(seen)) for person in page.items],
        "next_cursor": page.next_cursor,
    }


@blp.get("/people/<uuid:person_id>")
@guard(ROSTER_READ)
@blp.response(200, PersonDetailSchema)
@blp.problems(401, 403, 404)
def get_person(person_id: UUID) -> dict[str, Any]:
    """Return one person with their record."""
    session, principal = current_uow().session, current_principal()
    return describe_fully(session, principal, queries.get_person(session, person_id, principal))


@blp.get("/me")
@guard(SELF)
@blp.response(200, MeSchema)
@blp.problems(401, 403)
def get_me() -> dict[str, Any]:
    """Return who is asking: their account, their roles and their entry on the roster, if they have one."""
    session, principal = current_uow().session, current_principal()
    person = queries.find_person(session, principal.person_id) if principal.person_id else None
    return {
        "account_id": principal.account_id,
        "name": principal.name,
        "roles": sorted(principal.roles),
        "person": describe_fully(session, principal, person) if person else None,
    }


def filter_of(arguments: dict[str, Any]) -> Filter:
    """Return the filter that checked arguments ask for."""
    return Filter(
        today=local_date(now()),
        search=arguments["q"],
        presence=Presence(arguments["presence"]),
        position=Position(arguments["position"]) if arguments["position"] else None,
        region=Region(arguments["region"]) if arguments["region"] else None,
        product_line=ProductLine(arguments["product_line"]) if arguments["product_line"] else None,
        sort=arguments["sort"],
    )


def describe(person: Person, visible: set[UUID]) -> dict[str, Any]:
    """Return the fields of PersonSchema; a manager outside of `visible` is left out."""
    return {
        "id": person.id,
        "employee_no": person.employee_no,
        "name": person.name,
        "email": person.email,
        "position_since": person.position_since,
        "assigned_since": person.assigned_since,
        "hired_on": person.hired_on,
        "left_on": person.left_on,
        **_describe_post(person, visible),
    }


def describe_fully(session: Session, principal: Principal, person: Person) -> dict[str, Any]:
    """Return the fields of PersonDetailSchema."""
    full = queries.may_see_record(session, principal, person)
    history = queries.list_assignments(session, person.id) if full else []
    visible = set(queries.managers_of(session, principal, [person, *history]))
    return {
        **describe(person, visible),
        "tags": list(unbarred(person.tags)) if full else [],
        "assignments": [
            {"since": one.since, "until": one.until, **_describe_post(one, visible)} for one in history
        ],
    }


def _describe_post(row: Person | PositionAssignment, visible: set[UUID]) -> dict[str, Any]:
    return {
        "position": row.position.value,
        "org_unit": row.org_unit,
        "region": row.region.value if row.region else None,
        "product_lines": list(unbarred(row.product_lines)),
        "manager_id": row.manager_id if row.manager_id in visible else None,
    }
