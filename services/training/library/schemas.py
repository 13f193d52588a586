"""The library at the edge."""

from typing import Any

from marshmallow import fields, validate

from services.training.fulltext.rules import MAX_QUERY
from services.training.library.rules import (
    Content,
    Description,
    EntryFile,
    EntryKind,
    EntryLink,
    VersionStatus,
    links_of,
)
from shared.core.text import LocalizedText
from shared.directory import Audience
from shared.messages.people import Position, ProductLine, Region
from shared.web.validation import (
    CursorQuerySchema,
    Instant,
    Integer,
    Localized,
    Schema,
    Text,
    page_schema,
)

KINDS = [one.value for one in EntryKind]
LINES = [one.value for one in ProductLine]
REGIONS = [one.value for one in Region]
POSITIONS = [one.value for one in Position]
MAX_TEXT = 100_000


# Only what the rules take matches these, so that a program knows beforehand.
_SOMETHING = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_TAG = r"^[^|\u0000]*[^\s|\u0000][^|\u0000]*$"
_ADDRESS = r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,4})?([/?#][!-~]*)?$"


class BothLanguages(Localized):
    """A text that is there in both languages."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(most, **kwargs)
        self._part = Text(most, required=True, validate=validate.Regexp(_SOMETHING))
        part = {"type": "string", "minLength": 1, "maxLength": most, "pattern": _SOMETHING}
        self.metadata = {**self.metadata, "properties": {"zh": part, "en": part}}


def _codes(known: list[str]) -> fields.List[str]:
    one_of = fields.String(validate=validate.OneOf(known))
    return fields.List(one_of, load_default=list, validate=validate.Length(max=len(known)))


class LibraryFileSchema(Schema):
    """A file of a version; its bytes are at …/files/{sha256}."""

    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))
    name = Text(200, required=True)
    locale = fields.String(load_default="", validate=validate.OneOf(["", "zh", "en"]))


class LibraryLinkSchema(Schema):
    """A link of a version."""

    url = Text(1_000, required=True, validate=validate.Regexp(_ADDRESS))
    title = Text(200, required=True)


class LibraryAudienceSchema(Schema):
    """Whom an entry is for: every condition that is set must hold; none: everybody."""

    positions = _codes(POSITIONS)
    regions = _codes(REGIONS)
    product_lines = _codes(LINES)


class LibraryContentSchema(Schema):
    """What a version says; files must be kept already (they are handed in on the page)."""

    text = BothLanguages(MAX_TEXT, required=True)
    links = fields.List(fields.Nested(LibraryLinkSchema), load_default=list, validate=validate.Length(max=20))
    source = Text(300, least=0, load_default="")
    source_on = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class LibraryDescriptionSchema(Schema):
    """What an entry is."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = BothLanguages(200, required=True)
    summary = Localized(600, load_default=LocalizedText(zh="", en=""))
    tags = fields.List(
        Text(40, validate=validate.Regexp(_TAG)), load_default=list, validate=validate.Length(max=12)
    )
    product_lines = _codes(LINES)


class NewLibraryEntrySchema(LibraryDescriptionSchema):
    """A new entry, published at once."""

    audience = fields.Nested(LibraryAudienceSchema, load_default=lambda: LibraryAudienceSchema().load({}))
    content = fields.Nested(LibraryContentSchema, required=True)


class LibraryVersionSchema(Schema):
    """A published version."""

    id = fields.UUID(required=True)
    number = Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in VersionStatus]))
    published_at = Instant(required=True)
    source = fields.String(required=True)
    source_on = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    content_sha256 = fields.String(required=True)


class LibraryEntrySchema(Schema):
    """An entry as a list shows it; `read`: the asker has read the version in force."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = Localized(required=True)
    summary = Localized(required=True)
    tags = fields.List(fields.String(), required=True)
    product_lines = fields.List(fields.String(), required=True)
    version = fields.Nested(LibraryVersionSchema, required=True)
    read = fields.Boolean(required=True)


class LibraryEntryDetailSchema(LibraryEntrySchema):
    """An entry with what its version in force says."""

    text = Localized(required=True)
    files = fields.List(fields.Nested(LibraryFileSchema), required=True)
    links = fields.List(fields.Nested(LibraryLinkSchema), required=True)


class LibraryReadingSchema(Schema):
    """Somebody has read a version."""

    id = fields.UUID(required=True)
    version_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    read_at = Instant(required=True)


LibraryEntryPageSchema = page_schema(LibraryEntrySchema)


class LibraryQuerySchema(CursorQuerySchema):
    """What is looked for in the library."""

    q = Text(MAX_QUERY, least=0, load_default="")
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    product_line = fields.String(load_default=None, validate=validate.OneOf(LINES))
    tag = Text(40, least=0, load_default="")
    unread = fields.Boolean(load_default=False)


class DescriptionFormSchema(Schema):
    """The form for what an entry is and whom it is for."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
    summary_zh = Text(600, least=0, load_default="")
    summary_en = Text(600, least=0, load_default="")
    tags = Text(600, least=0, load_default="")
    product_lines = _codes(LINES)
    audience_positions = _codes(POSITIONS)
    audience_regions = _codes(REGIONS)
    audience_product_lines = _codes(LINES)


class DraftFormSchema(Schema):
    """The form for a draft, apart from its files."""

    text_zh = Text(MAX_TEXT, least=0, load_default="")
    text_en = Text(MAX_TEXT, least=0, load_default="")
    links = Text(20_000, least=0, load_default="")
    source = Text(300, least=0, load_default="")
    source_on = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


def description_of(data: dict[str, Any]) -> Description:
    """Return what a valid LibraryDescriptionSchema describes."""
    return Description(
        EntryKind(data["kind"]),
        data["title"],
        data["summary"],
        tuple(data["tags"]),
        tuple(data["product_lines"]),
    )


def content_of(data: dict[str, Any]) -> Content:
    """Return what a valid LibraryContentSchema describes."""
    links = tuple(EntryLink(one["url"], one["title"]) for one in data["links"])
    return Content(data["text"], (), links, data["source"], data["source_on"], data["valid_until"])


def audience_of(data: dict[str, Any], prefix: str = "") -> Audience:
    """Return the audience of a valid schema, whose fields begin with `prefix`."""
    return Audience(
        positions=tuple(data[f"{prefix}positions"]),
        regions=tuple(data[f"{prefix}regions"]),
        product_lines=tuple(data[f"{prefix}product_lines"]),
    )


def description_of_form(data: dict[str, Any]) -> Description:
    """Return what a valid form describes; tags stand between commas, Chinese ones too."""
    return Description(
        EntryKind(data["kind"]),
        LocalizedText(zh=data["title_zh"], en=data["title_en"]),
        LocalizedText(zh=data["summary_zh"], en=data["summary_en"]),
        tuple(data["tags"].replace("，", ",").replace("、", ",").split(",")),
        tuple(data["product_lines"]),
    )


def description_form(description: Description, audience: Audience) -> dict[str, Any]:
    """Return what the form shows at first: the inverse of description_of_form."""
    return {
        "kind": description.kind.value,
        "title_zh": description.title.zh,
        "title_en": description.title.en,
        "summary_zh": description.summary.zh,
        "summary_en": description.summary.en,
        "tags": ", ".join(description.tags),
        "product_lines": list(description.product_lines),
        "audience_positions": list(audience.positions),
        "audience_regions": list(audience.regions),
        "audience_product_lines": list(audience.product_lines),
    }


def content_of_form(data: dict[str, Any], files: tuple[EntryFile, ...]) -> Content:
    """Return the content that a valid form and the files beside it make."""
    return Content(
        LocalizedText(zh=data["text_zh"], en=data["text_en"]),
        files,
        links_of(data["links"]),
        data["source"],
        data["source_on"],
        data["valid_until"],
    )
