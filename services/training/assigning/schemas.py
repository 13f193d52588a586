"""Assigning at the edge."""

from marshmallow import fields, validate

from services.training.assigning.rules import MOST_DAYS
from shared.messages.people import Position, ProductLine, Region
from shared.web.validation import Integer, Schema, Text


class AssignOneSchema(Schema):
    """Whom to ask which course, by when."""

    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    note = Text(500, load_default=None, allow_none=True)


class AssignAudienceSchema(Schema):
    """People by what they are; every condition that is given must hold."""

    positions = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Position])), load_default=list
    )
    regions = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Region])), load_default=list
    )
    product_lines = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in ProductLine])), load_default=list
    )
    tags = fields.List(Text(40), load_default=list, validate=validate.Length(max=20))


class BulkAssignSchema(Schema):
    """A course for many: those named, or an audience. A dry run changes nothing."""

    course_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    note = Text(500, load_default=None, allow_none=True)
    person_ids = fields.List(fields.UUID(), load_default=None, validate=validate.Length(min=1, max=1000))
    audience = fields.Nested(AssignAudienceSchema, load_default=None)
    dry_run = fields.Boolean(load_default=False)


class BulkAssignAnswerSchema(Schema):
    """How many come to what; `job_id` when a job does it, whose progress the page of jobs shows."""

    counts = fields.Dict(keys=fields.String(), values=Integer(), required=True)
    job_id = fields.UUID(required=True, allow_none=True)


class BulkFormSchema(Schema):
    """The form: one course, one due rule (a date, or so many days from today), and whom."""

    course_id = fields.UUID(required=True)
    due_on = fields.Date(load_default=None)
    due_days = Integer(load_default=None, validate=validate.Range(min=1, max=MOST_DAYS))
    note = Text(500, load_default=None)
    ids = fields.List(fields.UUID(), load_default=list)
    positions = fields.List(Text(40), load_default=list)
    regions = fields.List(Text(40), load_default=list)
    product_lines = fields.List(Text(40), load_default=list)
    everybody = fields.Boolean(load_default=False)


class FileFormSchema(Schema):
    """Which file, as it was read before, is to be carried out."""

    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}"))
    name = Text(200, required=True)
