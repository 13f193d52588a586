"""What a report is asked for, and its figures, at the edge."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.training.permissions import visible_team
from services.training.reports.queries import Wanted
from services.training.reports.rules import AGES, GROUPINGS, Grouping, Kind, ReportCode
from shared.core.principals import Principal
from shared.directory import DirectoryPerson, Narrowing
from shared.web.validation import Integer, QuerySchema, Schema, Text


class PeopleQuerySchema(QuerySchema):
    """Arguments that narrow whom and what a report or a matrix is about."""

    region = Text(40, least=0, load_default="")
    product_line = Text(40, least=0, load_default="")
    manager = fields.UUID(load_default=None)
    curriculum = fields.UUID(load_default=None)
    course = fields.UUID(load_default=None)
    search = Text(100, least=0, load_default="")


class ReportQuerySchema(PeopleQuerySchema):
    """Arguments of a report; a grouping that it does not have is the one it opens with."""

    by = fields.String(load_default=None, validate=validate.OneOf(list(Grouping)))


class ReportPageSchema(ReportQuerySchema):
    """The same for its page, which also lists single things, a page of them at a time."""

    bucket = Integer(load_default=None, validate=validate.Range(min=0, max=len(AGES) - 1))
    cursor = Text(800, least=0, load_default=None)


class ColumnSchema(Schema):
    """A column of figures: counts, shares of 1, or hours."""

    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(Kind)))


class LineSchema(Schema):
    """A group with a figure for each column; `key` is what narrows a list to it."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    figures = fields.List(fields.Float(allow_none=True), required=True)


class ReportSchema(Schema):
    """A report as a table; `total` is about everything, and where somebody counts twice not the sum of the lines."""

    report = fields.String(required=True, validate=validate.OneOf(list(ReportCode)))
    by = fields.String(required=True, validate=validate.OneOf(list(Grouping)))
    columns = fields.List(fields.Nested(ColumnSchema), required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    total = fields.List(fields.Float(allow_none=True), required=True)


def grouping_of(code: ReportCode, by: str | None) -> Grouping:
    """Return by what a report is grouped: as asked for if it can be, else as it opens."""
    possible = GROUPINGS[code]
    return Grouping(by) if by is not None and by in possible else possible[0]


def wanted_of(principal: Principal, data: Mapping[str, Any]) -> Wanted:
    """Return whom and what the asker may see of what they ask for."""
    return Wanted(
        visible=visible_team(principal, DirectoryPerson.id),
        people=Narrowing(data["region"], data["product_line"], data["manager"], data["search"]),
        curriculum_id=data["curriculum"],
        course_id=data["course"],
        bucket=data.get("bucket"),
    )


def lenient(schema: type[QuerySchema], given: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of a page's address; what is not understood is left out, as if it had not been given."""
    found = {name: value.strip() for name, value in given.items() if value.strip()}
    loader = schema(unknown="exclude")
    try:
        return dict(loader.load(found))
    except ValidationError as error:
        wrong = error.messages if isinstance(error.messages, dict) else {}
        return dict(loader.load({name: value for name, value in found.items() if name not in wrong}))
