"""Courses at the edge."""

from typing import Any

from marshmallow import fields, validate

from services.training.courses.rules import Category, Content, Question
from shared.core.text import N_, LocalizedText
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


class VersionSchema(Schema):
    """A version as learners and programs see it: what is asked, never what is right."""

    id = fields.UUID(required=True)
    number = Integer(required=True)
    minutes = Integer(required=True)
    questions = Integer(required=True)
    pass_mark = Integer(required=True)
    certifies = fields.Boolean(required=True)
    valid_months = Integer(required=True, allow_none=True)
    published_at = Instant(required=True, allow_none=True)


class CourseSchema(Schema):
    """A course with its published version, if it has one."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    title = Localized(required=True)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    published = fields.Nested(VersionSchema, required=True, allow_none=True)


CoursePageSchema = page_schema(CourseSchema)


class CoursesQuerySchema(CursorQuerySchema):
    """Arguments of the list of courses."""

    category = fields.String(load_default=None, validate=validate.OneOf(CATEGORIES))


class NewCourseSchema(Schema):
    """The form for a new course."""

    code = Text(80, required=True, validate=CODE)
    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))


class DraftSchema(Schema):
    """The part of the form for a draft that every draft has; see draft_schema for its questions."""

    text_zh = Text(60_000, least=0, load_default="")
    text_en = Text(60_000, least=0, load_default="")
    minutes = Integer(required=True, validate=validate.Range(1, 600))
    pass_mark = Integer(required=True, validate=validate.Range(1, 100))
    certifies = fields.Boolean(load_default=False)
    valid_months = Integer(load_default=None, allow_none=True, validate=validate.Range(1, 120))


def draft_schema(questions: int) -> Schema:
    """Return the schema of a draft's form with room for so many questions (5 fields each)."""
    extra: dict[str, fields.Field[Any]] = {}
    for number in range(1, questions + 1):
        extra |= {
            f"question_zh-{number}": Text(500, least=0, load_default=""),
            f"question_en-{number}": Text(500, least=0, load_default=""),
            f"options_zh-{number}": Text(2_000, least=0, load_default=""),
            f"options_en-{number}": Text(2_000, least=0, load_default=""),
            f"answer-{number}": Integer(load_default=1, validate=validate.Range(1, 8)),
        }
    schema = DraftSchema.from_dict(extra, name="DraftWithQuestionsSchema")()
    assert isinstance(schema, Schema)
    return schema


def content_of(data: dict[str, object], questions: int) -> Content:
    """Return the content that a valid form describes; a question without any text is left out."""

    def lines(name: str) -> list[str]:
        return [line.strip() for line in str(data[name]).splitlines() if line.strip()]

    quiz = []
    for number in range(1, questions + 1):
        text = LocalizedText(zh=str(data[f"question_zh-{number}"]), en=str(data[f"question_en-{number}"]))
        zh, en = lines(f"options_zh-{number}"), lines(f"options_en-{number}")
        if not (text.zh or text.en or zh or en):
            continue
        width = max(len(zh), len(en))
        padded = zip(zh + [""] * (width - len(zh)), en + [""] * (width - len(en)), strict=True)
        options = tuple(LocalizedText(zh=one, en=other) for one, other in padded)
        quiz.append(Question(text, options, int(str(data[f"answer-{number}"])) - 1))
    months = data["valid_months"]
    return Content(
        LocalizedText(zh=str(data["text_zh"]), en=str(data["text_en"])),
        int(str(data["minutes"])),
        tuple(quiz),
        int(str(data["pass_mark"])),
        bool(data["certifies"]),
        None if months is None else int(str(months)),
    )


def form_values(content: Content, questions: int) -> dict[str, object]:
    """Return what the form for a draft shows at first: the inverse of content_of."""
    values: dict[str, object] = {
        "text_zh": content.text.zh,
        "text_en": content.text.en,
        "minutes": content.minutes,
        "pass_mark": content.pass_mark,
        "certifies": content.certifies,
        "valid_months": content.valid_months,
    }
    for number in range(1, questions + 1):
        one = content.quiz[number - 1] if number <= len(content.quiz) else None
        values |= {
            f"question_zh-{number}": one.text.zh if one else "",
            f"question_en-{number}": one.text.en if one else "",
            f"options_zh-{number}": "\n".join(option.zh for option in one.options) if one else "",
            f"options_en-{number}": "\n".join(option.en for option in one.options) if one else "",
            f"answer-{number}": one.answer + 1 if one else 1,
        }
    return values
