"""My standing, my team, and one person as far as the reader may see."""

from uuid import UUID

from flask import Blueprint, render_template, request

from services.eligibility.permissions import STANDING_OWN, STANDING_READ, STANDING_TEAM
from services.eligibility.policies.queries import get_active
from services.eligibility.sight.queries import get_visible_person
from services.eligibility.sight.rules import Sight, show_decision
from services.eligibility.standing.queries import get_standing, list_team
from services.eligibility.standing.rules import open_kinds
from shared.directory import find_person
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

pages = Blueprint("standing", __name__, url_prefix="/eligibility")
# Rows of a heat map that somebody can still take in; search narrows it.
MOST_SHOWN = 200


@pages.get("/me")
@guard(STANDING_OWN)
def me() -> str:
    """Show the reader where they stand."""
    session = current_uow().session
    own = current_principal().person_id
    if own is None or find_person(session, own) is None:
        return render_template("eligibility/no_person.html")
    return _show(own, is_me=True)


@pages.get("/people/<uuid:person_id>")
@guard(STANDING_READ)
def person(person_id: UUID) -> str:
    """Show where somebody stands."""
    return _show(person_id, is_me=False)


@pages.get("/team")
@guard(STANDING_TEAM)
def team() -> str:
    """Show a manager their people by requirement, and who is about to be held."""
    session = current_uow().session
    own = current_principal().person_id
    policy = get_active(session).policy
    members = list_team(session, own, policy, now()) if own is not None else []
    search, state = request.args.get("search", "").strip(), request.args.get("state", "")
    wanted = [
        one
        for one in members
        if (not state or one.state == state)
        and (search.casefold() in f"{one.person.name} {one.person.employee_no}".casefold())
    ]
    return render_template(
        "eligibility/team.html", members=wanted[:MOST_SHOWN], found=len(wanted), kinds=open_kinds(policy),
        search=search, state=state,
        counts={name: sum(one.state == name for one in members)
                for name in ("eligible", "notice", "held", "ineligible")},
        cutoff=members[0].standing.next_cutoff if members else None,
    )  # fmt: skip


def _show(person_id: UUID, *, is_me: bool) -> str:
    session = current_uow().session
    found, sight = get_visible_person(session, current_principal(), person_id)
    policy = get_active(session).policy
    standing = get_standing(session, person_id, policy, now())
    return render_template(
        "eligibility/standing.html",
        person=found,
        is_me=is_me,
        shown=show_decision(policy, standing.decision, sight),
        standing=standing,
        policy=policy,
        # Payroll and HR see codes, not what they rest on nor when.
        detailed=sight is not Sight.CODES,
    )
