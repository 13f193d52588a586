"""Due-date exceptions at the edge."""

from marshmallow import fields, validate

from services.training.exceptions.rules import Cause, ExceptionStatus
from shared.web.validation import CursorQuerySchema, Instant, Localized, Schema, Text, page_schema

STATUSES = [one.value for one in ExceptionStatus]


class ExceptionSchema(Schema):
    """A due date that cannot be met, and what was decided."""

    id = fields.UUID(required=True)
    assignment_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    title = Localized(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    cause = fields.String(required=True, validate=validate.OneOf([one.value for one in Cause]))
    reason = fields.String(required=True, allow_none=True)
    due_on = fields.Date(required=True)
    wished_on = fields.Date(required=True, allow_none=True)
    granted_on = fields.Date(required=True, allow_none=True)
    requested_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    decision_reason = fields.String(required=True, allow_none=True)


ExceptionPageSchema = page_schema(ExceptionSchema)


class ExceptionsQuerySchema(CursorQuerySchema):
    """Arguments of the list."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))


class ExceptionRequestSchema(Schema):
    """Why the date cannot be met, and which could be."""

    wished_on = fields.Date(load_default=None)
    reason = Text(500, required=True)


class ExceptionGrantSchema(Schema):
    """The new due date, and why."""

    due_on = fields.Date(required=True)
    reason = Text(500, required=True)


class ExceptionRefuseSchema(Schema):
    """Why the date stays."""

    reason = Text(500, required=True)


class ExceptionDecisionSchema(Schema):
    """The form of a decision: the new due date where one is granted, and why."""

    due_on = fields.Date(load_default=None)
    reason = Text(500, required=True)
