"""JSON: interim holds of the cases that the caller is on."""

from typing import Any
from uuid import UUID

from services.compliance import permissions as p
from services.compliance.cases.queries import get_case
from services.compliance.holds import commands, queries
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import HoldStep
from services.compliance.holds.schemas import (
    HoldListSchema,
    HoldSchema,
    HoldStepSchema,
    ProposeHoldSchema,
)
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

api = ApiBlueprint("holds", __name__, url_prefix="/compliance/v1", description="Interim holds, by two people")


@api.get("/cases/<uuid:case_id>/holds")
@guard(p.CASE_WORK)
@api.response(200, HoldListSchema)
@api.problems(401, 403, 404)
def list_holds(case_id: UUID) -> dict[str, Any]:
    """List the holds of a case."""
    session, principal = current_uow().session, current_principal()
    get_case(session, case_id, principal)
    return {"items": queries.list_holds(session, case_id, principal)}


@api.post("/cases/<uuid:case_id>/holds")
@guard(p.CASE_WORK)
@api.arguments(ProposeHoldSchema)
@api.response(201, HoldSchema)
@api.problems(401, 403, 404, 409, 422)
def propose(arguments: dict[str, Any], case_id: UUID) -> tuple[Hold, int, dict[str, str]]:
    """Propose a hold on somebody named in the case."""
    made = commands.propose_hold(current_uow(), current_principal(), now(), case_id, **arguments)
    return made, 201, {"Location": f"/compliance/v1/holds/{made.id}"}


@api.get("/holds/<uuid:hold_id>")
@guard(p.CASE_WORK)
@api.response(200, HoldSchema)
@api.problems(401, 403, 404)
def get(hold_id: UUID) -> Hold:
    """Get one hold."""
    return queries.get_hold(current_uow().session, hold_id, current_principal())


@api.post("/holds/<uuid:hold_id>/steps")
@guard(p.CASE_WORK)
@api.arguments(HoldStepSchema)
@api.response(200, HoldSchema)
@api.problems(401, 403, 404, 409, 422)
def take_step(arguments: dict[str, Any], hold_id: UUID) -> Hold:
    """Approve, refuse or withdraw a proposed hold; propose, approve or turn down its end."""
    return commands.decide_hold(
        current_uow(), current_principal(), now(), hold_id, HoldStep(arguments["step"]), arguments["reason"]
    )
