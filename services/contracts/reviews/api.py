"""Reviews over HTTP: submitting and withdrawing a contract, one's own queue, decisions."""

from typing import Any
from uuid import UUID

from services.contracts.access.queries import SEES_ALL_CONTRACTS, scope_of
from services.contracts.agreements.models import Contract
from services.contracts.agreements.queries import get_contract
from services.contracts.agreements.schemas import ContractSchema
from services.contracts.permissions import CONTRACT_DRAFT, CONTRACT_READ, REVIEW_DECIDE
from services.contracts.reviews import commands, queries
from services.contracts.reviews.models import ReviewRound, ReviewStep
from services.contracts.reviews.schemas import DecisionSchema, QueueItemSchema, ReviewRoundSchema
from shared.db.paging import Page
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import CursorQuerySchema, page_schema

blp = ApiBlueprint(
    "reviews",
    __name__,
    url_prefix="/contracts/v1",
    description="Review rounds: each binds one text by its hash.",
)


@blp.get("/reviews/")
@guard(REVIEW_DECIDE)
@blp.arguments(CursorQuerySchema, location="query")
@blp.response(200, page_schema(QueueItemSchema))
@blp.problems(401, 403, 422)
def list_queue(arguments: dict[str, Any]) -> Page[ReviewStep]:
    """List the steps that the caller may decide now, what is due first on top."""
    return queries.list_queue(current_uow().session, current_principal(), **arguments)


@blp.get("/reviews/<uuid:step_id>")
@guard(REVIEW_DECIDE)
@blp.response(200, QueueItemSchema)
@blp.problems(401, 403, 404)
def get_step(step_id: UUID) -> ReviewStep:
    """Return a step of one of the caller's roles with its round."""
    return queries.get_step(current_uow().session, step_id, current_principal())


@blp.post("/reviews/<uuid:step_id>/decision")
@guard(REVIEW_DECIDE)
@blp.arguments(DecisionSchema)
@blp.response(200, QueueItemSchema)
@blp.problems(401, 403, 404, 409, 422)
def decide(values: dict[str, Any], step_id: UUID) -> ReviewStep:
    """Approve the text with this hash, or return it; 409 when it is not, or no longer, under review."""
    step = queries.get_step(current_uow().session, step_id, current_principal())
    commands.decide(
        current_uow(), step, commands.Decision(values["decision"]), seen_sha256=values["sha256"],
        reason=values["reason"], principal=current_principal(), now=now(),
    )  # fmt: skip
    return step


@blp.get("/contracts/<uuid:contract_id>/reviews")
@guard(CONTRACT_READ)
@blp.response(200, ReviewRoundSchema(many=True))
@blp.problems(401, 403, 404)
def list_rounds(contract_id: UUID) -> list[ReviewRound]:
    """List a contract's rounds, the latest first."""
    return queries.list_rounds(current_uow().session, _contract(contract_id).id)


@blp.post("/contracts/<uuid:contract_id>/submit")
@guard(CONTRACT_DRAFT)
@blp.response(201, ReviewRoundSchema)
@blp.problems(401, 403, 404, 409)
def submit(contract_id: UUID) -> tuple[ReviewRound, int, dict[str, str]]:
    """Freeze the latest version and open a round on it."""
    found = commands.submit_for_review(
        current_uow(), _contract(contract_id), principal=current_principal(), now=now()
    )
    place = f"{blp.url_prefix}/contracts/{contract_id}/reviews"
    return found, 201, {"Location": place}


@blp.post("/contracts/<uuid:contract_id>/withdraw")
@guard(CONTRACT_DRAFT)
@blp.response(200, ContractSchema)
@blp.problems(401, 403, 404, 409)
def withdraw(contract_id: UUID) -> Contract:
    """Take a contract back from review."""
    contract = _contract(contract_id)
    commands.withdraw(current_uow(), contract, principal=current_principal(), now=now())
    return contract


def _contract(contract_id: UUID) -> Contract:
    scope = scope_of(current_principal(), SEES_ALL_CONTRACTS)
    return get_contract(current_uow().session, contract_id, scope)
