"""Questions about the past, and their answers, at the edge."""

from datetime import date, datetime
from typing import Any

from marshmallow import fields, validate

from services.training.history.queries import Question
from services.training.history.rules import Knowledge, SpanKind
from shared.core.zones import end_of_day, local_date
from shared.directory import Narrowing
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

# Days that a calendar can go on from, to either side.
_DAYS = validate.Range(min=date(1990, 1, 1), max=date(2199, 12, 31))


class _AskedSchema(QuerySchema):
    """`on` is a day of the company; what was known is as of a size of the log, else of `known_at`, else of now."""

    on = fields.Date(load_default=None)
    known_at = Instant(load_default=None)
    log_size = Integer(load_default=None, validate=validate.Range(min=0, max=10**15))


class PersonQuerySchema(_AskedSchema):
    """Arguments of the question about one person."""

    person_id = fields.UUID(required=True)


class PeopleQuerySchema(_AskedSchema, CursorQuerySchema):
    """Arguments of the question about everybody; `trained` needs `course_id`."""

    course_id = fields.UUID(load_default=None)
    trained = fields.Boolean(load_default=None, truthy={"true"}, falsy={"false"})
    region = Text(40, least=0, load_default="")
    product_line = Text(40, least=0, load_default="")
    manager_id = fields.UUID(load_default=None)
    search = Text(100, least=0, load_default="")


class PageQuerySchema(QuerySchema):
    """The same on the page, where people pick days."""

    on = fields.Date(load_default=None, validate=_DAYS)
    known_on = fields.Date(load_default=None, validate=_DAYS)
    course = fields.UUID(load_default=None)
    trained = fields.String(load_default="", validate=validate.OneOf(["", "yes", "no"]))
    region = Text(40, least=0, load_default="")
    product_line = Text(40, least=0, load_default="")
    manager = fields.UUID(load_default=None)
    search = Text(100, least=0, load_default="")
    cursor = Text(800, least=0, load_default=None)


class EvidenceSchema(Schema):
    """An event of the log; `hash` is its leaf in the log's Merkle tree, in hexadecimal."""

    position = Integer(required=True)
    type = fields.String(required=True)
    effective_at = Instant(required=True)
    recorded_at = Instant(required=True)
    hash = fields.String(required=True)


class AnswerSchema(Schema):
    """Trained in a course on the day, or not; `until` is the first day that does not count, null without end."""

    course_id = fields.UUID(required=True)
    code = fields.String(required=True)
    title = Localized(required=True)
    trained = fields.Boolean(required=True)
    kind = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(SpanKind)))
    reference = fields.UUID(required=True, allow_none=True)
    since = fields.Date(required=True, allow_none=True)
    until = fields.Date(required=True, allow_none=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)


class PersonAnswerSchema(Schema):
    """The answer about one person; `log_size` is how many events there were when it was given."""

    person_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    known_at = Instant(required=True)
    log_size = Integer(required=True)
    items = fields.List(fields.Nested(AnswerSchema), required=True)


class PersonLineSchema(Schema):
    """Somebody who was on the roster that day, with the courses they were trained in."""

    person_id = fields.UUID(required=True)
    employee_no = fields.String(required=True)
    name = fields.String(required=True)
    trained_in = fields.List(fields.UUID(), required=True)


PeoplePageSchema = page_schema(PersonLineSchema)


def question_of(data: dict[str, Any], now: datetime) -> Question:
    """Return what a program asks; without a day, today is meant."""
    narrowing = Narrowing(
        data.get("region", ""),
        data.get("product_line", ""),
        data.get("manager_id"),
        data.get("search", ""),
    )
    return Question(
        on=data["on"] or local_date(now),
        known=Knowledge(data["known_at"], data["log_size"]),
        course_id=data.get("course_id"),
        trained=data.get("trained"),
        people=narrowing,
    )


def page_question(data: dict[str, Any], now: datetime) -> Question:
    """Return what a person asks on the page: known at the end of the day picked, unless that is still to come."""
    known_on: date | None = data["known_on"]
    past = known_on is not None and end_of_day(known_on) <= now
    return Question(
        on=data["on"] or local_date(now),
        known=Knowledge(end_of_day(known_on)) if known_on is not None and past else Knowledge(),
        course_id=data["course"],
        trained={"yes": True, "no": False}.get(data["trained"]),
        people=Narrowing(data["region"], data["product_line"], data["manager"], data["search"]),
    )
