"""Sitting one's own assessments by program: the same rules, the same clock."""

from typing import Any
from uuid import UUID

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.permissions import OWN_TRAINING, own
from services.training.sittings.commands import grade_sitting, save_answer, settle_if_over, start_sitting
from services.training.sittings.queries import asked_in, get_sitting, list_of_part
from services.training.sittings.rules import seconds_left
from services.training.sittings.schemas import (
    HandInSittingSchema,
    SavedAnswerSchema,
    SittingAnswerSchema,
    SittingSchema,
    given_of_json,
    sitting_json,
)
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_sittings",
    __name__,
    url_prefix="/training/v1/assignments/<uuid:assignment_id>/parts/<part_id>/sitting",
    description="Sitting one's own assessments",
)


@blp.get("")
@guard(OWN_TRAINING)
@blp.response(200, SittingSchema)
@blp.problems(401, 403, 404)
def sitting(assignment_id: UUID, part_id: str) -> dict[str, Any]:
    """Return the latest sitting: with its questions and the answers saved, or with its result."""
    settle_if_over(this_app().database, assignment_id, part_id, now=now())
    assignment = _own(assignment_id)
    found = list_of_part(current_uow().session, assignment.id, part_id)
    if not found:
        raise NotFound(N_("There is no such sitting"))
    return sitting_json(found[0], asked_in(current_uow().session, found[0]), now())


@blp.post("")
@guard(OWN_TRAINING)
@blp.response(200, SittingSchema)
@blp.problems(401, 403, 404, 409)
def begin(assignment_id: UUID, part_id: str) -> dict[str, Any]:
    """Begin a sitting, or go on with the one under way."""
    uow = current_uow()
    found = start_sitting(uow, _own(assignment_id), part_id, actor=current_principal(), now=now())
    uow.session.flush()  # What was drawn is read back as it will be found later.
    return sitting_json(found, asked_in(uow.session, found), now())


@blp.post("/answers")
@guard(OWN_TRAINING)
@blp.arguments(SittingAnswerSchema, location="json")
@blp.response(200, SavedAnswerSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def answer(data: dict[str, Any], assignment_id: UUID, part_id: str) -> dict[str, Any]:
    """Keep an answer. 409 when another one came between (`answered-elsewhere`), or too late (`time-over`)."""
    uow = current_uow()
    assignment = _own(assignment_id)
    found = get_sitting(uow.session, assignment.id, part_id, data["sitting_id"])
    given = given_of_json(data)
    sequence = save_answer(
        uow, found, data["place"], given, seen=data["seen"], actor=current_principal(), now=now()
    )
    return {
        "place": data["place"],
        "sequence": sequence,
        "seconds_left": seconds_left(found.deadline_at, now()),
    }


@blp.post("/submit")
@guard(OWN_TRAINING)
@blp.arguments(HandInSittingSchema, location="json")
@blp.response(200, SittingSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def submit(data: dict[str, Any], assignment_id: UUID, part_id: str) -> dict[str, Any]:
    """Hand in what is saved: once, and graded here."""
    uow = current_uow()
    assignment = _own(assignment_id)
    found = get_sitting(uow.session, assignment.id, part_id, data["sitting_id"])
    grade_sitting(uow, found, actor=current_principal(), now=now())
    return sitting_json(found, asked_in(uow.session, found), now())


def _own(assignment_id: UUID) -> Assignment:
    """Return the caller's own assignment; nobody sits for somebody else, whatever their role."""
    condition = own(current_principal(), Assignment.person_id)
    return get_assignment(current_uow().session, assignment_id, condition)
