"""A seminar's case at the edge."""

from marshmallow import fields

from shared.web.validation import Schema, Text


class CaseSchema(Schema):
    """The form for a case; files stand beside it. `remove`: hashes of files that are to go."""

    title_zh = Text(200, least=0, load_default="")
    title_en = Text(200, least=0, load_default="")
    text_zh = Text(40_000, least=0, load_default="")
    text_en = Text(40_000, least=0, load_default="")
    remove = fields.List(Text(64), load_default=[])
