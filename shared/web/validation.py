"""Schemas at the edge: strict about shape, and their complaints in the person's language."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from flask_babel import gettext as _
from marshmallow import fields, validate

from shared.core.text import N_, LocalizedText

# What marshmallow and our validators say, listed here so that the catalogues know it.
_KNOWN = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Not a valid string."),
    N_("Not a valid integer."),
    N_("Not a valid boolean."),
    N_("Not a valid UUID."),
    N_("Not a valid date."),
    N_("Not a valid datetime."),
    N_("Not a valid email address."),
    N_("Not a valid list."),
    N_("Unknown field."),
    N_("Invalid input type."),
    N_("Shorter than minimum length 1."),
    N_("This text holds characters that cannot be stored."),
    N_("An instant needs a time zone."),
    N_("Not one of the possible values."),
)
_PATTERNS = (
    (re.compile(r"Must be one of: .*"), N_("Not one of the possible values.")),
    (re.compile(r"(?:Longer than maximum length|Length must be between \d+ and) (?P<n>\d+)\.?"),
     N_("At most %(n)s characters.")),
    (re.compile(r"Must be greater than or equal to (?P<n>\S+?)(?: and less.*)?\.?"), N_("At least %(n)s.")),
    (re.compile(r"Must be less than or equal to (?P<n>\S+?)\.?"), N_("At most %(n)s.")),
)  # fmt: skip


def say_validation(text: str) -> str:
    """Return a validation message in the language of the request."""
    for pattern, message in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return str(_(message.msgid, **found.groupdict()))
    return str(_(text))


def say_field_errors(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Flatten marshmallow's nested messages to `field.path → sentences`; the location is dropped."""
    if isinstance(messages, Mapping):
        if not prefix and len(messages) == 1 and next(iter(messages)) in ("json", "query", "form", "files"):
            return say_field_errors(next(iter(messages.values())))
        found: dict[str, list[str]] = {}
        for key, value in messages.items():
            path = f"{prefix}.{key}" if prefix else str(key)
            found |= say_field_errors(value, path.removesuffix("._schema") or "_schema")
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return {prefix or "_schema": [say_validation(str(text)) for text in texts]}


class Schema(ma.Schema):
    """A schema that refuses fields it does not know and keeps the order they are declared in."""

    class Meta:
        """Strict by default."""

        unknown = ma.RAISE


class QuerySchema(ma.Schema):
    """Arguments of a URL: what is not known is refused, so that a typing error does not pass."""

    class Meta:
        """Strict by default."""

        unknown = ma.RAISE


def _storable(text: str) -> None:
    if "\x00" in text or any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ma.ValidationError("This text holds characters that cannot be stored.")


class Text(fields.String):
    """A string of `1..most` characters (or `0..most` when `least=0`) that both databases can store."""

    def __init__(self, most: int, *, least: int = 1, **kwargs: Any) -> None:
        limits: list[Any] = [validate.Length(min=least or None, max=most), _storable]
        extra = kwargs.pop("validate", None)
        super().__init__(validate=[*limits, extra] if extra else limits, **kwargs)
        if extra is None:
            # Said in the document as well, so that a client knows it beforehand.
            self.metadata = {"pattern": r"^[^\u0000]*$", **self.metadata}


class Integer(fields.Integer):
    """A whole number; 98.0 is one, as JSON Schema says, 98.5 and "98" and true are not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise self.make_error("invalid", input=value)
        if isinstance(value, str) and (self.strict or not re.fullmatch(r"-?\d{1,18}", value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(int(value) if isinstance(value, float) else value, attr, data, **kwargs)


class Instant(fields.AwareDateTime):
    """An instant with its zone (RFC 3339), read and written as UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=value, obj_type="datetime") from error


class Localized(fields.Field[LocalizedText]):
    """A text in both languages: {"zh": "…", "en": "…"}."""

    def __init__(self, most: int = 400, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._part = Text(most, least=0, required=True)
        part = {"type": "string", "maxLength": most, "pattern": r"^[^\u0000]*$"}
        self.metadata = {
            **self.metadata,
            "type": "object",
            "properties": {"zh": part, "en": part},
            "required": ["zh", "en"],
            "additionalProperties": False,
        }

    def _serialize(self, value: LocalizedText | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else {"zh": value.zh, "en": value.en}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> LocalizedText:
        if not isinstance(value, dict) or set(value) != {"zh", "en"}:
            raise ma.ValidationError("Invalid input type.")
        zh, en = (self._part.deserialize(value[key]) or "" for key in ("zh", "en"))
        if not zh and not en:
            raise ma.ValidationError("Missing data for required field.")
        return LocalizedText(zh=zh, en=en)


class MoneySchema(Schema):
    """An amount in minor units with its ISO 4217 currency."""

    minor = Integer(required=True, strict=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))


class CursorQuerySchema(QuerySchema):
    """Arguments of every list: where to go on, and how many."""

    cursor = fields.String(load_default=None, validate=[validate.Length(max=800), _storable])
    limit = Integer(load_default=50, validate=validate.Range(min=1, max=200))


class ProblemSchema(ma.Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    request_id = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


def page_schema(item: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of one page of `item`s: `items` and `next_cursor`."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    return type(
        name,
        (ma.Schema,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
    )
