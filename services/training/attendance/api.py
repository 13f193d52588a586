"""The roll for programs."""

from typing import Any
from uuid import UUID

from services.training.attendance.commands import call_roll, confirm_roll
from services.training.attendance.queries import runs_sessions
from services.training.attendance.rules import Mark
from services.training.attendance.schemas import RollSchema, SavedSchema
from services.training.bookings.api import as_json
from services.training.bookings.queries import listed
from services.training.bookings.rules import Presence
from services.training.bookings.schemas import SessionSchema
from services.training.permissions import SESSIONS_RUN
from services.training.sessions.queries import get_session
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_attendance", __name__, url_prefix="/training/v1/sessions", description="The roll of a session"
)


@blp.put("/<uuid:session_id>/attendance")
@guard(SESSIONS_RUN)
@blp.arguments(RollSchema, location="json")
@blp.response(200, SavedSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def put_attendance(body: dict[str, Any], session_id: UUID) -> dict[str, Any]:
    """Save marks of the roll; those that say what is known already change nothing.

    A correction of a confirmed roll by which completions are taken back says how many in `take_back`: another
    number is answered with 409, so that nobody takes back what they did not mean to.
    """
    uow, principal = current_uow(), current_principal()
    get_session(uow.session, session_id, runs_sessions(principal))
    marks = [Mark(one["booking_id"], Presence(one["presence"]), one["minutes"]) for one in body["marks"]]
    changed = call_roll(
        uow, session_id, marks, reason=body["reason"], take_back=body["take_back"], actor=principal, now=now()
    )
    return {"changed": changed}


@blp.post("/<uuid:session_id>/attendance/confirm")
@guard(SESSIONS_RUN)
@blp.response(200, SessionSchema)
@blp.problems(401, 403, 404, 409)
def confirm(session_id: UUID) -> dict[str, Any]:
    """Confirm the roll: whoever is not marked was absent; who came completes what the session completes."""
    uow, principal = current_uow(), current_principal()
    get_session(uow.session, session_id, runs_sessions(principal))
    session = confirm_roll(uow, session_id, actor=principal, now=now())
    uow.session.flush()  # The counts of the answer are read from the database.
    return as_json(listed(uow.session, [session], principal.person_id, now())[0])
