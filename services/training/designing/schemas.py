"""Designs at the edge."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from services.training.courses.schemas import CATEGORIES
from services.training.designs.rules import (
    LANGUAGES,
    MAX_SIGNATORIES,
    DesignContent,
    Signatory,
)
from shared.core.text import LocalizedText
from shared.web.validation import Schema, Text

TEXTS = ("brand", "heading", "statement", "scored", "note")
# What is too long for its place is said by the rules, in words; this keeps out what is no text at all.
_MOST = 600
_SCOPES = validate.Regexp(rf"(all|category/({'|'.join(CATEGORIES)})|course/[0-9a-f-]{{36}})\Z")


class NewDesignSchema(Schema):
    """The form for a new design."""

    name_zh = Text(60, required=True)
    name_en = Text(60, required=True)


class DesignDraftSchema(Schema):
    """The part of the form for a draft that every draft has; see draft_schema for its texts."""

    accent = Text(20, required=True)
    ornament = fields.Boolean(load_default=False)
    drop_logo = fields.Boolean(load_default=False)
    drop_seal = fields.Boolean(load_default=False)
    drop_background = fields.Boolean(load_default=False)


class ChoiceSchema(Schema):
    """By which design certificates of a scope are printed: `all`, `category/<code>` or `course/<id>`."""

    scope = Text(60, required=True, validate=_SCOPES)
    design_id = fields.UUID(load_default=None, allow_none=True)


def draft_schema() -> Schema:
    """Return the schema of a draft's form."""
    extra: dict[str, fields.Field[Any]] = {
        f"{name}_{language}": Text(_MOST, least=0, load_default="")
        for name in TEXTS
        for language in LANGUAGES
    }
    for number in range(1, MAX_SIGNATORIES + 1):
        for part in ("name", "role"):
            for language in LANGUAGES:
                extra[f"{part}_{language}-{number}"] = Text(_MOST, least=0, load_default="")
    schema = DesignDraftSchema.from_dict(extra, name="DesignDraftFormSchema")()
    assert isinstance(schema, Schema)
    return schema


def content_of(data: dict[str, Any], pictures: Mapping[str, str | None]) -> DesignContent:
    """Return the content that a form describes, with its pictures by their hash; an empty signatory is left out."""

    def both(name: str, number: int | None = None) -> LocalizedText:
        place = f"-{number}" if number else ""
        return LocalizedText(zh=data[f"{name}_zh{place}"], en=data[f"{name}_en{place}"])

    named = [(both("name", number), both("role", number)) for number in range(1, MAX_SIGNATORIES + 1)]
    return DesignContent(
        brand=both("brand"),
        heading=both("heading"),
        statement=both("statement"),
        scored=both("scored"),
        note=both("note"),
        accent=data["accent"].lower(),
        ornament=data["ornament"],
        signatories=tuple(
            Signatory(name, role) for name, role in named if any((name.zh, name.en, role.zh, role.en))
        ),
        logo=pictures.get("logo"),
        seal=pictures.get("seal"),
        background=pictures.get("background"),
    )


def form_values(content: DesignContent) -> dict[str, Any]:
    """Return what the form for a draft shows at first: the inverse of content_of."""
    values: dict[str, Any] = {"accent": content.accent, "ornament": content.ornament}
    for name in TEXTS:
        text: LocalizedText = getattr(content, name)
        values |= {f"{name}_zh": text.zh, f"{name}_en": text.en}
    for number, one in enumerate(content.signatories, start=1):
        values |= {
            f"name_zh-{number}": one.name.zh, f"name_en-{number}": one.name.en,
            f"role_zh-{number}": one.role.zh, f"role_en-{number}": one.role.en,
        }  # fmt: skip
    return values
