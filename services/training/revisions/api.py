"""Learning paths for programs: reading and drafting them, and changing active ones by way of a proposal."""

from typing import Any
from uuid import UUID

from services.training.curricula.commands import create_curriculum, edit_curriculum
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import content_of, contents_of, get_curriculum, list_page
from services.training.curricula.rules import PathContent
from services.training.curricula.schemas import (
    CurriculumPageSchema,
    CurriculumSchema,
    NewPathSchema,
    PathSchema,
    path_of,
    say_due,
)
from services.training.enrolment.commands import activate_curriculum, archive_curriculum
from services.training.permissions import CURRICULA_EDIT, CURRICULA_READ
from services.training.revisions.commands import confirm, drop, propose
from services.training.revisions.models import CurriculumProposal
from services.training.revisions.queries import get_proposal, list_changes
from services.training.revisions.rules import ChangeKind
from services.training.revisions.schemas import ChangesQuerySchema, ChangesSchema, ProposalSchema
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import CursorQuerySchema

blp = ApiBlueprint(
    "training_paths",
    __name__,
    url_prefix="/training/v1/curricula",
    description="Learning paths: what is asked of whom, in which order, by when",
)


@blp.get("")
@guard(CURRICULA_READ)
@blp.arguments(CursorQuerySchema, location="query")
@blp.response(200, CurriculumPageSchema)
@blp.problems(401, 403, 422)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """List the learning paths, by code."""
    session = current_uow().session
    page = list_page(session, cursor=query["cursor"], limit=query["limit"])
    contents = contents_of(session, page.items)
    items = [as_json(one, contents[one.id]) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.post("")
@guard(CURRICULA_EDIT)
@blp.arguments(NewPathSchema)
@blp.response(201, CurriculumSchema)
@blp.problems(401, 403, 409, 422)
def draft(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Draft a learning path."""
    content = path_of(data)
    made = create_curriculum(
        current_uow(), code=data["code"], content=content, actor=current_principal(), now=now()
    )
    return as_json(made, content), 201, {"Location": f"/training/v1/curricula/{made.id}"}


@blp.get("/<uuid:curriculum_id>")
@guard(CURRICULA_READ)
@blp.response(200, CurriculumSchema)
@blp.problems(401, 403, 404)
def get_one(curriculum_id: UUID) -> dict[str, Any]:
    """Get one learning path."""
    found = get_curriculum(current_uow().session, curriculum_id)
    return as_json(found, content_of(current_uow().session, found))


@blp.put("/<uuid:curriculum_id>")
@guard(CURRICULA_EDIT)
@blp.arguments(PathSchema)
@blp.response(200, CurriculumSchema)
@blp.problems(401, 403, 404, 409, 422)
def edit(data: dict[str, Any], curriculum_id: UUID) -> dict[str, Any]:
    """Replace what a draft says; an active path is changed by way of a proposal."""
    found, content = get_curriculum(current_uow().session, curriculum_id), path_of(data)
    edit_curriculum(current_uow(), found, content, actor=current_principal(), now=now())
    return as_json(found, content)


@blp.post("/<uuid:curriculum_id>/activate")
@guard(CURRICULA_EDIT)
@blp.response(200, CurriculumSchema)
@blp.problems(401, 403, 404, 409)
def activate(curriculum_id: UUID) -> dict[str, Any]:
    """Let a draft apply from today; a job makes the assignments."""
    found = get_curriculum(current_uow().session, curriculum_id)
    activate_curriculum(current_uow(), found, actor=current_principal(), now=now())
    return as_json(found, content_of(current_uow().session, found))


@blp.post("/<uuid:curriculum_id>/archive")
@guard(CURRICULA_EDIT)
@blp.response(200, CurriculumSchema)
@blp.problems(401, 403, 404, 409)
def archive(curriculum_id: UUID) -> dict[str, Any]:
    """Let it apply to nobody any more; a job cancels what nothing else asks for."""
    found = get_curriculum(current_uow().session, curriculum_id)
    archive_curriculum(current_uow(), found, actor=current_principal(), now=now())
    return as_json(found, content_of(current_uow().session, found))


@blp.post("/<uuid:curriculum_id>/proposals")
@guard(CURRICULA_EDIT)
@blp.arguments(PathSchema)
@blp.response(201, ProposalSchema)
@blp.problems(401, 403, 404, 409, 422)
def preview(data: dict[str, Any], curriculum_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Have it counted whom a change of an active path would change; nothing changes."""
    found = get_curriculum(current_uow().session, curriculum_id)
    made = propose(current_uow(), found, path_of(data), actor=current_principal(), now=now())
    return proposal_json(made), 201, {"Location": f"/training/v1/curricula/{found.id}/proposals/{made.id}"}


@blp.get("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>")
@guard(CURRICULA_READ)
@blp.response(200, ProposalSchema)
@blp.problems(401, 403, 404)
def get_preview(curriculum_id: UUID, proposal_id: UUID) -> dict[str, Any]:
    """Get a proposal with its counts."""
    return proposal_json(get_proposal(current_uow().session, curriculum_id, proposal_id))


@blp.get("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>/changes")
@guard(CURRICULA_READ)
@blp.arguments(ChangesQuerySchema, location="query")
@blp.response(200, ChangesSchema)
@blp.problems(401, 403, 404, 422)
def list_preview(query: dict[str, Any], curriculum_id: UUID, proposal_id: UUID) -> dict[str, Any]:
    """List what a proposal would change, by name."""
    session = current_uow().session
    get_proposal(session, curriculum_id, proposal_id)
    offset, limit = query["offset"], query["limit"]
    found = list_changes(session, proposal_id, offset=offset, limit=limit + 1)
    more = len(found) > limit
    items = [dict(one._mapping) for one in found[:limit]]
    return {"items": items, "next_offset": offset + limit if more else None}


@blp.post("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>/confirm")
@guard(CURRICULA_EDIT)
@blp.response(200, ProposalSchema)
@blp.problems(401, 403, 404, 409)
def confirm_preview(curriculum_id: UUID, proposal_id: UUID) -> dict[str, Any]:
    """Make the change that was counted."""
    found = get_proposal(current_uow().session, curriculum_id, proposal_id)
    confirm(current_uow(), found, actor=current_principal(), now=now())
    return proposal_json(found)


@blp.post("/<uuid:curriculum_id>/proposals/<uuid:proposal_id>/drop")
@guard(CURRICULA_EDIT)
@blp.response(200, ProposalSchema)
@blp.problems(401, 403, 404, 409)
def drop_preview(curriculum_id: UUID, proposal_id: UUID) -> dict[str, Any]:
    """Give a proposal up."""
    found = get_proposal(current_uow().session, curriculum_id, proposal_id)
    drop(found)
    return proposal_json(found)


def as_json(curriculum: Curriculum, content: PathContent) -> dict[str, Any]:
    """Return what CurriculumSchema writes."""
    return {
        "id": curriculum.id,
        "code": curriculum.code,
        "status": curriculum.status,
        "revision": curriculum.revision,
        "active_from": curriculum.active_from,
        "due_text": say_due(content.due),
        "path": content,
    }


def proposal_json(proposal: CurriculumProposal) -> dict[str, Any]:
    """Return what ProposalSchema writes."""
    digest = proposal.impact_sha256
    return {
        "id": proposal.id,
        "curriculum_id": proposal.curriculum_id,
        "status": proposal.status,
        "made_at": proposal.made_at,
        "counted_at": proposal.counted_at,
        "people": proposal.people,
        "counts": {kind.value: proposal.counts.get(kind.value, 0) for kind in ChangeKind},
        "impact_sha256": digest.hex() if digest is not None else None,
    }
