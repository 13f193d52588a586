"""Taking one's own assignments by program: begin, read page by page, say that a link is done, see how far one is.

What is signed needs the password, and what is asked has a time limit of its own: those are not done here.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.attempts.commands import meet_part, start_attempt, turn_page
from services.training.attempts.queries import UnderWay, get_taking, get_under_way, in_full, list_attempts
from services.training.attempts.schemas import (
    AttemptSchema,
    OutcomeSchema,
    PageQuerySchema,
    PageSchema,
    TurnSchema,
)
from services.training.courses.rules import count_pages, pages_of
from services.training.enrolment.commands import Completion
from services.training.materials.queries import shown_page
from services.training.parts.rules import DocumentPart, LinkPart, TextPart, blocking_part
from services.training.permissions import OWN_TRAINING, own
from shared.core.errors import Conflict, NotFound
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now, this_app
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
    """Begin one's own assignment, or go on with it: the answer holds its parts and how far each is."""
    uow = current_uow()
    attempt = start_attempt(uow, _own(assignment_id), actor=current_principal(), now=now())
    return as_json(in_full(uow.session, attempt))


@blp.get("/<uuid:assignment_id>/attempt")
@guard(OWN_TRAINING)
@blp.response(200, AttemptSchema)
@blp.problems(401, 403, 404)
def get_latest(assignment_id: UUID) -> dict[str, Any]:
    """Get the latest attempt at one's own assignment."""
    session = current_uow().session
    found = list_attempts(session, _own(assignment_id).id)
    if not found:
        raise NotFound(N_("This assignment was not begun yet"))
    return as_json(in_full(session, found[0]))


@blp.get("/<uuid:assignment_id>/parts/<string(maxlength=80):part_id>/pages/<int:number>")
@guard(OWN_TRAINING)
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, PageSchema)
@blp.problems(401, 403, 404, 409, 422)
def get_page(query: dict[str, Any], assignment_id: UUID, part_id: str, number: int) -> dict[str, Any]:
    """Get one page of a text or a document, of those that were reached; reading it turns nothing."""
    under_way = get_under_way(current_uow().session, _own(assignment_id).id)
    part, language = under_way.reach(part_id), query["language"]
    total = count_pages(part, language)
    if not 1 <= number <= min(under_way.pages_of(part) + 1, total):
        raise NotFound(N_("There is no such page, or it is not reached yet"))
    found: dict[str, Any] = {"number": number, "pages": total, "title": "", "markdown": None}
    if isinstance(part, TextPart):
        page = pages_of(part.text.pick(language))[number - 1]
        return found | {"title": page.title, "markdown": page.text, "picture_url": None}
    assert isinstance(part, DocumentPart)
    shown = shown_page(this_app().settings.files_dir, under_way.version, part, number, language)
    return found | {"picture_url": shown.sources[-1][1]}


@blp.post("/<uuid:assignment_id>/parts/<string(maxlength=80):part_id>/turn")
@guard(OWN_TRAINING)
@blp.arguments(TurnSchema, location="json")
@blp.response(200, OutcomeSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def turn(body: dict[str, Any], assignment_id: UUID, part_id: str) -> dict[str, Any]:
    """Turn a page; the pages are turned in their order, and the last one meets the part."""
    uow = current_uow()
    assignment, under_way = get_taking(uow, assignment_id, _is_own())
    part = under_way.part(part_id)
    completion = turn_page(
        uow, assignment, under_way, part, body["number"],
        locale=body["language"], actor=current_principal(), now=now(),
    )  # fmt: skip
    return outcome_json(under_way, completion)


@blp.post("/<uuid:assignment_id>/parts/<string(maxlength=80):part_id>/done")
@guard(OWN_TRAINING)
@blp.response(200, OutcomeSchema)
@blp.problems(401, 403, 404, 409)
def finish_link(assignment_id: UUID, part_id: str) -> dict[str, Any]:
    """Say that one is through with a link."""
    uow = current_uow()
    assignment, under_way = get_taking(uow, assignment_id, _is_own())
    part = under_way.reach(part_id)
    if not isinstance(part, LinkPart):
        raise Conflict(N_("This part is not done by saying so"))
    actor = current_principal()
    completion = meet_part(uow, assignment, under_way, part, part.id, actor=actor, now=now())
    return outcome_json(under_way, completion)


def outcome_json(under_way: UnderWay, completion: Completion | None) -> dict[str, Any]:
    """Return what OutcomeSchema writes."""
    certificate = completion.certificate if completion else None
    successor = completion.successor if completion else None
    return {
        "attempt": as_json(under_way),
        "completed": completion is not None,
        "certificate_id": certificate.id if certificate else None,
        "next_assignment_id": successor.id if successor else None,
    }


def as_json(under_way: UnderWay) -> dict[str, Any]:
    """Return what AttemptSchema writes."""
    attempt, met = under_way.attempt, under_way.met
    parts = []
    for one in under_way.parts:
        found = under_way.progress.get(one.id)
        waits = blocking_part(under_way.parts, met, one) is not None
        parts.append(
            {
                "id": one.id,
                "kind": one.kind,
                "title": one.title,
                "state": "done" if one.id in met else "waits" if waits else "open",
                "pages": count_pages(one, "zh"),
                "turned": found.pages if found else 0,
                "score": found.score if found else None,
                "met_at": found.met_at if found else None,
            }
        )
    return {
        "id": attempt.id,
        "assignment_id": attempt.assignment_id,
        "status": attempt.status,
        "number": attempt.number,
        "version_id": attempt.version_id,
        "version_number": under_way.version.number,
        "launched_at": attempt.launched_at,
        "ended_at": attempt.ended_at,
        "score": attempt.score,
        "parts": parts,
    }


def _own(assignment_id: UUID) -> Assignment:
    """Return the caller's own assignment; nobody takes somebody else's, whatever their role."""
    return get_assignment(current_uow().session, assignment_id, _is_own())


def _is_own() -> ColumnElement[bool]:
    return own(current_principal(), Assignment.person_id)
