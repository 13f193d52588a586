"""Careers for programs: the ladder, who is ready, and requests for a promotion."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.training.careers.commands import (
    decide_request,
    may_take_back,
    request_promotion,
    submit_request,
    withdraw_request,
)
from services.training.careers.models import PromotionRequest
from services.training.careers.queries import (
    RequestDetail,
    Way,
    get_request,
    get_step,
    list_candidates,
    list_requests,
    list_steps,
)
from services.training.careers.rules import RequestStatus
from services.training.careers.schemas import (
    CareerStepsSchema,
    PromotionBodySchema,
    PromotionDecisionSchema,
    PromotionPageSchema,
    PromotionSchema,
    PromotionsQuerySchema,
    ReadinessQuerySchema,
    ReadinessSchema,
)
from services.training.permissions import (
    OWN_TRAINING,
    PROMOTION_DECIDE,
    decides_on,
    visible,
    visible_promotions,
)
from shared.core.errors import Forbidden, NotFound
from shared.core.text import N_
from shared.directory import DirectoryPerson
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_careers", __name__, url_prefix="/training/v1/careers", description="Positions and promotions"
)

_REQUEST = (
    "id",
    "person_id",
    "step_id",
    "status",
    "reason",
    "created_at",
    "submitted_at",
    "evidence_sha256",
    "decided_at",
    "decision_reason",
)


@blp.get("/steps")
@guard(OWN_TRAINING)
@blp.response(200, CareerStepsSchema)
@blp.problems(401, 403)
def list_ladder() -> dict[str, Any]:
    """List the steps that can be taken and what each asks for."""
    return {
        "items": [
            {
                "id": one.id,
                "source": one.source,
                "target": one.target,
                "kind": one.kind,
                "criteria": one.criteria,
            }
            for one in list_steps(current_uow().session)
        ]
    }


@blp.get("/readiness")
@guard(OWN_TRAINING)
@blp.arguments(ReadinessQuerySchema, location="query")
@blp.response(200, ReadinessSchema)
@blp.problems(401, 403, 404, 422)
def get_readiness(query: dict[str, Any]) -> dict[str, Any]:
    """Get how one stands with every step that leads on, or how `person_id` does as far as that is open to one."""
    person = find_visible(query["person_id"])
    (candidate,) = list_candidates(current_uow().session, [person], now())
    ways = [_way_as_json(one) for one in candidate.ways]
    return {"person_id": person.id, "position": person.position, "ways": ways}


@blp.get("/requests")
@guard(OWN_TRAINING)
@blp.arguments(PromotionsQuerySchema, location="query")
@blp.response(200, PromotionPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List requests for a promotion that are open to the asker, the latest first."""
    page = list_requests(
        current_uow().session,
        visible_promotions(current_principal(), PromotionRequest.person_id),
        status=RequestStatus(query["status"]) if query["status"] else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    return {"items": [as_json(one) for one in page.items], "next_cursor": page.next_cursor}


@blp.post("/requests")
@guard(OWN_TRAINING)
@blp.arguments(PromotionBodySchema, location="json")
@blp.response(201, PromotionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def create(body: dict[str, Any]) -> Any:
    """Draft a request: for oneself, or as a manager for somebody of the team."""
    uow, person = current_uow(), find_visible(body["person_id"])
    check_may_ask(person)
    step = get_step(uow.session, body["step_id"])
    found = request_promotion(uow, person, step, body["reason"], actor=current_principal(), now=now())
    return as_json(found), 201, {"Location": f"/training/v1/careers/requests/{found.id}"}


@blp.get("/requests/<uuid:request_id>")
@guard(OWN_TRAINING)
@blp.response(200, PromotionSchema)
@blp.problems(401, 403, 404)
def get_one(request_id: UUID) -> dict[str, Any]:
    """Get one request."""
    return as_json(find_request(request_id).request)


@blp.post("/requests/<uuid:request_id>/submit")
@guard(OWN_TRAINING)
@blp.response(200, PromotionSchema)
@blp.problems(401, 403, 404, 409)
def submit(request_id: UUID) -> dict[str, Any]:
    """Submit a draft: its gate is computed and its evidence frozen."""
    detail = find_request(request_id)
    check_may_take_back(detail.request)
    submit_request(current_uow(), detail, actor=current_principal(), now=now())
    return as_json(detail.request)


@blp.post("/requests/<uuid:request_id>/withdraw")
@guard(OWN_TRAINING)
@blp.response(200, PromotionSchema)
@blp.problems(401, 403, 404, 409)
def withdraw(request_id: UUID) -> dict[str, Any]:
    """Take a request back before it is decided."""
    found = find_request(request_id).request
    check_may_take_back(found)
    withdraw_request(current_uow(), found, actor=current_principal(), now=now())
    return as_json(found)


@blp.post("/requests/<uuid:request_id>/decide")
@guard(PROMOTION_DECIDE)
@blp.arguments(PromotionDecisionSchema, location="json")
@blp.response(200, PromotionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def decide(body: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Approve or reject a request, as a manager further up or as HR."""
    uow, principal = current_uow(), current_principal()
    found = find_request(request_id).request
    check_may_decide(found)
    decide_request(uow, found, approve=body["approve"], reason=body["reason"], actor=principal, now=now())
    return as_json(found)


def find_visible(person_id: UUID | None) -> DirectoryPerson:
    """Return the person, or the asker themselves; raise NotFound for whom they may not see."""
    principal, session = current_principal(), current_uow().session
    wanted = person_id or principal.person_id
    found: DirectoryPerson | None = None
    if wanted is not None:
        condition = visible(principal, DirectoryPerson.id)
        found = session.scalar(select(DirectoryPerson).where(DirectoryPerson.id == wanted, condition))
    if found is None:
        raise NotFound(N_("This person is not on the roster"))
    return found


def find_request(request_id: UUID) -> RequestDetail:
    """Return the request; raise NotFound when it is not open to the asker."""
    condition = visible_promotions(current_principal(), PromotionRequest.person_id)
    return get_request(current_uow().session, request_id, condition)


def check_may_ask(person: DirectoryPerson) -> None:
    """Raise Forbidden unless it is about the asker or somebody whom they manage."""
    principal = current_principal()
    if principal.person_id != person.id and not decides_on(current_uow().session, principal, person.id):
        raise Forbidden(N_("Only the person or a manager further up asks for a promotion"))


def check_may_take_back(found: PromotionRequest) -> None:
    """Raise Forbidden unless the asker made the request or is whom it is about."""
    if not may_take_back(found, current_principal().person_id):
        raise Forbidden(N_("Only who asked for it, or whom it is about, can do this"))


def check_may_decide(found: PromotionRequest) -> None:
    """Raise Forbidden for a manager who is not further up."""
    if not decides_on(current_uow().session, current_principal(), found.person_id):
        raise Forbidden(N_("Only a manager further up, or HR, decides on this"))


def as_json(found: PromotionRequest) -> dict[str, Any]:
    """Return what PromotionSchema writes."""
    return {name: getattr(found, name) for name in _REQUEST}


def _way_as_json(way: Way) -> dict[str, Any]:
    return {
        "step_id": way.step.id,
        "target": way.step.target,
        "ready": way.readiness.ready,
        "missing": way.readiness.missing,
        "results": way.readiness.results,
    }
