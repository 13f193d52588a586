"""What the address of the ageing page may ask for."""

from marshmallow import fields, validate

from services.contracts.receivables.schemas import ReceivableQuerySchema


class AgeingPageSchema(ReceivableQuerySchema):
    """The list's conditions, and whether to add up by owner or customer or to list invoices."""

    by = fields.String(load_default="owner", validate=validate.OneOf(["owner", "customer", "invoice"]))
