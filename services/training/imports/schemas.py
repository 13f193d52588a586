"""Imported files at the edge."""

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from services.training.imports.rules import ImportStatus
from shared.web.validation import CursorQuerySchema, Instant, Integer, Schema, page_schema

_STATUSES = [one.value for one in ImportStatus]


class UploadForm(Schema):
    """The form for a file: its files are read by themselves."""


class ImportUploadSchema(Schema):
    """The file and its evidence, as parts of a multipart form; rows name evidence by its file name."""

    file = Upload(required=True, metadata={"description": "CSV (UTF-8 or GB18030) or XLSX"})
    evidence = fields.List(
        Upload(),
        load_default=list,
        metadata={"description": "PDF, PNG, JPEG, WebP or DOCX, each with its file name"},
    )


class ImportProblemSchema(Schema):
    """What is wrong with a row; `row` is its number as a spreadsheet shows it, the heading being 1."""

    row = Integer(required=True)
    field = fields.String(required=True)
    message = fields.String(required=True)


class ImportPreviewSchema(Schema):
    """What an undecided file would do now; of the problems the first 500."""

    rows = Integer(required=True)
    added = Integer(required=True)
    corrected = Integer(required=True)
    unchanged = Integer(required=True)
    problem_count = Integer(required=True)
    problems = fields.List(fields.Nested(ImportProblemSchema), required=True)
    unused_evidence = fields.List(fields.String(), required=True)


class ImportSchema(Schema):
    """A file of earlier completions; `preview` only while it is undecided, the counts of what was done so far."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(_STATUSES))
    file_name = fields.String(required=True)
    file_sha256 = fields.String(required=True)
    uploaded_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    added = Integer(required=True)
    corrected = Integer(required=True)
    preview = fields.Nested(ImportPreviewSchema, required=True, allow_none=True)


class ListedImportSchema(ImportSchema):
    """A file in a list, without its preview."""

    class Meta:
        exclude = ("preview",)


ImportPageSchema = page_schema(ListedImportSchema)


class ImportsQuerySchema(CursorQuerySchema):
    """Arguments of the list of files."""


class EarlierQuerySchema(Schema):
    """Whose earlier completions are asked for."""

    person_id = fields.UUID(load_default=None)


class EarlierCompletionSchema(Schema):
    """A completion from before; `has_evidence`: its file can be downloaded."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    completed_on = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    score = Integer(required=True, allow_none=True)
    certificate_no = fields.String(required=True)
    issuer = fields.String(required=True)
    has_evidence = fields.Boolean(required=True)


class EarlierCompletionsSchema(Schema):
    """Earlier completions, the latest first, at most 200."""

    items = fields.List(fields.Nested(EarlierCompletionSchema), required=True)
