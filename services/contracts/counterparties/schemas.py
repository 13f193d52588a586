"""Counterparties at the edge."""

from marshmallow import fields, validate

from services.contracts.counterparties.rules import CODE_LENGTH, REGION_TITLES, CounterpartyKind
from shared.web.validation import CursorQuerySchema, Instant, Localized, Schema, Text

KINDS = validate.OneOf([one.value for one in CounterpartyKind])
REGIONS = validate.OneOf(list(REGION_TITLES))


class CounterpartySchema(Schema):
    """A customer or distributor."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=KINDS)
    name = Localized(required=True)
    region = fields.String(required=True)
    credit_code = fields.String(required=True)
    registered_at = Instant(required=True)


class NameSchema(Schema):
    """A name in Chinese, and in English where there is one."""

    zh = Text(200, required=True)
    en = Text(200, least=0, load_default="")


class NewCounterpartySchema(Schema):
    """What is needed to register one; a check character that does not fit is refused by rule (409)."""

    kind = fields.String(required=True, validate=KINDS)
    name = fields.Nested(NameSchema, required=True)
    region = fields.String(required=True, validate=REGIONS)
    credit_code = Text(CODE_LENGTH, least=CODE_LENGTH, required=True)


class CounterpartyQuerySchema(CursorQuerySchema):
    """How the list may be narrowed."""

    search = Text(100, least=0, load_default="")
    kind = fields.String(load_default=None, validate=KINDS)
    region = fields.String(load_default=None, validate=REGIONS)


class CounterpartyFormSchema(Schema):
    """The page's form: the name in one language is enough."""

    kind = fields.String(required=True, validate=KINDS)
    name_zh = Text(200, required=True)
    name_en = Text(200, least=0, load_default="")
    region = fields.String(required=True, validate=REGIONS)
    credit_code = Text(40, required=True)
