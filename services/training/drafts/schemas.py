"""The forms in which a draft and its parts are written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from services.training.courses.rules import Content
from services.training.parts.rules import (
    AcknowledgementPart,
    AssessmentPart,
    Blueprint,
    Draw,
    EvidencePart,
    LinkPart,
    Part,
    PartKind,
    TextPart,
)
from shared.core.text import LocalizedText
from shared.web.validation import Integer, Schema, Text

# So many topics can be drawn from in one assessment.
DRAWS = 6


class SettingsSchema(Schema):
    """What a version says as a whole."""

    minutes = Integer(required=True, validate=validate.Range(1, 600))
    certifies = fields.Boolean(load_default=False)
    valid_months = Integer(load_default=None, allow_none=True, validate=validate.Range(1, 120))
    retrain = fields.Boolean(load_default=False)
    retrain_days = Integer(load_default=None, allow_none=True, validate=validate.Range(1, 365))


class PartFormSchema(Schema):
    """What every part has."""

    title_zh = Text(200, least=0, load_default="")
    title_en = Text(200, least=0, load_default="")


class TextFormSchema(PartFormSchema):
    """A text in Markdown."""

    text_zh = Text(60_000, least=0, load_default="")
    text_en = Text(60_000, least=0, load_default="")


class LinkFormSchema(PartFormSchema):
    """Something elsewhere."""

    url = Text(2_000, least=0, load_default="")


class AcknowledgementFormSchema(PartFormSchema):
    """What is signed."""

    statement_zh = Text(2_000, least=0, load_default="")
    statement_en = Text(2_000, least=0, load_default="")


class EvidenceFormSchema(PartFormSchema):
    """What is to be handed in."""

    hint_zh = Text(1_000, least=0, load_default="")
    hint_en = Text(1_000, least=0, load_default="")


class AssessmentFormSchema(PartFormSchema):
    """How many questions are drawn from which topics, and how a sitting is judged."""

    pass_mark = Integer(required=True, validate=validate.Range(1, 100))
    max_attempts = Integer(load_default=None, allow_none=True, validate=validate.Range(1, 20))
    wait_hours = Integer(load_default=0, validate=validate.Range(0, 720))
    minutes = Integer(load_default=None, allow_none=True, validate=validate.Range(1, 300))
    shuffle = fields.Boolean(load_default=False)


_SCHEMAS: dict[PartKind, type[Schema]] = {
    PartKind.TEXT: TextFormSchema,
    PartKind.LINK: LinkFormSchema,
    PartKind.ACKNOWLEDGEMENT: AcknowledgementFormSchema,
    PartKind.EVIDENCE: EvidenceFormSchema,
}


def part_schema(kind: PartKind) -> Schema:
    """Return the schema of the form for a part of a kind."""
    if kind is not PartKind.ASSESSMENT:
        return _SCHEMAS.get(kind, PartFormSchema)()
    rows: dict[str, fields.Field[Any]] = {}
    for number in range(1, DRAWS + 1):
        rows[f"topic-{number}"] = fields.UUID(load_default=None, allow_none=True)
        rows[f"count-{number}"] = Integer(load_default=0, validate=validate.Range(0, 100))
    schema = AssessmentFormSchema.from_dict(rows, name="AssessmentWithDrawsSchema")()
    assert isinstance(schema, Schema)
    return schema


def part_values(part: Part) -> dict[str, Any]:
    """Return what the form for a part shows at first: the inverse of part_of."""
    values: dict[str, Any] = {"title_zh": part.title.zh, "title_en": part.title.en}
    for name in ("text", "statement", "hint"):
        text = getattr(part, name, None)
        if isinstance(text, LocalizedText):
            values |= {f"{name}_zh": text.zh, f"{name}_en": text.en}
    if isinstance(part, LinkPart):
        values["url"] = part.url
    if isinstance(part, AssessmentPart):
        found = part.blueprint
        values |= {
            "pass_mark": found.pass_mark,
            "max_attempts": found.max_attempts,
            "wait_hours": found.wait_hours,
            "minutes": found.minutes,
            "shuffle": found.shuffle,
        }
        for number, one in enumerate(found.draws, start=1):
            values |= {f"topic-{number}": str(one.topic_id), f"count-{number}": one.count}
    return values


def part_of(part: Part, data: Mapping[str, Any]) -> Part:
    """Return the part as a valid form describes it; the files of a part are none of its form's words."""
    titled: Part = replace(part, title=_text(data, "title"))
    match titled:
        case TextPart():
            return replace(titled, text=_text(data, "text"))
        case LinkPart():
            return replace(titled, url=data["url"])
        case AcknowledgementPart():
            return replace(titled, statement=_text(data, "statement"))
        case EvidencePart():
            return replace(titled, hint=_text(data, "hint"))
        case AssessmentPart():
            return replace(titled, blueprint=_blueprint(data))
        case _:
            return titled


def _text(data: Mapping[str, Any], name: str) -> LocalizedText:
    return LocalizedText(zh=data[f"{name}_zh"], en=data[f"{name}_en"])


def _blueprint(data: Mapping[str, Any]) -> Blueprint:
    """A row without a topic or without a number is left out."""
    rows: list[tuple[UUID | None, int]] = [
        (data[f"topic-{number}"], data[f"count-{number}"]) for number in range(1, DRAWS + 1)
    ]
    return Blueprint(
        tuple(Draw(topic_id, count) for topic_id, count in rows if topic_id is not None and count),
        pass_mark=data["pass_mark"],
        max_attempts=data["max_attempts"],
        wait_hours=data["wait_hours"],
        minutes=data["minutes"],
        shuffle=data["shuffle"],
    )


def settings_values(content: Content) -> dict[str, Any]:
    """Return what the form for a version as a whole shows at first."""
    names = ("minutes", "certifies", "valid_months", "retrain", "retrain_days")
    return {name: getattr(content, name) for name in names}


def settings_of(content: Content, data: Mapping[str, Any]) -> Content:
    """Return the content with what a valid form says of the whole."""
    days = data["retrain_days"] if data["retrain"] else None
    return replace(
        content,
        minutes=data["minutes"],
        certifies=data["certifies"],
        valid_months=data["valid_months"] if data["certifies"] else None,
        retrain=data["retrain"],
        retrain_days=days,
    )
