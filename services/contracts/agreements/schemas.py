"""Contracts and their versions at the edge."""

from marshmallow import fields, validate

from services.contracts.agreements.rules import ContractStatus, ContractType, VersionStatus
from services.contracts.counterparties.rules import PRODUCT_LINE_TITLES
from shared.core.money import MAX_MINOR, MINOR_DIGITS
from shared.web.validation import CursorQuerySchema, Instant, Integer, Schema, Text

TYPES = validate.OneOf([one.value for one in ContractType])
STATUSES = validate.OneOf([one.value for one in ContractStatus])
CURRENCIES = validate.OneOf(list(MINOR_DIGITS))
MOST_TEXT = 200_000
# What can be asked for over HTTP; the other steps come from reviews and from time.
CONCLUDING = ("start_signing", "put_in_effect", "terminate")


class ContractSchema(Schema):
    """A contract; `unapproved_in_effect` says that it holds its owner's pay now."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    type = fields.String(required=True, validate=TYPES)
    counterparty_id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    product_lines = fields.List(fields.String(), required=True)
    amount_minor = Integer(required=True)
    currency = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    effective_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    status = fields.String(required=True, validate=STATUSES)
    requested_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)


class VersionSchema(Schema):
    """One text of a contract."""

    number = Integer(required=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = Integer(required=True)
    sha256 = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in VersionStatus]))
    created_at = Instant(required=True)
    submitted_at = Instant(required=True, allow_none=True)


class ContractDetailSchema(ContractSchema):
    """A contract with its versions, the latest first."""

    versions = fields.List(fields.Nested(VersionSchema), required=True)


class NewContractSchema(Schema):
    """What is needed to ask for a contract. Days that do not go together are a rule (409)."""

    number = Text(40, load_default=None)
    title = Text(200, required=True)
    type = fields.String(required=True, validate=TYPES)
    counterparty_id = fields.UUID(required=True)
    owner_id = fields.UUID(load_default=None)
    product_lines = fields.List(
        fields.String(validate=validate.OneOf(list(PRODUCT_LINE_TITLES))),
        load_default=list,
        validate=validate.Length(max=10),
    )
    amount_minor = Integer(required=True, strict=True, validate=validate.Range(min=0, max=MAX_MINOR))
    currency = fields.String(required=True, validate=CURRENCIES)
    signed_on = fields.Date(load_default=None)
    effective_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)


class NewVersionSchema(Schema):
    """A text as such, or a file's bytes in base64; 409 for both, for neither, and for other kinds of file."""

    file_name = Text(200, load_default="contract")
    text = Text(MOST_TEXT, load_default=None)
    content_base64 = fields.String(load_default=None)


class StepSchema(Schema):
    """A step towards signature, effect or end; `signed_on` goes with put_in_effect."""

    step = fields.String(required=True, validate=validate.OneOf(CONCLUDING))
    signed_on = fields.Date(load_default=None)


class ContractQuerySchema(CursorQuerySchema):
    """How the list may be narrowed."""

    search = Text(100, least=0, load_default="")
    status = fields.String(load_default=None, validate=STATUSES)
    type = fields.String(load_default=None, validate=TYPES)
    owner_id = fields.UUID(load_default=None)


class ContractFormSchema(Schema):
    """The page's form; the amount is written as people write it, "1,234.50"."""

    number = Text(40, load_default=None)
    title = Text(200, required=True)
    type = fields.String(required=True, validate=TYPES)
    counterparty_id = fields.UUID(required=True)
    owner_no = Text(40, least=0, load_default="")
    product_lines = fields.String(load_default="", validate=validate.OneOf(["", *PRODUCT_LINE_TITLES]))
    amount = Text(40, required=True)
    currency = fields.String(load_default="CNY", validate=CURRENCIES)
    effective_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)


class VersionFormSchema(Schema):
    """The page's form: pasted text; a file comes beside it."""

    text = Text(MOST_TEXT, least=0, load_default="")
