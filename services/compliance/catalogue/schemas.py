"""The catalogue at the edge."""

from marshmallow import fields, validate

from services.compliance.catalogue.rules import PayEffect, Severity
from shared.web.validation import Localized, QuerySchema, Schema, Text


class CategoryQuerySchema(QuerySchema):
    """Words to look for."""

    q = Text(80, least=0, load_default="")


class CategorySchema(Schema):
    """A category with what one may do and what one may not."""

    code = fields.String(required=True)
    name = Localized(required=True)
    summary = Localized(required=True)
    basis = Localized(required=True)
    severity = fields.String(required=True, validate=validate.OneOf([*Severity]))
    effect = fields.String(required=True, validate=validate.OneOf([*PayEffect]))
    may = fields.List(Localized(), required=True)
    may_not = fields.List(Localized(), required=True)


class CategoryListSchema(Schema):
    """The whole catalogue, or what was looked for."""

    items = fields.List(fields.Nested(CategorySchema), required=True)
