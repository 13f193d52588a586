"""Roster files as JSON."""

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from services.people.imports.rules import ImportStatus, Kind
from shared.web.validation import Instant, QuerySchema, Schema

DIGEST = validate.Regexp(r"^[0-9a-f]{64}$")


class UploadSchema(Schema):
    """The file, as a part of a multipart form."""

    file = Upload(required=True, metadata={"description": "CSV (UTF-8 or GB18030) or XLSX"})


class UploadQuerySchema(QuerySchema):
    """How the file is meant."""

    whole_roster = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "Whoever the file leaves out has left"},
    )


class ApplySchema(Schema):
    """What was previewed."""

    roster_digest = fields.String(
        required=True, validate=DIGEST, metadata={"description": "From the preview that was looked at"}
    )


class RowProblemSchema(Schema):
    """What is wrong with a row; `row` is its number as a spreadsheet shows it, the heading being 1."""

    row = fields.Integer(required=True)
    field = fields.String(required=True)
    message = fields.String(required=True)


class FieldChangeSchema(Schema):
    """One field before and after, as words."""

    field = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


class StepSchema(Schema):
    """What would happen to one person; `row` is empty for somebody whom a whole roster leaves out."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in Kind]))
    row = fields.Integer(required=True, allow_none=True)
    employee_no = fields.String(required=True)
    name = fields.String(required=True)
    changes = fields.List(fields.Nested(FieldChangeSchema), required=True)


class PreviewSchema(Schema):
    """What an undecided file would do today; of `steps` and `problems` the first 500."""

    roster_digest = fields.String(required=True)
    added = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    ended = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    problem_count = fields.Integer(required=True)
    problems = fields.List(fields.Nested(RowProblemSchema), required=True)
    stop = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the file as a whole is refused"}
    )
    steps = fields.List(fields.Nested(StepSchema), required=True)


class RosterImportSchema(Schema):
    """A roster file; `preview` is empty once it is decided or has expired, the counts are empty before."""

    id = fields.UUID(required=True)
    filename = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    row_count = fields.Integer(required=True)
    columns = fields.List(fields.String(), required=True)
    ignored = fields.List(
        fields.String(), required=True, metadata={"description": "Headings that were not understood"}
    )
    whole_roster = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in ImportStatus]))
    uploaded_at = Instant(required=True)
    expires_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    added = fields.Integer(required=True, allow_none=True)
    changed = fields.Integer(required=True, allow_none=True)
    ended = fields.Integer(required=True, allow_none=True)
    preview = fields.Nested(PreviewSchema, required=True, allow_none=True)
