"""Planning sessions for programs: the same as the editor does."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import true

from services.training.bookings.api import as_json
from services.training.bookings.commands import cancel_session, edit_session
from services.training.bookings.queries import listed
from services.training.bookings.schemas import SessionSchema
from services.training.permissions import SESSIONS_EDIT
from services.training.planning.schemas import CancelSchema, SessionBodySchema, details_of, flat
from services.training.sessions.commands import open_session, plan_session
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import get_session
from shared.core.errors import InvalidInput
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_planning_api",
    __name__,
    url_prefix="/training/v1/sessions",
    description="Planning sessions, opening, changing and cancelling them",
)

# What the rules call a field that is inside another one here.
_INSIDE = {
    "title_zh": "title",
    "title_en": "title",
    "employee_no": "instructor",
    "instructor_name": "instructor",
}


@blp.post("")
@guard(SESSIONS_EDIT)
@blp.arguments(SessionBodySchema)
@blp.response(201, SessionSchema)
@blp.problems(400, 401, 403, 415, 422)
def create(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Plan a session. Nobody can book it until it is opened."""
    uow = current_uow()
    with _named():
        details = details_of(uow.session, flat(body))
        made = plan_session(uow, details, actor=current_principal(), now=now())
    return _described(made), 201, {"Location": f"/training/v1/sessions/{made.id}"}


@blp.put("/<uuid:session_id>")
@guard(SESSIONS_EDIT)
@blp.arguments(SessionBodySchema)
@blp.response(200, SessionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def change(body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
    """Say anew what a session is; those in it are told of a new time, place or instructor."""
    uow = current_uow()
    with _named():
        details = details_of(uow.session, flat(body))
        changed = edit_session(uow, session_id, details, actor=current_principal(), now=now())
    return _described(changed)


@blp.post("/<uuid:session_id>/open")
@guard(SESSIONS_EDIT)
@blp.response(200, SessionSchema)
@blp.problems(401, 403, 404, 409, 422)
def open_for_booking(session_id: UUID) -> dict[str, Any]:
    """Let those whom it is for book it."""
    uow = current_uow()
    found = get_session(uow.session, session_id, true())
    open_session(uow, found, actor=current_principal(), now=now())
    return _described(found)


@blp.post("/<uuid:session_id>/cancel")
@guard(SESSIONS_EDIT)
@blp.arguments(CancelSchema)
@blp.response(200, SessionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def cancel(body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
    """Cancel it: everybody in it loses the booking and is told why."""
    uow = current_uow()
    return _described(cancel_session(uow, session_id, body["reason"], actor=current_principal(), now=now()))


@contextmanager
def _named() -> Iterator[None]:
    """Let what is wrong be named as the body names it."""
    try:
        yield
    except InvalidInput as error:
        fields = {_INSIDE.get(name, name): found for name, found in error.fields.items()}
        raise InvalidInput(error.message, fields=fields) from error


def _described(found: TrainingSession) -> dict[str, Any]:
    session = current_uow().session
    session.flush()  # Who is in it is counted by the database.
    return as_json(listed(session, [found], current_principal().person_id, now())[0])
