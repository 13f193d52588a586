"""Feedback at the edge."""

from marshmallow import validate

from shared.web.validation import Integer, Schema, Text


class FeedbackSchema(Schema):
    """The form for feedback."""

    content = Integer(required=True, validate=validate.Range(1, 5))
    instructor = Integer(required=True, validate=validate.Range(1, 5))
    relevance = Integer(required=True, validate=validate.Range(1, 5))
    comment = Text(2_000, least=0, load_default="")
