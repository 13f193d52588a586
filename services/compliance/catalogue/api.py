"""JSON: the red-line catalogue."""

from typing import Any

from services.compliance import permissions as p
from services.compliance.catalogue import queries
from services.compliance.catalogue.schemas import CategoryListSchema, CategoryQuerySchema
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow
from shared.web.guards import guard

api = ApiBlueprint(
    "catalogue", __name__, url_prefix="/compliance/v1/catalogue", description="The red-line catalogue"
)


@api.get("")
@guard(p.HANDBOOK_READ)
@api.arguments(CategoryQuerySchema, location="query")
@api.response(200, CategoryListSchema)
@api.problems(401, 403, 422)
def list_categories(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the categories with legal basis, severity, effect on pay and examples."""
    return {"items": queries.list_categories(current_uow().session, arguments["q"])}
