"""Reviews at the edge."""

from marshmallow import fields, validate

from services.contracts.reviews.commands import Decision
from services.contracts.reviews.rules import Mode, RoundStatus, StepStatus
from shared.web.validation import Instant, Integer, Schema, Text

DECISIONS = validate.OneOf([one.value for one in Decision])
SHA256 = r"^[0-9a-f]{64}$"


class ReviewStepSchema(Schema):
    """One role's part in a round."""

    id = fields.UUID(required=True)
    role = fields.String(required=True)
    stage = Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in StepStatus]))
    due_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    seen_sha256 = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)


class ReviewRoundSchema(Schema):
    """A round on one text, known by its hash."""

    id = fields.UUID(required=True)
    contract_id = fields.UUID(required=True)
    sha256 = fields.String(required=True)
    policy_code = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf([one.value for one in Mode]))
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in RoundStatus]))
    opened_at = Instant(required=True)
    due_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    steps = fields.List(fields.Nested(ReviewStepSchema), required=True)


class QueueItemSchema(ReviewStepSchema):
    """A step to be decided, with its round."""

    review_round = fields.Nested(ReviewRoundSchema, required=True)


class DecisionSchema(Schema):
    """What a reviewer says about the text they saw, known by its hash; 409 for a return without a reason."""

    decision = fields.String(required=True, validate=DECISIONS)
    sha256 = fields.String(required=True, validate=[validate.Length(equal=64), validate.Regexp(SHA256)])
    reason = Text(2000, least=0, load_default="")
