"""Certificates at the edge."""

from marshmallow import fields, validate

from services.training.certificates.commands import LANGUAGES
from services.training.certificates.rules import CertificateState
from shared.web.validation import (
    CursorQuerySchema,
    Instant,
    Integer,
    Localized,
    QuerySchema,
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
    issued_at = Instant(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    verify_url = fields.String(required=True)


CertificatePageSchema = page_schema(CertificateSchema)


class CertificatesQuerySchema(CursorQuerySchema):
    """Arguments of the list of certificates."""

    person_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))
    search = Text(100, least=0, load_default="")


class DocumentQuerySchema(QuerySchema):
    """In which language the document is wanted; `both` puts Chinese and English on one sheet."""

    language = fields.String(load_default="both", validate=validate.OneOf(LANGUAGES))


class VerifiedSchema(Schema):
    """What anybody who has a certificate's number may know."""

    number = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    title = Localized(required=True)
    holder_name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)


class RevokeSchema(Schema):
    """Why a certificate is revoked."""

    reason = Text(500, least=5, required=True)
