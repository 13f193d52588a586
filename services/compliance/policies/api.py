"""JSON: the policies in force."""

from typing import Any
from uuid import UUID

from services.compliance import permissions as p
from services.compliance.policies import queries
from services.compliance.policies.schemas import PolicyListSchema, PolicySchema
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow
from shared.web.guards import guard

api = ApiBlueprint(
    "policies", __name__, url_prefix="/compliance/v1/policies", description="Policies in force"
)


@api.get("")
@guard(p.HANDBOOK_READ)
@api.response(200, PolicyListSchema)
@api.problems(401, 403)
def list_policies() -> dict[str, Any]:
    """List the policies in force, with their whole text."""
    return {"items": queries.list_published(current_uow().session)}


@api.get("/<uuid:policy_id>")
@guard(p.HANDBOOK_READ)
@api.response(200, PolicySchema)
@api.problems(401, 403, 404)
def get_policy(policy_id: UUID) -> queries.PolicyText:
    """Get the version of a policy that is in force."""
    session = current_uow().session
    version = queries.find_published(session, policy_id)
    if version is None:
        raise NotFound(N_("There is no such policy"))
    return queries.get_text(session, version.id)
