"""Cases at the edge: for officers on them only."""

from marshmallow import fields, validate

from services.compliance.cases.rules import PLAIN_STEPS, SORTS, CaseStatus, EntryKind, Outcome
from services.compliance.catalogue.rules import Severity
from shared.web.validation import CursorQuerySchema, Instant, Schema, Text, page_schema

MOST_DESCRIPTION = 8_000
_REGION = validate.Regexp(r"^[a-z][a-z_]*$(?!\n)")


class CaseQuerySchema(CursorQuerySchema):
    """What a list of cases is narrowed to and sorted by."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *CaseStatus]))
    category = Text(40, least=0, load_default="")
    severity = fields.String(load_default="", validate=validate.OneOf(["", *Severity]))
    region = Text(40, least=0, load_default="")
    q = Text(80, least=0, load_default="")
    sort = fields.String(load_default="-reported_on", validate=validate.OneOf(SORTS))


class CaseSchema(Schema):
    """A case."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf([*Severity]))
    region = fields.String(required=True)
    reported_on = fields.Date(required=True)
    status = fields.String(required=True, validate=validate.OneOf([*CaseStatus]))
    status_since = Instant(required=True)
    opened_at = Instant(required=True)
    outcome = fields.String(required=True, allow_none=True, validate=validate.OneOf([*Outcome, None]))
    summary = fields.String(required=True, allow_none=True)


CasePageSchema = page_schema(CaseSchema)


class NewCaseSchema(Schema):
    """A case to be opened; `subjects` are persons, `officers` accounts of compliance officers."""

    title = Text(200, required=True)
    description = Text(MOST_DESCRIPTION, required=True)
    category = Text(40, required=True)
    severity = fields.String(load_default=None, validate=validate.OneOf([*Severity]))
    region = Text(40, required=True, validate=_REGION)
    reported_on = fields.Date(required=True)
    subjects = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=50))
    officers = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))


class NewCaseFormSchema(Schema):
    """The form; persons are given by HR's number, with commas or spaces between them."""

    title = Text(200, required=True)
    description = Text(MOST_DESCRIPTION, required=True)
    category = Text(40, required=True)
    severity = fields.String(load_default=None, validate=validate.OneOf([*Severity]))
    region = Text(40, required=True, validate=_REGION)
    reported_on = fields.Date(required=True)
    subjects = Text(400, required=True)
    officer = fields.UUID(load_default=None)


class CaseStepSchema(Schema):
    """A step of a case, with a note for its record."""

    step = fields.String(required=True, validate=validate.OneOf([*PLAIN_STEPS]))
    note = Text(2000, least=0, load_default="")


class NoteSchema(Schema):
    """A note for the record."""

    text = Text(4000, required=True)


class EntrySchema(Schema):
    """A line of the record."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([*EntryKind]))
    actor = fields.String(required=True)
    actor_name = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    body = fields.String(required=True, allow_none=True)


class EntryListSchema(Schema):
    """The record of a case, the latest first."""

    items = fields.List(fields.Nested(EntrySchema), required=True)


class OfficerSchema(Schema):
    """Somebody on the access list."""

    account_id = fields.UUID(required=True)
    added_at = Instant(required=True)
    recused_at = Instant(required=True, allow_none=True)


class OfficerListSchema(Schema):
    """The access list of a case."""

    items = fields.List(fields.Nested(OfficerSchema), required=True)


class AddOfficerSchema(Schema):
    """Whom to give access."""

    account_id = fields.UUID(required=True)


class NameSubjectSchema(Schema):
    """Whom to name."""

    person_id = fields.UUID(required=True)


class NameSubjectFormSchema(Schema):
    """Whom to name, by HR's number."""

    employee_no = Text(40, required=True)


class RecusalSchema(Schema):
    """Why the officer cannot work on the case."""

    reason = Text(2000, required=True)
