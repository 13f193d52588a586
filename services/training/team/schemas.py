"""The team's actions at the edge."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from services.training.reports.schemas import PeopleQuerySchema
from services.training.team.queries import STATES, TeamFilter
from shared.directory import Narrowing
from shared.web.validation import Schema, Text


class TeamExtendSchema(Schema):
    """Who is given more time for which course, until when, and why."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=50))
    course_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    reason = Text(500, required=True)


class TeamQuerySchema(PeopleQuerySchema):
    """Arguments of the matrix."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *STATES]))
    cursor = Text(800, least=0, load_default=None)


def filter_of(data: Mapping[str, Any]) -> TeamFilter:
    """Return whom the matrix is to show."""
    people = Narrowing(data["region"], data["product_line"], data["manager"], data["search"])
    return TeamFilter(people, data["state"], data["curriculum"])
