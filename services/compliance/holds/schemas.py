"""Interim holds at the edge: officers on the case only."""

from marshmallow import fields, validate

from services.compliance.holds.rules import HoldStatus, HoldStep
from shared.web.validation import Instant, Schema, Text


class HoldSchema(Schema):
    """A hold; `reference` is what eligibility and payroll know it by."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    reference = fields.UUID(required=True)
    from_on = fields.Date(required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([*HoldStatus]))
    proposed_by = fields.UUID(required=True)
    proposed_at = Instant(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = Instant(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    end_proposed_by = fields.UUID(required=True, allow_none=True)
    ended_by = fields.UUID(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)


class HoldListSchema(Schema):
    """The holds of a case."""

    items = fields.List(fields.Nested(HoldSchema), required=True)


class ProposeHoldSchema(Schema):
    """Whom to hold from which day, and why."""

    person_id = fields.UUID(required=True)
    from_on = fields.Date(required=True)
    reason = Text(2000, required=True)


class HoldStepSchema(Schema):
    """A step with a hold; `reason` is needed to propose its end."""

    step = fields.String(required=True, validate=validate.OneOf([*HoldStep]))
    reason = Text(2000, least=0, load_default="")


class EndHoldFormSchema(Schema):
    """Why a hold should end."""

    reason = Text(2000, required=True)
