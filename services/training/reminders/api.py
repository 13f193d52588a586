"""The plan of reminders for programs."""

from typing import Any

from services.training.permissions import REMINDER_PLAN
from services.training.reminders.commands import change_plan
from services.training.reminders.queries import list_stages
from services.training.reminders.rules import Stage
from services.training.reminders.schemas import ReminderPlanSchema
from shared.core.errors import Conflict, InvalidInput
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_reminders",
    __name__,
    url_prefix="/training/v1/reminder-plan",
    description="When people are reminded",
)


@blp.get("")
@guard(REMINDER_PLAN)
@blp.response(200, ReminderPlanSchema)
@blp.problems(401, 403)
def get_plan() -> dict[str, Any]:
    """Get the days on which people are reminded."""
    return {"stages": list_stages(current_uow().session)}


@blp.put("")
@guard(REMINDER_PLAN)
@blp.arguments(ReminderPlanSchema, location="json")
@blp.response(200, ReminderPlanSchema)
@blp.problems(400, 401, 403, 409, 415, 422)
def put_plan(data: dict[str, Any]) -> dict[str, Any]:
    """Remind on these days from now on; 409 when they contradict one another."""
    stages = sorted((Stage(**one) for one in data["stages"]), key=lambda one: one.days)
    try:
        change_plan(current_uow(), stages, actor=current_principal(), now=now())
    except InvalidInput as error:
        raise Conflict(error.message) from error
    return {"stages": stages}
