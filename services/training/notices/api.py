"""One's own notices for programs."""

from typing import Any
from uuid import UUID

from services.training.notices.commands import dismiss
from services.training.notices.models import Notice
from services.training.notices.queries import list_notices, said
from services.training.notices.schemas import NoticePageSchema, NoticesQuerySchema
from services.training.permissions import OWN_TRAINING, own
from shared.core.errors import NotFound
from shared.core.text import N_, LocalizedText
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_notices", __name__, url_prefix="/training/v1/notices", description="What one was told"
)


@blp.get("")
@guard(OWN_TRAINING)
@blp.arguments(NoticesQuerySchema, location="query")
@blp.response(200, NoticePageSchema)
@blp.problems(401, 403, 422)
def list_own(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own notices, the latest first."""
    session = current_uow().session
    mine = own(current_principal(), Notice.person_id)
    page = list_notices(session, mine, cursor=query["cursor"], limit=query["limit"])
    words = said(session, page.items)
    items = [
        {
            "id": one.id,
            "kind": one.kind,
            "text": LocalizedText(words[one.id].sentence("zh"), words[one.id].sentence("en")),
            "course_id": one.course_id,
            "assignment_id": one.assignment_id,
            "due_on": one.due_on,
            "given_at": one.given_at,
            "read_at": one.read_at,
        }
        for one in page.items
    ]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.post("/<uuid:notice_id>/dismiss")
@guard(OWN_TRAINING)
@blp.response(204)
@blp.problems(401, 403, 404)
def dismiss_one(notice_id: UUID) -> None:
    """Dismiss one of one's own notices; a second time changes nothing."""
    person_id = current_principal().person_id
    if person_id is None:
        raise NotFound(N_("There is no such notice"))
    dismiss(current_uow(), person_id, notice_id, now=now())
