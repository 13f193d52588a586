"""Sanctions at the edge: officers on the case only."""

from marshmallow import fields, validate

from services.compliance.sanctions.rules import MOST_PERIODS, SanctionKind, SanctionStatus, SanctionStep
from shared.web.validation import Instant, Schema, Text

_PERIOD = validate.Regexp(r"^20[0-9]{2}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$(?!\n)")


class SanctionSchema(Schema):
    """A sanction; `reference` is what eligibility and payroll know it by."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    reference = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([*SanctionKind]))
    periods = fields.List(fields.String(), required=True)
    reason = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([*SanctionStatus]))
    proposed_by = fields.UUID(required=True)
    proposed_at = Instant(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = Instant(required=True, allow_none=True)


class SanctionListSchema(Schema):
    """The sanctions of a case."""

    items = fields.List(fields.Nested(SanctionSchema), required=True)


class ProposeSanctionSchema(Schema):
    """Who forfeits the incentive of which periods, and why."""

    person_id = fields.UUID(required=True)
    periods = fields.List(
        Text(20, required=True, validate=_PERIOD),
        required=True,
        validate=validate.Length(min=1, max=MOST_PERIODS),
    )
    reason = Text(2000, required=True)


class SanctionStepSchema(Schema):
    """A step with a sanction."""

    step = fields.String(required=True, validate=validate.OneOf([*SanctionStep]))
    reason = Text(2000, least=0, load_default="")


class SanctionFormSchema(Schema):
    """The form; periods are written with commas or spaces between them."""

    person_id = fields.UUID(required=True)
    periods = Text(200, required=True)
    reason = Text(2000, required=True)
