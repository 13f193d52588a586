"""Assigning by program."""

from typing import Any

from sqlalchemy import select

from services.training.assigning.commands import Order, assign_chunk, assign_one, enqueue_order
from services.training.assigning.queries import count_people, preview
from services.training.assigning.rules import AT_ONCE, check_due
from services.training.assigning.schemas import AssignOneSchema, BulkAssignAnswerSchema, BulkAssignSchema
from services.training.assignments.api import as_json
from services.training.assignments.schemas import AssignmentSchema
from services.training.courses.queries import find_version, get_course
from services.training.courses.rules import VersionStatus
from services.training.permissions import ASSIGN, visible_team
from shared.core.errors import Conflict, InvalidInput, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import Audience, DirectoryPerson
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_assigning",
    __name__,
    url_prefix="/training/v1/assignments",
    description="Asking courses of people",
)


@blp.post("")
@guard(ASSIGN)
@blp.arguments(AssignOneSchema, location="json")
@blp.response(201, AssignmentSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def assign(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Ask a course of somebody: a manager of the team, a trainer of anybody."""
    uow, principal, today = current_uow(), current_principal(), local_date(now())
    team = visible_team(principal, DirectoryPerson.id)
    person = uow.session.scalar(select(DirectoryPerson).where(team, DirectoryPerson.id == data["person_id"]))
    if person is None or not person.is_here_on(max(today, person.hired_on)):
        raise NotFound(N_("This person is not on the roster"))
    course = get_course(uow.session, data["course_id"], drafts=False)
    made = assign_one(uow, person, course, data["due_on"], data["note"], actor=principal, now=now())
    return as_json(made, course), 201, {"Location": f"/training/v1/assignments/{made.id}"}


@blp.post("/bulk")
@guard(ASSIGN)
@blp.arguments(BulkAssignSchema, location="json")
@blp.response(200, BulkAssignAnswerSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def assign_many(data: dict[str, Any]) -> dict[str, Any]:
    """Ask a course of many; a dry run says what it would come to. More than 200 are asked by a job."""
    uow, today = current_uow(), local_date(now())
    course = get_course(uow.session, data["course_id"], drafts=False)
    check_due(data["due_on"], today)
    if find_version(uow.session, course.id, VersionStatus.PUBLISHED) is None:
        raise Conflict(N_("This course has no published version yet"))
    order = order_of(data)
    people = order.people(today)
    if data["dry_run"]:
        found = preview(uow.session, people, order.course_id, order.due_on, today, shown=0)
        return {"counts": found.counts, "job_id": None}
    if count_people(uow.session, people) > AT_ONCE:
        return {"counts": {}, "job_id": enqueue_order(uow, order, now=now()).id}
    return {"counts": assign_chunk(uow, order, None, now=now()).counts, "job_id": None}


def order_of(data: dict[str, Any]) -> Order:
    """Return what BulkAssignSchema read, as an order of the caller's. Raises InvalidInput."""
    audience, ids = data["audience"], data["person_ids"]
    if (audience is None) == (ids is None):
        message = N_("Name the people or describe them, one of both")
        raise InvalidInput(message, fields={"person_ids": [message]})
    return Order(
        data["course_id"],
        data["due_on"],
        current_principal(),
        data["note"],
        tuple(ids) if ids is not None else None,
        Audience.from_json(audience) if audience is not None else None,
    )
