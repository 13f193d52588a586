"""Gated files at the edge."""

from marshmallow import fields, validate

from shared.web.validation import QuerySchema


class FileQuerySchema(QuerySchema):
    """Which lines the file has."""

    lines = fields.String(data_key="only", load_default="all", validate=validate.OneOf(["all", "releasable"]))
