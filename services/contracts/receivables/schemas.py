"""Receivables, receipts and ageing at the edge."""

from marshmallow import fields, validate

from services.contracts.agreements.schemas import CURRENCIES
from services.contracts.receivables.queries import AgeingBy
from services.contracts.receivables.rules import Bucket, ReceivableStatus, Settlement
from shared.core.money import MAX_MINOR
from shared.web.validation import CursorQuerySchema, Instant, Integer, QuerySchema, Schema, Text

STATUSES = validate.OneOf([one.value for one in ReceivableStatus])
BUCKETS = validate.OneOf([one.value for one in Bucket])
SORTS = ("due_on", "-due_on", "amount", "-amount")
POSITIVE = validate.Range(min=1, max=MAX_MINOR)


class ReceivableSchema(Schema):
    """One invoice; amounts in minor units. Whether an open one is overdue follows from `due_on`."""

    id = fields.UUID(required=True)
    contract_id = fields.UUID(required=True)
    counterparty_id = fields.UUID(required=True)
    invoice_no = fields.String(required=True)
    amount_minor = Integer(required=True)
    paid_minor = Integer(required=True)
    currency = fields.String(required=True)
    due_on = fields.Date(required=True)
    settlement = fields.String(required=True, validate=validate.OneOf([one.value for one in Settlement]))
    settled_on = fields.Date(required=True, allow_none=True)
    owner_id = fields.UUID(required=True)


class ReceiptSchema(Schema):
    """Money that came in."""

    id = fields.UUID(required=True)
    amount_minor = Integer(required=True)
    currency = fields.String(required=True)
    received_on = fields.Date(required=True)
    reference = fields.String(required=True)
    recorded_at = Instant(required=True)


class OwnershipSchema(Schema):
    """Who collects from `since` on."""

    person_id = fields.UUID(required=True)
    since = Instant(required=True)


class ReceivableDetailSchema(ReceivableSchema):
    """A receivable with what came in and who has collected it."""

    receipts = fields.List(fields.Nested(ReceiptSchema), required=True)
    ownerships = fields.List(fields.Nested(OwnershipSchema), required=True)


class NewReceivableSchema(Schema):
    """What is needed to register an invoice; without `owner_id` the contract's owner collects it."""

    contract_id = fields.UUID(required=True)
    invoice_no = Text(40, required=True)
    amount_minor = Integer(required=True, strict=True, validate=POSITIVE)
    currency = fields.String(required=True, validate=CURRENCIES)
    due_on = fields.Date(required=True)
    owner_id = fields.UUID(load_default=None)


class NewReceiptSchema(Schema):
    """A receipt to be booked; what does not fit the debt is a rule (409)."""

    amount_minor = Integer(required=True, strict=True, validate=POSITIVE)
    currency = fields.String(required=True, validate=CURRENCIES)
    received_on = fields.Date(required=True)
    reference = Text(80, required=True)


class HandoverSchema(Schema):
    """Who collects from now on."""

    person_id = fields.UUID(required=True)
    reason = Text(400, least=0, load_default="")


class ReceivableQuerySchema(CursorQuerySchema):
    """How the list may be narrowed and sorted."""

    search = Text(100, least=0, load_default="")
    status = fields.String(load_default=None, validate=STATUSES)
    bucket = fields.String(load_default=None, validate=BUCKETS)
    currency = fields.String(load_default=None, validate=CURRENCIES)
    owner_id = fields.UUID(load_default=None)
    counterparty_id = fields.UUID(load_default=None)
    sort = fields.String(load_default="due_on", validate=validate.OneOf(SORTS))


class AgeingQuerySchema(QuerySchema):
    """Whose debts to add up, in which currency."""

    by = fields.String(load_default="owner", validate=validate.OneOf([one.value for one in AgeingBy]))
    currency = fields.String(load_default="CNY", validate=CURRENCIES)


class AgeingTotalSchema(Schema):
    """Outstanding minor units by bucket."""

    count = Integer(required=True)
    total = Integer(required=True)
    past_due = Integer(required=True)
    buckets = fields.Dict(keys=fields.String(), values=Integer(), required=True)


class AgeingRowSchema(AgeingTotalSchema):
    """Those of one owner or customer, whose id it is."""

    id = fields.UUID(required=True)


class AgeingSchema(Schema):
    """Ageing by owner or customer, most past due on top, and over all of them."""

    rows = fields.List(fields.Nested(AgeingRowSchema), required=True)
    total = fields.Nested(AgeingTotalSchema, required=True)


class ReceiptFormSchema(Schema):
    """The page's form; the amount is written as people write it."""

    amount = Text(40, required=True)
    received_on = fields.Date(required=True)
    reference = Text(80, required=True)


class HandoverFormSchema(Schema):
    """The page's form: HR's number of who collects from now on, and why."""

    employee_no = Text(40, required=True)
    reason = Text(400, least=0, load_default="")


class ReceivableFormSchema(Schema):
    """The page's form to register an invoice of a contract."""

    contract_number = Text(40, required=True)
    invoice_no = Text(40, required=True)
    amount = Text(40, required=True)
    currency = fields.String(load_default="CNY", validate=CURRENCIES)
    due_on = fields.Date(required=True)
