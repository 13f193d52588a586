"""Proposals at the edge."""

from marshmallow import fields, validate

from services.training.revisions.rules import ChangeKind, ProposalStatus
from shared.web.validation import Instant, Integer, QuerySchema, Schema


class CountsSchema(Schema):
    """How many assignments would change, by what becomes of them."""

    assign = Integer(required=True)
    cancel = Integer(required=True)
    move = Integer(required=True)


class ProposalSchema(Schema):
    """A change of an active learning path that has been counted, or is being counted, and not made."""

    id = fields.UUID(required=True)
    curriculum_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in ProposalStatus]))
    made_at = Instant(required=True)
    counted_at = Instant(required=True, allow_none=True)
    people = Integer(required=True)
    counts = fields.Nested(CountsSchema, required=True)
    impact_sha256 = fields.String(required=True, allow_none=True)


class ChangeSchema(Schema):
    """What would change for one person and course."""

    person_id = fields.UUID(required=True)
    employee_no = fields.String(required=True)
    name = fields.String(required=True)
    course_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in ChangeKind]))
    due_before = fields.Date(required=True, allow_none=True)
    due_after = fields.Date(required=True, allow_none=True)


class ChangesQuerySchema(QuerySchema):
    """Arguments of the list of changes."""

    offset = Integer(load_default=0, validate=validate.Range(min=0, max=10_000_000))
    limit = Integer(load_default=50, validate=validate.Range(min=1, max=200))


class ChangesSchema(Schema):
    """Some of the changes, by name."""

    items = fields.List(fields.Nested(ChangeSchema), required=True)
    next_offset = Integer(required=True, allow_none=True)
