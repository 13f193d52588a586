"""Attestations and campaigns at the edge."""

from marshmallow import fields, validate

from services.compliance.attestations.rules import AttestationStatus, Meaning
from shared.core.text import LOCALES
from shared.web.validation import Instant, Integer, Localized, Schema, Text

_SHA256 = validate.Regexp(r"^[0-9a-f]{64}$(?!\n)")


class AttestationSchema(Schema):
    """An attestation of one's own: what is asked, by when, and once answered what was signed."""

    id = fields.UUID(required=True, attribute="attestation.id")
    campaign = Localized(required=True, attribute="campaign.title")
    policy_version_id = fields.UUID(required=True, attribute="attestation.policy_version_id")
    status = fields.String(
        required=True, attribute="attestation.status", validate=validate.OneOf([*AttestationStatus])
    )
    requested_at = Instant(required=True, attribute="attestation.requested_at")
    due_at = Instant(required=True, attribute="attestation.due_at")
    answered_at = Instant(required=True, allow_none=True, attribute="attestation.answered_at")
    printed_name = fields.String(required=True, allow_none=True, attribute="attestation.printed_name")
    meaning = fields.String(
        required=True, allow_none=True, attribute="attestation.meaning",
        validate=validate.OneOf([*Meaning, None]),
    )  # fmt: skip
    shown_language = fields.String(required=True, allow_none=True, attribute="attestation.shown_language")
    shown_sha256 = fields.String(required=True, allow_none=True, attribute="attestation.shown_sha256")


class AttestationListSchema(Schema):
    """Everything the caller was asked to sign."""

    items = fields.List(fields.Nested(AttestationSchema), required=True)


class ViewSchema(Schema):
    """In which language the text is to be put before the person."""

    language = fields.String(required=True, validate=validate.OneOf(LOCALES))


class ShownTextSchema(Schema):
    """The whole text to be signed, and its hash."""

    attestation_id = fields.UUID(required=True)
    language = fields.String(required=True)
    text = fields.String(required=True)
    text_sha256 = fields.String(required=True)


class SignatureSchema(Schema):
    """A signature: the person's full name, and which text it is under."""

    printed_name = Text(200, required=True)
    language = fields.String(required=True, validate=validate.OneOf(LOCALES))
    text_sha256 = fields.String(required=True, validate=_SHA256)
    meaning = fields.String(required=True, validate=validate.OneOf([*Meaning]))


class SignFormSchema(Schema):
    """The form below the text; `confirmed` is the sentence that gives the signature its meaning."""

    printed_name = Text(200, required=True)
    language = fields.String(required=True, validate=validate.OneOf(LOCALES))
    text_sha256 = fields.String(required=True, validate=_SHA256)
    confirmed = fields.Boolean(required=True)


class DeclineSchema(Schema):
    """Why the person will not sign."""

    reason = Text(2000, required=True)


class CampaignFormSchema(Schema):
    """A new campaign."""

    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
    policy_version_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    joiner_days = Integer(required=True, validate=validate.Range(min=1, max=90))
    position = Text(40, least=0, load_default="")
    region = Text(40, least=0, load_default="")


class AskAgainFormSchema(Schema):
    """By when somebody who declined is asked to sign after all."""

    due_on = fields.Date(required=True)
