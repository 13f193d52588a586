"""Mentorships at the edge."""

from marshmallow import fields, validate

from services.training.mentoring.rules import CHOOSABLE, CustomerKind, MentorshipStatus, Signer
from shared.web.validation import CursorQuerySchema, Instant, Integer, Localized, Schema, Text, page_schema

STATUSES = [one.value for one in MentorshipStatus]
CODE = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error="Small letters, digits and hyphens only.")


class MentorshipSchema(Schema):
    """A mentorship as lists show it; what is noted in confidence is not for programs."""

    id = fields.UUID(required=True)
    mentee_id = fields.UUID(required=True)
    mentor_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    proposed_at = Instant(required=True)
    started_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    items = Integer(required=True)
    done = Integer(required=True)
    mentor_signed_at = Instant(required=True, allow_none=True)
    manager_signed_at = Instant(required=True, allow_none=True)


class MentoringPlanItemSchema(Schema):
    """An item of the plan, and when it was done."""

    id = fields.String(required=True)
    week = Integer(required=True)
    text = Localized(required=True)
    ticked_at = Instant(required=True, allow_none=True)
    ticked_by = fields.UUID(required=True, allow_none=True)


class MentorshipDetailSchema(MentorshipSchema):
    """A mentorship with its plan."""

    plan = fields.List(fields.Nested(MentoringPlanItemSchema), required=True)


MentorshipPageSchema = page_schema(MentorshipSchema)


class MentorshipsQuerySchema(CursorQuerySchema):
    """Arguments of the list."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))


class MentorProposalSchema(Schema):
    """Who is to be whose mentor, by which plan."""

    mentee_id = fields.UUID(required=True)
    mentor_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)


class MentoringTickSchema(Schema):
    """An item of the plan, done or not."""

    item = Text(10, required=True)
    done = fields.Boolean(load_default=True)


class MentoringSignSchema(Schema):
    """In which part somebody signs."""

    signer = fields.String(required=True, validate=validate.OneOf([one.value for one in Signer]))


class MentorshipEndSchema(Schema):
    """Why it ends."""

    reason = fields.String(required=True, validate=validate.OneOf([one.value for one in CHOOSABLE]))


class NoteFormSchema(Schema):
    """The form for a note."""

    body = Text(4_000, required=True)


class VisitFormSchema(Schema):
    """The form for a joint visit."""

    visited_on = fields.Date(required=True)
    customer = fields.String(required=True, validate=validate.OneOf([one.value for one in CustomerKind]))
    goal = Text(1_000, required=True)
    outcome = Text(2_000, required=True)


class RatingFormSchema(Schema):
    """The form for feedback."""

    rating = Integer(required=True, validate=validate.Range(1, 5))


class PairFormSchema(Schema):
    """The form in which a mentor is chosen."""

    mentor_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)


class LimitFormSchema(Schema):
    """The form for how many mentees somebody takes."""

    employee_no = Text(40, required=True)
    most = Integer(required=True)


class PlanFormSchema(Schema):
    """The form for a plan that exists."""

    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
    zh = Text(40_000, required=True)
    en = Text(40_000, required=True)
    course_id = fields.UUID(load_default=None, allow_none=True)


class NewPlanFormSchema(PlanFormSchema):
    """The form for a new plan."""

    code = Text(80, required=True, validate=CODE)
