"""Courses at the edge."""

from marshmallow import fields, validate

from services.training.courses.rules import Category, VersionStatus
from services.training.parts.rules import PartKind
from shared.core.text import N_
from shared.web.validation import (
    CursorQuerySchema,
    Instant,
    Integer,
    Localized,
    Schema,
    Text,
    page_schema,
)

_CODE_RULE = N_("Small letters, digits and hyphens only.")
CODE = validate.Regexp(r"[a-z0-9]+(-[a-z0-9]+)*\Z", error=_CODE_RULE.msgid)
CATEGORIES = [one.value for one in Category]
KINDS = [one.value for one in PartKind]
STATUSES = [one.value for one in VersionStatus]


class PartSchema(Schema):
    """A part as learners and programs see it: what is done in it, never what is right.

    `pages` is how many pages have to be turned, `questions` how many are asked, `pass_mark` in percent.
    """

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = Localized(required=True)
    pages = Integer(required=True)
    seconds = Integer(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)
    questions = Integer(required=True, allow_none=True)
    pass_mark = Integer(required=True, allow_none=True)


class VersionSchema(Schema):
    """A version with its parts in their order."""

    id = fields.UUID(required=True)
    number = Integer(required=True)
    minutes = Integer(required=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)
    certifies = fields.Boolean(required=True)
    valid_months = Integer(required=True, allow_none=True)
    retrain = fields.Boolean(required=True)
    retrain_days = Integer(required=True, allow_none=True)
    published_at = Instant(required=True, allow_none=True)
    content_sha256 = fields.String(required=True, allow_none=True)


class CourseSchema(Schema):
    """A course with its published version, if it has one."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    title = Localized(required=True)
    description = Localized(2_000, required=True)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    tags = fields.List(fields.String(), required=True)
    owner_id = fields.UUID(required=True, allow_none=True)
    retired_at = Instant(required=True, allow_none=True)
    published = fields.Nested(VersionSchema, required=True, allow_none=True)


CoursePageSchema = page_schema(CourseSchema)


class CoursesQuerySchema(CursorQuerySchema):
    """Arguments of the list of courses."""

    category = fields.String(load_default=None, validate=validate.OneOf(CATEGORIES))
    tag = Text(30, load_default="", least=0)
    search = Text(100, load_default="", least=0)


class CourseFormSchema(Schema):
    """The form for what a course is called and where it belongs; `owner` is an employee number."""

    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
    description_zh = Text(2_000, least=0, load_default="")
    description_en = Text(2_000, least=0, load_default="")
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    tags = Text(300, least=0, load_default="")
    owner = Text(40, least=0, load_default="")


class NewCourseSchema(CourseFormSchema):
    """The same for a course that is not there yet."""

    code = Text(80, required=True, validate=CODE)
