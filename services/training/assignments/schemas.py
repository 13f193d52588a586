"""Assignments at the edge."""

from marshmallow import fields, validate

from services.training.assignments.rules import AssignmentStatus, Origin, Urgency
from shared.web.validation import (
    CursorQuerySchema,
    Instant,
    Integer,
    Localized,
    Schema,
    Text,
    page_schema,
)

URGENCIES = [one.value for one in Urgency]


class AssignmentSchema(Schema):
    """Somebody has to take a course; `urgency` says how that stands today."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    curriculum_id = fields.UUID(required=True, allow_none=True)
    origin = fields.String(required=True, validate=validate.OneOf([one.value for one in Origin]))
    title = Localized(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in AssignmentStatus]))
    urgency = fields.String(required=True, validate=validate.OneOf(URGENCIES))
    opens_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    started_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    score = Integer(required=True, allow_none=True)


AssignmentPageSchema = page_schema(AssignmentSchema)


class AssignmentsQuerySchema(CursorQuerySchema):
    """Arguments of the list of assignments; without `person_id` one's own."""

    person_id = fields.UUID(load_default=None)
    urgency = fields.String(load_default=None, validate=validate.OneOf(URGENCIES))


class ExtendSchema(Schema):
    """Until when there is more time, and why."""

    due_on = fields.Date(required=True)
    reason = Text(500, required=True)
