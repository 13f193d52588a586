"""People as JSON, and the arguments of lists."""

from marshmallow import fields, validate

from services.people.roster.queries import SORTS, Presence
from shared.messages.people import Position, ProductLine, Region
from shared.web.validation import CursorQuerySchema, Schema, Text, page_schema


def _code(kind: type[Position] | type[Region] | type[ProductLine] | type[Presence]) -> validate.OneOf:
    return validate.OneOf([one.value for one in kind])


class PeopleQuerySchema(CursorQuerySchema):
    """Which people to list, and in which order."""

    q = Text(
        100, least=0, load_default="", metadata={"description": "Part of the name or of the employee number"}
    )
    presence = fields.String(load_default=Presence.HERE.value, validate=_code(Presence))
    position = fields.String(load_default=None, validate=_code(Position))
    region = fields.String(load_default=None, validate=_code(Region))
    product_line = fields.String(load_default=None, validate=_code(ProductLine))
    sort = fields.String(
        load_default="employee_no",
        validate=validate.OneOf([sign + name for name in SORTS for sign in ("", "-")]),
        metadata={"description": "A leading minus turns the order round"},
    )


class PersonSchema(Schema):
    """Somebody on the roster, with their present assignment. `left_on` is the last day worked."""

    id = fields.UUID(required=True)
    employee_no = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    position = fields.String(required=True, validate=_code(Position))
    position_since = fields.Date(required=True)
    assigned_since = fields.Date(required=True)
    org_unit = fields.String(required=True)
    region = fields.String(required=True, allow_none=True)
    product_lines = fields.List(fields.String(validate=_code(ProductLine)), required=True)
    manager_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Empty, too, when you may not see them"}
    )
    hired_on = fields.Date(required=True)
    left_on = fields.Date(required=True, allow_none=True)


class AssignmentSchema(Schema):
    """One dated assignment; both days are included, and `until` is empty while it lasts."""

    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    position = fields.String(required=True, validate=_code(Position))
    org_unit = fields.String(required=True)
    region = fields.String(required=True, allow_none=True)
    product_lines = fields.List(fields.String(), required=True)
    manager_id = fields.UUID(required=True, allow_none=True)


class PersonDetailSchema(PersonSchema):
    """Somebody with their record: `tags` and `assignments` are empty for those who report to them."""

    tags = fields.List(fields.String(), required=True)
    assignments = fields.List(fields.Nested(AssignmentSchema), required=True)


class MeSchema(Schema):
    """Who is asking."""

    account_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    person = fields.Nested(PersonDetailSchema, required=True, allow_none=True)


PersonPageSchema = page_schema(PersonSchema)
