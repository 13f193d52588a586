"""The pay policy in force, as sentences anybody can read."""

from flask import Blueprint, render_template

from services.eligibility.permissions import POLICY_READ
from services.eligibility.policies import queries
from services.eligibility.policies.rules import describe
from shared.web.context import current_uow
from shared.web.guards import guard

pages = Blueprint("pay_policy", __name__, url_prefix="/eligibility/policy")


@pages.get("")
@guard(POLICY_READ)
def show() -> str:
    """Show the active version and the list of all."""
    session = current_uow().session
    version = queries.get_active(session)
    rules = [(rule, describe(rule)) for rule in version.policy.rules]
    return render_template(
        "eligibility/policy.html", version=version, rules=rules, versions=queries.list_versions(session)
    )
