"""Careers at the edge."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from services.training.careers.rules import (
    MOST_DAYS,
    MOST_MONTHS,
    Criteria,
    Criterion,
    RequestStatus,
    StepKind,
)
from shared.messages.people import Position
from shared.web.validation import CursorQuerySchema, Instant, Integer, Schema, Text, page_schema

_POSITIONS = [one.value for one in Position]
_STATUSES = [one.value for one in RequestStatus]


class CriteriaSchema(Schema):
    """What a step asks for: months in the present position, courses with a valid certificate, clean days.

    `sign_off`: a word of somebody above; `mentored`: a mentorship that mentor and manager have signed off.
    """

    months = Integer(required=True, validate=validate.Range(0, MOST_MONTHS))
    courses = fields.List(fields.UUID(), required=True, validate=validate.Length(max=20))
    clean_days = Integer(required=True, validate=validate.Range(0, MOST_DAYS))
    sign_off = fields.Boolean(required=True)
    mentored = fields.Boolean(required=True)


class CareerStepSchema(Schema):
    """A way from one position to another."""

    id = fields.UUID(required=True)
    source = fields.String(required=True, validate=validate.OneOf(_POSITIONS))
    target = fields.String(required=True, validate=validate.OneOf(_POSITIONS))
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in StepKind]))
    criteria = fields.Nested(CriteriaSchema, required=True)


class CareerStepsSchema(Schema):
    """The steps that can be taken."""

    items = fields.List(fields.Nested(CareerStepSchema), required=True)


class CriterionResultSchema(Schema):
    """One criterion: `have` of `need` months or days; `ready_on`: met by then if nothing changes."""

    criterion = fields.String(required=True, validate=validate.OneOf([one.value for one in Criterion]))
    met = fields.Boolean(required=True)
    course_id = fields.UUID(required=True, allow_none=True)
    have = Integer(required=True, allow_none=True)
    need = Integer(required=True, allow_none=True)
    ready_on = fields.Date(required=True, allow_none=True)
    reference = fields.String(required=True)


class CareerWaySchema(Schema):
    """How somebody stands with a step."""

    step_id = fields.UUID(required=True)
    target = fields.String(required=True, validate=validate.OneOf(_POSITIONS))
    ready = fields.Boolean(required=True)
    missing = Integer(required=True)
    results = fields.List(fields.Nested(CriterionResultSchema), required=True)


class ReadinessSchema(Schema):
    """Every step that leads on from somebody's position, the nearest first."""

    person_id = fields.UUID(required=True)
    position = fields.String(required=True)
    ways = fields.List(fields.Nested(CareerWaySchema), required=True)


class ReadinessQuerySchema(Schema):
    """Whose readiness is asked for; by default one's own."""

    person_id = fields.UUID(load_default=None)


class PromotionBodySchema(Schema):
    """A request for a promotion; by default one's own."""

    person_id = fields.UUID(load_default=None, allow_none=True)
    step_id = fields.UUID(required=True)
    reason = Text(1_000, required=True)


class PromotionDecisionSchema(Schema):
    """What somebody decides, and why."""

    approve = fields.Boolean(required=True)
    reason = Text(1_000, required=True)


class PromotionSchema(Schema):
    """A request; its evidence is frozen when it is submitted and known by its SHA-256."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    step_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(_STATUSES))
    reason = fields.String(required=True)
    created_at = Instant(required=True)
    submitted_at = Instant(required=True, allow_none=True)
    evidence_sha256 = fields.String(required=True, allow_none=True)
    decided_at = Instant(required=True, allow_none=True)
    decision_reason = fields.String(required=True, allow_none=True)


PromotionPageSchema = page_schema(PromotionSchema)


class PromotionsQuerySchema(CursorQuerySchema):
    """Arguments of the list of requests."""

    status = fields.String(load_default=None, validate=validate.OneOf(_STATUSES))


class CriteriaForm(Schema):
    """The form for what a step asks for; see with_courses for its certificates."""

    months = Integer(required=True, validate=validate.Range(0, MOST_MONTHS))
    clean_days = Integer(required=True, validate=validate.Range(0, MOST_DAYS))
    sign_off = fields.Boolean(load_default=False)
    mentored = fields.Boolean(load_default=False)


class StepForm(CriteriaForm):
    """The form for a new step."""

    source = fields.String(required=True, validate=validate.OneOf(_POSITIONS))
    target = fields.String(required=True, validate=validate.OneOf(_POSITIONS))


def with_courses(form: type[Schema], course_ids: Iterable[UUID]) -> Schema:
    """Return the form's schema with a box to tick for each course: `course-<id>`."""
    boxes: dict[str, fields.Field[Any]] = {
        f"course-{one}": fields.Boolean(load_default=False) for one in course_ids
    }
    schema = form.from_dict(boxes, name=f"{form.__name__}WithCourses")()
    assert isinstance(schema, Schema)
    return schema


class SignOffForm(Schema):
    """What somebody above says."""

    note = Text(1_000, required=True)


class ReasonForm(Schema):
    """A reason."""

    reason = Text(1_000, required=True)


def criteria_of(data: dict[str, Any]) -> Criteria:
    """Return the criteria that a valid form gives."""
    ticked = (
        name.removeprefix("course-") for name, value in data.items() if name.startswith("course-") and value
    )
    courses = tuple(UUID(one) for one in ticked)
    return Criteria(data["months"], courses, data["clean_days"], data["sign_off"], data["mentored"])
