"""JSON: sanctions in the cases that the caller is on."""

from typing import Any
from uuid import UUID

from services.compliance import permissions as p
from services.compliance.cases.queries import get_case
from services.compliance.sanctions import commands, queries
from services.compliance.sanctions.models import Sanction
from services.compliance.sanctions.rules import SanctionStep
from services.compliance.sanctions.schemas import (
    ProposeSanctionSchema,
    SanctionListSchema,
    SanctionSchema,
    SanctionStepSchema,
)
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

api = ApiBlueprint("sanctions", __name__, url_prefix="/compliance/v1", description="Sanctions, by two people")


@api.get("/cases/<uuid:case_id>/sanctions")
@guard(p.CASE_WORK)
@api.response(200, SanctionListSchema)
@api.problems(401, 403, 404)
def list_sanctions(case_id: UUID) -> dict[str, Any]:
    """List the sanctions of a case."""
    session, principal = current_uow().session, current_principal()
    get_case(session, case_id, principal)
    return {"items": queries.list_sanctions(session, case_id, principal)}


@api.post("/cases/<uuid:case_id>/sanctions")
@guard(p.CASE_WORK)
@api.arguments(ProposeSanctionSchema)
@api.response(201, SanctionSchema)
@api.problems(401, 403, 404, 409, 422)
def propose(arguments: dict[str, Any], case_id: UUID) -> tuple[Sanction, int, dict[str, str]]:
    """Propose that somebody named in the case forfeits the incentive of named periods."""
    made = commands.propose_forfeiture(current_uow(), current_principal(), now(), case_id, **arguments)
    return made, 201, {"Location": f"/compliance/v1/sanctions/{made.id}"}


@api.get("/sanctions/<uuid:sanction_id>")
@guard(p.CASE_WORK)
@api.response(200, SanctionSchema)
@api.problems(401, 403, 404)
def get(sanction_id: UUID) -> Sanction:
    """Get one sanction."""
    return queries.get_sanction(current_uow().session, sanction_id, current_principal())


@api.post("/sanctions/<uuid:sanction_id>/steps")
@guard(p.CASE_WORK)
@api.arguments(SanctionStepSchema)
@api.response(200, SanctionSchema)
@api.problems(401, 403, 404, 409, 422)
def take_step(arguments: dict[str, Any], sanction_id: UUID) -> Sanction:
    """Approve, refuse or withdraw a proposed sanction."""
    step, reason = SanctionStep(arguments["step"]), arguments["reason"]
    return commands.decide_sanction(current_uow(), current_principal(), now(), sanction_id, step, reason)
