"""Documents and their check at the edge."""

from marshmallow import fields, validate

from services.training.certificates.schemas import STATES
from services.training.printing.rules import LANGUAGES
from shared.web.validation import Integer, Localized, QuerySchema, Schema


class DocumentQuerySchema(QuerySchema):
    """In which language the document is wanted; `both` puts Chinese and English on one sheet."""

    language = fields.String(load_default="both", validate=validate.OneOf(LANGUAGES))


class FrozenSchema(Schema):
    """A document as issued, by its SHA-256 (hex); `replaced`: it was printed anew since."""

    language = fields.String(required=True)
    sha256 = fields.String(required=True)
    revision = Integer(required=True)
    replaced = fields.Boolean(required=True)


class VerifiedSchema(Schema):
    """What anybody who has a certificate's number may know."""

    number = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    title = Localized(required=True)
    holder_name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    documents = fields.List(fields.Nested(FrozenSchema), required=True)
