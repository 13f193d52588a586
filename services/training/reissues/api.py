"""Re-issues for programs."""

from typing import Any
from uuid import UUID

from services.training.permissions import DESIGNS_EDIT, DESIGNS_READ
from services.training.reissues.commands import resume_reissue, start_reissue, stop_reissue
from services.training.reissues.models import Reissue
from services.training.reissues.queries import count_printed, get_reissue, list_reissues
from services.training.reissues.rules import Chosen
from services.training.reissues.schemas import ReissuePageSchema, ReissueRequestSchema, ReissueSchema
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import CursorQuerySchema

blp = ApiBlueprint(
    "training_reissues",
    __name__,
    url_prefix="/training/v1/reissues",
    description="Printing many certificates anew after a design has changed",
)


@blp.get("")
@guard(DESIGNS_READ)
@blp.arguments(CursorQuerySchema, location="query")
@blp.response(200, ReissuePageSchema)
@blp.problems(401, 403, 422)
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """List re-issues, the newest first."""
    page = list_reissues(current_uow().session, cursor=query["cursor"], limit=query["limit"])
    done = count_printed(current_uow().session, [one.id for one in page.items])
    items = [_as_json(one, done.get(one.id, 0)) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.get("/<uuid:reissue_id>")
@guard(DESIGNS_READ)
@blp.response(200, ReissueSchema)
@blp.problems(401, 403, 404)
def get_one(reissue_id: UUID) -> dict[str, Any]:
    """Get one re-issue, with how far it is."""
    return _with_count(get_reissue(current_uow().session, reissue_id))


@blp.post("")
@guard(DESIGNS_EDIT)
@blp.arguments(ReissueRequestSchema)
@blp.response(201, ReissueSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def start(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Begin to print certificates anew: same numbers, one revision more; the documents before stay verifiable."""
    version_id = data.pop("design_version_id")
    chosen = Chosen(**{**data, "employee_numbers": tuple(data["employee_numbers"])})
    reissue = start_reissue(current_uow(), version_id, chosen, actor=current_principal(), now=now())
    return _as_json(reissue, 0), 201, {"Location": f"/training/v1/reissues/{reissue.id}"}


@blp.post("/<uuid:reissue_id>/stop")
@guard(DESIGNS_EDIT)
@blp.response(200, ReissueSchema)
@blp.problems(400, 401, 403, 404, 409)
def stop(reissue_id: UUID) -> dict[str, Any]:
    """Stop it after the chunk under way."""
    uow = current_uow()
    reissue = get_reissue(uow.session, reissue_id)
    stop_reissue(uow, reissue, actor=current_principal(), now=now())
    return _with_count(reissue)


@blp.post("/<uuid:reissue_id>/resume")
@guard(DESIGNS_EDIT)
@blp.response(200, ReissueSchema)
@blp.problems(400, 401, 403, 404, 409)
def resume(reissue_id: UUID) -> dict[str, Any]:
    """Go on with what is left."""
    uow = current_uow()
    reissue = get_reissue(uow.session, reissue_id)
    resume_reissue(uow, reissue, actor=current_principal(), now=now())
    return _with_count(reissue)


def _with_count(reissue: Reissue) -> dict[str, Any]:
    return _as_json(reissue, count_printed(current_uow().session, [reissue.id]).get(reissue.id, 0))


def _as_json(reissue: Reissue, done: int) -> dict[str, Any]:
    return {
        "id": reissue.id, "status": reissue.status, "design_version_id": reissue.design_version_id,
        "total": reissue.total, "done": done, "started_at": reissue.started_at, "ended_at": reissue.ended_at,
    }  # fmt: skip
