"""The roll at the edge."""

from marshmallow import fields, validate

from services.training.bookings.rules import Presence
from shared.web.validation import Integer, Schema, Text

PRESENCES = [one.value for one in Presence]


class MarkSchema(Schema):
    """What the roll says of one booking; without `minutes` the whole session counts."""

    booking_id = fields.UUID(required=True)
    presence = fields.String(required=True, validate=validate.OneOf(PRESENCES))
    minutes = Integer(load_default=None, allow_none=True, validate=validate.Range(1, 4_320))


class RollSchema(Schema):
    """Marks of a roll; once it is confirmed, with a reason, and the number of completions that are taken back."""

    marks = fields.List(fields.Nested(MarkSchema), required=True, validate=validate.Length(min=1, max=1_000))
    reason = Text(500, least=0, load_default="")
    take_back = Integer(load_default=0, validate=validate.Range(0, 1_000))


class SavedSchema(Schema):
    """How many marks changed."""

    changed = Integer(required=True)


class RollFormSchema(Schema):
    """The part of the roll's form that does not depend on who is in it."""

    reason = Text(500, least=0, load_default="")
    take_back = Integer(load_default=0, validate=validate.Range(0, 1_000))


class WalkInSchema(Schema):
    """Who came without a booking."""

    employee_no = Text(40, required=True)
