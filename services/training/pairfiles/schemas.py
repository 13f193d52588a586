"""Files of mentorships at the edge."""

from marshmallow import fields, validate

from shared.web.validation import Schema, Text


class FileFormSchema(Schema):
    """Which file, as it was read before, is to be carried out."""

    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}"))
    name = Text(200, required=True)
