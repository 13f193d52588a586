"""The first page: what there is to do in the suite for the person at hand."""

from flask import Blueprint, render_template

from services.people.home.rules import Link, by_section, first_link
from services.people.permissions import SELF
from services.people.roster.queries import find_person
from shared.web.context import current_principal, current_uow, this_app
from shared.web.guards import guard

pages = Blueprint("people_home", __name__, url_prefix="/people")


@pages.get("/")
@guard(SELF)
def show_home() -> str:
    """Cards of links into all services, the most particular one on top."""
    principal = current_principal()
    links = [
        Link(item.section, item.label, item.url, item.permission, item.order, item.first_for, item.purpose)
        for item in this_app().navigation
        if item.permission.allows(principal) and item.url != "/people/"
    ]
    person = find_person(current_uow().session, principal.person_id) if principal.person_id else None
    first = first_link(links, principal.roles)
    return render_template(
        "people/home.html", first=first, sections=by_section(links), person=person, name=principal.name
    )
