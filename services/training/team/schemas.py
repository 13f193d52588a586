"""The team's actions at the edge."""

from marshmallow import fields, validate

from shared.web.validation import Schema, Text


class TeamExtendSchema(Schema):
    """Who is given more time for which course, until when, and why."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=50))
    course_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    reason = Text(500, required=True)
