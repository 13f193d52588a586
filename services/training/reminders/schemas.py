"""The plan of reminders at the edge."""

from marshmallow import fields, validate

from services.training.reminders.rules import MOST_DAYS, MOST_STAGES
from shared.web.validation import Integer, Schema, Text


class ReminderStageSchema(Schema):
    """One reminder: so many days after the due day (before it, when negative)."""

    days = Integer(required=True, validate=validate.Range(min=-MOST_DAYS, max=MOST_DAYS))
    every = Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=MOST_DAYS))
    tells_manager = fields.Boolean(load_default=False)


class ReminderPlanSchema(Schema):
    """All reminders, from the earliest to the latest."""

    stages = fields.List(
        fields.Nested(ReminderStageSchema), required=True, validate=validate.Length(max=MOST_STAGES)
    )


class PlanFormSchema(Schema):
    """The form: days before, days after, how often again after the last, and from when on the manager hears of it."""

    before = Text(100, load_default="", least=0)
    after = Text(100, load_default="", least=0)
    every = Integer(load_default=None, validate=validate.Range(min=1, max=MOST_DAYS))
    manager_from = Integer(load_default=None, validate=validate.Range(min=1, max=MOST_DAYS))
