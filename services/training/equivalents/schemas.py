"""Equivalent courses at the edge."""

from marshmallow import fields, validate

from services.training.waivers.rules import MOST_AGE_MONTHS
from shared.web.validation import Instant, Integer, Schema


class EquivalenceFormSchema(Schema):
    """Which course stands in for which, and for how many months at most."""

    course_id = fields.UUID(required=True)
    by_course_id = fields.UUID(required=True)
    max_age_months = Integer(load_default=None, validate=validate.Range(min=1, max=MOST_AGE_MONTHS))


class EquivalenceSchema(Schema):
    """Completing `by_course_id` counts for `course_id`; never the other way round."""

    id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    by_course_id = fields.UUID(required=True)
    max_age_months = Integer(required=True, allow_none=True)
    made_at = Instant(required=True)


class EquivalencesSchema(Schema):
    """All equivalences in force."""

    items = fields.List(fields.Nested(EquivalenceSchema), required=True)
