"""Due-date exceptions for programs."""

from typing import Any
from uuid import UUID

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.exceptions.commands import (
    grant_exception,
    refuse_exception,
    request_exception,
    withdraw_exception,
)
from services.training.exceptions.models import DueException
from services.training.exceptions.queries import (
    ExceptionDetail,
    check_asker,
    details_of,
    get_exception,
    list_exceptions,
)
from services.training.exceptions.rules import ExceptionStatus
from services.training.exceptions.schemas import (
    ExceptionGrantSchema,
    ExceptionPageSchema,
    ExceptionRefuseSchema,
    ExceptionRequestSchema,
    ExceptionSchema,
    ExceptionsQuerySchema,
)
from services.training.permissions import OWN_TRAINING, RELIEF_DECIDE, visible
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_exceptions", __name__, url_prefix="/training/v1", description="Due dates that cannot be met"
)


@blp.get("/exceptions")
@guard(OWN_TRAINING)
@blp.arguments(ExceptionsQuerySchema, location="query")
@blp.response(200, ExceptionPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List the exceptions that are open to the asker, the one that has waited longest first."""
    session = current_uow().session
    page = list_exceptions(
        session,
        visible(current_principal(), DueException.person_id),
        status=ExceptionStatus(query["status"]) if query["status"] else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    items = [as_json(one) for one in details_of(session, page.items)]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.get("/exceptions/<uuid:exception_id>")
@guard(OWN_TRAINING)
@blp.response(200, ExceptionSchema)
@blp.problems(401, 403, 404)
def get_one(exception_id: UUID) -> dict[str, Any]:
    """Get one exception."""
    return as_json(_visible(exception_id))


@blp.post("/assignments/<uuid:assignment_id>/exceptions")
@guard(OWN_TRAINING)
@blp.arguments(ExceptionRequestSchema, location="json")
@blp.response(201, ExceptionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def request_one(data: dict[str, Any], assignment_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Ask for another due date: for oneself, or for somebody of one's team."""
    uow, principal = current_uow(), current_principal()
    assignment = get_assignment(uow.session, assignment_id, visible(principal, Assignment.person_id))
    check_asker(uow.session, principal, assignment.person_id)
    made = request_exception(
        uow, assignment, data["reason"], wished_on=data["wished_on"], actor=principal, now=now()
    )
    uow.session.flush()  # It is read back with what it is about.
    return as_json(_visible(made.id)), 201, {"Location": f"/training/v1/exceptions/{made.id}"}


@blp.post("/exceptions/<uuid:exception_id>/grant")
@guard(RELIEF_DECIDE)
@blp.arguments(ExceptionGrantSchema, location="json")
@blp.response(200, ExceptionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def grant(data: dict[str, Any], exception_id: UUID) -> dict[str, Any]:
    """Give another due date."""
    found = _visible(exception_id)
    grant_exception(
        current_uow(), found.exception, found.assignment, data["due_on"], data["reason"],
        actor=current_principal(), now=now(),
    )  # fmt: skip
    return as_json(found)


@blp.post("/exceptions/<uuid:exception_id>/refuse")
@guard(RELIEF_DECIDE)
@blp.arguments(ExceptionRefuseSchema, location="json")
@blp.response(200, ExceptionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def refuse(data: dict[str, Any], exception_id: UUID) -> dict[str, Any]:
    """Let the due date stay."""
    found = _visible(exception_id)
    refuse_exception(current_uow(), found.exception, data["reason"], actor=current_principal(), now=now())
    return as_json(found)


@blp.post("/exceptions/<uuid:exception_id>/withdraw")
@guard(OWN_TRAINING)
@blp.response(200, ExceptionSchema)
@blp.problems(401, 403, 404, 409)
def withdraw(exception_id: UUID) -> dict[str, Any]:
    """Take a request back."""
    found = _visible(exception_id)
    check_asker(current_uow().session, current_principal(), found.assignment.person_id)
    withdraw_exception(current_uow(), found.exception, actor=current_principal(), now=now())
    return as_json(found)


def as_json(detail: ExceptionDetail) -> dict[str, Any]:
    """Return what ExceptionSchema writes."""
    found = detail.exception
    return {
        "id": found.id,
        "assignment_id": found.assignment_id,
        "person_id": found.person_id,
        "course_id": found.course_id,
        "title": detail.course.title,
        "status": found.status,
        "cause": found.cause,
        "reason": found.reason,
        "due_on": found.due_on,
        "wished_on": found.wished_on,
        "granted_on": found.granted_on,
        "requested_at": found.requested_at,
        "decided_at": found.decided_at,
        "decision_reason": found.decision_reason,
    }


def _visible(exception_id: UUID) -> ExceptionDetail:
    condition = visible(current_principal(), DueException.person_id)
    return get_exception(current_uow().session, exception_id, condition)
