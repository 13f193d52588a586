"""JSON: closing and reopening a case."""

from typing import Any
from uuid import UUID

from services.compliance import permissions as p
from services.compliance.cases.models import Case
from services.compliance.cases.rules import Outcome
from services.compliance.cases.schemas import CaseSchema
from services.compliance.closing import commands
from services.compliance.closing.schemas import ClosureSchema, ReopeningSchema
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

api = ApiBlueprint(
    "closing", __name__, url_prefix="/compliance/v1/cases", description="Closing and reopening cases"
)


@api.post("/<uuid:case_id>/closure")
@guard(p.CASE_WORK)
@api.arguments(ClosureSchema)
@api.response(200, CaseSchema)
@api.problems(401, 403, 404, 409, 422)
def close(arguments: dict[str, Any], case_id: UUID) -> Case:
    """Close a case in which no hold stands and nothing waits."""
    outcome, summary = Outcome(arguments["outcome"]), arguments["summary"]
    return commands.close_case(current_uow(), current_principal(), now(), case_id, outcome, summary)


@api.post("/<uuid:case_id>/reopening")
@guard(p.CASE_WORK)
@api.arguments(ReopeningSchema)
@api.response(200, CaseSchema)
@api.problems(401, 403, 404, 409, 422)
def reopen(arguments: dict[str, Any], case_id: UUID) -> Case:
    """Take a closed case up again."""
    return commands.reopen_case(current_uow(), current_principal(), now(), case_id, arguments["reason"])
