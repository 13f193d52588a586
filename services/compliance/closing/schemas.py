"""Closing and reopening at the edge."""

from marshmallow import fields, validate

from services.compliance.cases.rules import Outcome
from shared.web.validation import Schema, Text


class ClosureSchema(Schema):
    """With what a case is closed."""

    outcome = fields.String(required=True, validate=validate.OneOf([*Outcome]))
    summary = Text(4000, required=True)


class ReopeningSchema(Schema):
    """Why a case is taken up again."""

    reason = Text(2000, required=True)
