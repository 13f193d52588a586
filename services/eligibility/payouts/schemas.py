"""Payout runs and lines at the edge."""

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from services.eligibility.payouts.queries import SORTS
from services.eligibility.payouts.rules import RunStatus
from services.eligibility.policies.rules import Outcome
from shared.web.validation import CursorQuerySchema, Instant, Integer, Schema, Text

OUTCOMES = validate.OneOf([one.value for one in Outcome])
PERIOD = validate.Regexp(r"^20\d\d(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")


class TotalSchema(Schema):
    """Lines and their sum in minor units, of one currency and outcome."""

    currency = fields.String(required=True)
    outcome = fields.String(required=True, validate=OUTCOMES)
    lines = Integer(required=True)
    amount_minor = Integer(required=True)


class RunSchema(Schema):
    """A payout run. Digests are salted: they prove a decision to who can recompute it, and tell nobody else."""

    id = fields.UUID(required=True)
    period = fields.String(required=True)
    cutoff = Instant(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in RunStatus]))
    filename = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    line_count = Integer(required=True)
    name_mismatches = fields.List(Integer(), required=True)
    totals = fields.List(fields.Nested(TotalSchema), required=True)
    policy_digest = fields.String(required=True, allow_none=True)
    facts_digest = fields.String(required=True, allow_none=True)
    decisions_digest = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    gated_at = Instant(required=True, allow_none=True)
    approved_at = Instant(required=True, allow_none=True)
    exported_at = Instant(required=True, allow_none=True)
    settled_at = Instant(required=True, allow_none=True)


class LineSchema(Schema):
    """A line and its outcome; `reasons` are public codes."""

    row_number = Integer(required=True)
    employee_no = fields.String(required=True)
    person_id = fields.UUID(required=True)
    amount_minor = Integer(required=True)
    currency = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True, validate=OUTCOMES)
    reasons = fields.List(fields.String(), required=True)
    decision_id = fields.UUID(required=True)


class LineQuerySchema(CursorQuerySchema):
    """How the lines may be narrowed and sorted."""

    outcome = fields.String(load_default=None, validate=OUTCOMES)
    code = fields.String(load_default="", validate=validate.Regexp(r"^[A-Z0-9_]{0,40}$"))
    search = Text(100, least=0, load_default="")
    sort = fields.String(load_default="row", validate=validate.OneOf(SORTS))


class UploadSchema(Schema):
    """The parts of a multipart request: a CSV (UTF-8 or GB18030) or XLSX file, the period (2026-Q3, 2026-09, …) and,
    if it is not the period's last instant, the cutoff."""

    file = Upload(required=True)
    period = fields.String(required=True, validate=PERIOD)
    cutoff = Instant(load_default=None)


class UploadPageSchema(Schema):
    """The page's form; the file comes beside it. The cutoff is a day, the end of which counts."""

    period = Text(10, required=True)
    cutoff = fields.Date(load_default=None)
