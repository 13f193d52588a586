"""One person's eligibility at the edge."""

from marshmallow import fields, validate

from services.eligibility.policies.rules import Outcome
from shared.web.validation import Instant, Integer, Localized, QuerySchema, Schema


class QuestionSchema(QuerySchema):
    """What is asked. `period` is by default the current quarter as of now, and for a period given its last instant.

    `as_of` and `known_at` are for compliance and audit: by trying moments one could find out when something that
    is confidential began.
    """

    period = fields.String(
        load_default=None, validate=validate.Regexp(r"^20\d\d(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")
    )
    as_of = Instant(load_default=None)
    known_at = Instant(load_default=None)


class ReasonSchema(Schema):
    """Why; what the asker may not see, or there is not, is null."""

    code = fields.String(required=True)
    text = Localized(required=True)
    title = Localized(required=True, allow_none=True)
    since = Instant(required=True, allow_none=True)
    cure_url = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)


class EligibilitySchema(Schema):
    """A decision. `known_at` and `digest` are null for those who may not know causes."""

    person_id = fields.UUID(required=True)
    period = fields.String(required=True)
    cutoff = Instant(required=True)
    policy_digest = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in Outcome]))
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    notices = fields.List(fields.Nested(ReasonSchema), required=True)
    known_at = fields.Dict(keys=fields.String(), values=Integer(), required=True, allow_none=True)
    digest = fields.String(required=True, allow_none=True)
