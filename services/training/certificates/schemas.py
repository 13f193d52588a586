"""Certificates at the edge."""

from marshmallow import fields, validate

from services.training.certificates.rules import CertificateState
from shared.web.validation import (
    CursorQuerySchema,
    Instant,
    Integer,
    Localized,
    Schema,
    Text,
    page_schema,
)

STATES = [one.value for one in CertificateState]


class CertificateSchema(Schema):
    """A certificate; `state` is what it is worth now, `valid_until` null means that it does not run out."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    person_id = fields.UUID(required=True)
    holder_name = fields.String(required=True)
    course_id = fields.UUID(required=True)
    title = Localized(required=True)
    score = Integer(required=True, allow_none=True)
    revision = Integer(required=True)
    replaces_id = fields.UUID(required=True, allow_none=True)
    issued_at = Instant(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    verify_url = fields.String(required=True)


CertificatePageSchema = page_schema(CertificateSchema)


class CertificatesQuerySchema(CursorQuerySchema):
    """Arguments of the list of certificates; days are those of issue, both included."""

    person_id = fields.UUID(load_default=None)
    course_id = fields.UUID(load_default=None)
    issued_from = fields.Date(load_default=None)
    issued_until = fields.Date(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    search = Text(100, least=0, load_default="")


class RevokeSchema(Schema):
    """Why a certificate is revoked or replaced; the evidence is a file beside it."""

    reason = Text(500, least=4, required=True)


class EvidenceFileSchema(Schema):
    """A file, its bytes in Base64 (RFC 4648, 4)."""

    name = Text(120, required=True)
    content = Text(14_000_000, required=True)


class RevocationSchema(RevokeSchema):
    """Why a certificate is revoked or replaced, with the file that shows it (PDF, PNG, JPEG, at most 10 MB)."""

    evidence = fields.Nested(EvidenceFileSchema, required=True)
