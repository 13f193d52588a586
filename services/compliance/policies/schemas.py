"""Policies at the edge."""

from marshmallow import fields, validate

from shared.core.text import N_
from shared.web.validation import Instant, Localized, Schema, Text

# Characters of one language's text: a long code of conduct has 30,000.
MOST_TEXT = 60_000
_CODE_ERROR = N_("Small letters, digits and hyphens only.").msgid


class PolicySchema(Schema):
    """A policy in force: both texts, their hashes, since when."""

    id = fields.UUID(required=True, attribute="version.document_id")
    version_id = fields.UUID(required=True, attribute="version.id")
    number = fields.Integer(required=True, attribute="version.number")
    title = Localized(required=True)
    zh = fields.String(required=True, attribute="version.zh")
    en = fields.String(required=True, attribute="version.en")
    zh_sha256 = fields.String(required=True, attribute="version.zh_sha256")
    en_sha256 = fields.String(required=True, attribute="version.en_sha256")
    sha256 = fields.String(required=True, attribute="version.sha256")
    published_at = Instant(required=True, attribute="version.published_at")


class PolicyListSchema(Schema):
    """Every policy in force."""

    items = fields.List(fields.Nested(PolicySchema), required=True)


class TextFormSchema(Schema):
    """The two texts of a version, as typed."""

    zh = Text(MOST_TEXT, required=True)
    en = Text(MOST_TEXT, required=True)
    change_note = Text(400, least=0, load_default="")


class PolicyFormSchema(TextFormSchema):
    """A new policy."""

    code = Text(40, required=True, validate=validate.Regexp(r"[a-z][a-z0-9-]*\Z", error=_CODE_ERROR))
    title_zh = Text(200, required=True)
    title_en = Text(200, required=True)
