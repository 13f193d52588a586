"""Waivers and exemptions at the edge."""

from marshmallow import fields, validate

from services.training.waivers.rules import CreditKind, WaiverStatus
from shared.web.validation import CursorQuerySchema, Instant, Localized, Schema, Text, page_schema

STATUSES = [one.value for one in WaiverStatus]


class WaiverSchema(Schema):
    """Evidence in a course's stead; `until` is the last day on which it counts, null for good."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    title = Localized(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    reason = fields.String(required=True)
    evidence_sha256 = fields.String(required=True, allow_none=True)
    until = fields.Date(required=True, allow_none=True)
    requested_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    decision_reason = fields.String(required=True, allow_none=True)
    revoked_at = Instant(required=True, allow_none=True)


WaiverPageSchema = page_schema(WaiverSchema)


class WaiversQuerySchema(CursorQuerySchema):
    """Arguments of the list."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))


class WaiverRequestSchema(Schema):
    """Whom and which course a waiver is for, and why. Files are handed in on the page."""

    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    reason = Text(500, required=True)
    until = fields.Date(load_default=None)


class WaiverGrantSchema(Schema):
    """Until when it counts, and perhaps why."""

    until = fields.Date(load_default=None)
    reason = Text(500, load_default="", least=0)


class ReliefReasonSchema(Schema):
    """Why."""

    reason = Text(500, required=True)


class WaiverFormSchema(Schema):
    """The form of a request: what counts, and until when it should."""

    reason = Text(500, required=True)
    until = fields.Date(load_default=None)


class ExemptSchema(Schema):
    """Why somebody is exempt, and until when; without an end, for good."""

    until = fields.Date(load_default=None)
    reason = Text(500, required=True)


class ExemptOneSchema(ExemptSchema):
    """Who is exempt from what."""

    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)


class CourseCreditSchema(Schema):
    """What counts in a course's stead, or exempts from it."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in CreditKind]))
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
