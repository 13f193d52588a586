"""Taking one's own assignments by program."""

from typing import Any
from uuid import UUID

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.attempts.commands import read_all, start_attempt, submit_attempt
from services.training.attempts.models import Attempt
from services.training.attempts.queries import get_attempt
from services.training.attempts.schemas import AttemptSchema, OutcomeSchema, SubmitSchema
from services.training.courses.models import CourseVersion
from services.training.courses.queries import get_version
from services.training.permissions import OWN_TRAINING, own
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_attempts",
    __name__,
    url_prefix="/training/v1/assignments",
    description="Taking one's own assignments",
)


@blp.post("/<uuid:assignment_id>/start")
@guard(OWN_TRAINING)
@blp.response(200, AttemptSchema)
@blp.problems(401, 403, 404, 409)
def start(assignment_id: UUID) -> dict[str, Any]:
    """Begin one's own assignment, or go on with it: the answer holds all there is to read and to answer."""
    uow, principal = current_uow(), current_principal()
    assignment = _own(assignment_id)
    attempt = start_attempt(uow, assignment, actor=principal, now=now())
    version = get_version(uow.session, attempt.version_id)
    read_all(uow, assignment, attempt, version, actor=principal, now=now())
    return as_json(attempt, version)


@blp.post("/<uuid:assignment_id>/submit")
@guard(OWN_TRAINING)
@blp.arguments(SubmitSchema, location="json")
@blp.response(200, OutcomeSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def submit(answers: dict[str, Any], assignment_id: UUID) -> dict[str, Any]:
    """Submit the answers to one's own attempt: once, and graded here."""
    uow, principal = current_uow(), current_principal()
    assignment = _own(assignment_id)
    attempt = get_attempt(uow.session, assignment.id, answers["attempt_id"])
    version = get_version(uow.session, attempt.version_id)
    outcome = submit_attempt(
        uow, assignment, attempt, version, answers["answers"], actor=principal, now=now()
    )
    completion = outcome.completion
    return {
        "attempt_id": attempt.id,
        "status": attempt.status,
        "score": attempt.score,
        "right": list(outcome.grade.right),
        "certificate_id": completion.certificate.id if completion and completion.certificate else None,
        "next_assignment_id": completion.successor.id if completion and completion.successor else None,
    }


def as_json(attempt: Attempt, version: CourseVersion) -> dict[str, Any]:
    """Return what AttemptSchema writes."""
    quiz = version.content.quiz
    return {
        "id": attempt.id,
        "assignment_id": attempt.assignment_id,
        "status": attempt.status,
        "number": attempt.number,
        "version_id": version.id,
        "text": version.body,
        "pass_mark": version.pass_mark,
        "questions": [{"text": one.text, "options": list(one.options)} for one in quiz],
    }


def _own(assignment_id: UUID) -> Assignment:
    """Return the caller's own assignment; nobody takes somebody else's, whatever their role."""
    condition = own(current_principal(), Assignment.person_id)
    return get_assignment(current_uow().session, assignment_id, condition)
