"""Booking for others, as a form."""

from marshmallow import fields, validate

from shared.web.validation import Schema


class BookForSchema(Schema):
    """For whom places are asked."""

    people = fields.List(fields.UUID(), load_default=[], validate=validate.Length(max=200))
