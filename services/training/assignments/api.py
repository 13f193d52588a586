"""Assignments for programs: reading them; attempts/api.py is how they are taken."""

from typing import Any
from uuid import UUID

from services.training.assignments.commands import extend_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment, list_assignments
from services.training.assignments.rules import Urgency, urgency
from services.training.assignments.schemas import (
    AssignmentPageSchema,
    AssignmentSchema,
    AssignmentsQuerySchema,
    ExtendSchema,
)
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id
from services.training.permissions import EXTEND, OWN_TRAINING, manages, visible, visible_team
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_assignments",
    __name__,
    url_prefix="/training/v1/assignments",
    description="Who has to take what by when",
)


@blp.get("")
@guard(OWN_TRAINING)
@blp.arguments(AssignmentsQuerySchema, location="query")
@blp.response(200, AssignmentPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own assignments, or those of `person_id` as far as they are open to the asker, by due date."""
    principal, session = current_principal(), current_uow().session
    person_id = query["person_id"] or principal.person_id
    if person_id is None:
        return {"items": [], "next_cursor": None}
    page = list_assignments(
        session,
        visible(principal, Assignment.person_id),
        today=local_date(now()),
        person_id=person_id,
        urgency=Urgency(query["urgency"]) if query["urgency"] else None,
        cursor=query["cursor"],
        limit=query["limit"],
    )
    courses = courses_by_id(session, [one.course_id for one in page.items])
    items = [as_json(one, courses[one.course_id]) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.get("/<uuid:assignment_id>")
@guard(OWN_TRAINING)
@blp.response(200, AssignmentSchema)
@blp.problems(401, 403, 404)
def get_one(assignment_id: UUID) -> dict[str, Any]:
    """Get one assignment."""
    session = current_uow().session
    found = get_assignment(session, assignment_id, visible(current_principal(), Assignment.person_id))
    return as_json(found, courses_by_id(session, [found.course_id])[found.course_id])


@blp.post("/<uuid:assignment_id>/extend")
@guard(EXTEND)
@blp.arguments(ExtendSchema, location="json")
@blp.response(200, AssignmentSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def extend(data: dict[str, Any], assignment_id: UUID) -> dict[str, Any]:
    """Give somebody of one's team more time, with a reason."""
    uow, principal = current_uow(), current_principal()
    condition = visible_team(principal, Assignment.person_id)
    found = get_assignment(uow.session, assignment_id, condition)
    if not manages(uow.session, principal, found.person_id):
        raise NotFound(N_("There is no such assignment"))
    extend_assignment(uow, found, data["due_on"], data["reason"], actor=principal, now=now())
    return as_json(found, courses_by_id(uow.session, [found.course_id])[found.course_id])


def as_json(assignment: Assignment, course: Course) -> dict[str, Any]:
    """Return what AssignmentSchema writes."""
    today = local_date(now())
    return {
        "id": assignment.id,
        "person_id": assignment.person_id,
        "course_id": assignment.course_id,
        "curriculum_id": assignment.curriculum_id,
        "origin": assignment.origin,
        "title": course.title,
        "status": assignment.status,
        "urgency": urgency(assignment.status, assignment.opens_on, assignment.due_on, today),
        "opens_on": assignment.opens_on,
        "due_on": assignment.due_on,
        "started_at": assignment.started_at,
        "ended_at": assignment.ended_at,
        "score": assignment.score,
    }
