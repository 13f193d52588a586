"""Certification periods at the edge."""

from marshmallow import fields, validate

from services.training.certifications.rules import PeriodState
from shared.web.validation import CursorQuerySchema, Instant, Schema, page_schema


class PeriodSchema(Schema):
    """Somebody was certified from `valid_from` to `valid_until` (null: for good), and is to renew it in its window.

    `state` says how that stands now.
    """

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf([one.value for one in PeriodState]))
    earned_at = Instant(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    window_start = fields.Date(required=True, allow_none=True)
    due = fields.Date(required=True, allow_none=True)
    window_end = fields.Date(required=True, allow_none=True)
    certificate_id = fields.UUID(required=True, allow_none=True)
    predecessor_id = fields.UUID(required=True, allow_none=True)


PeriodPageSchema = page_schema(PeriodSchema)


class PeriodsQuerySchema(CursorQuerySchema):
    """Arguments of the list of periods; without `person_id` one's own."""

    person_id = fields.UUID(load_default=None)
    course_id = fields.UUID(load_default=None)
