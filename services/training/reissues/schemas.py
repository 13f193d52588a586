"""Re-issues at the edge."""

from marshmallow import fields, validate

from services.training.reissues.rules import MAX_NAMED, ReissueStatus
from shared.web.validation import Instant, Integer, Schema, Text, page_schema

STATUSES = [one.value for one in ReissueStatus]


class ReissueFormSchema(Schema):
    """Which certificates are printed anew, and by which design; no design: by the standard one."""

    design_version_id = fields.UUID(load_default=None, allow_none=True)
    course_id = fields.UUID(load_default=None, allow_none=True)
    issued_from = fields.Date(load_default=None, allow_none=True)
    issued_until = fields.Date(load_default=None, allow_none=True)
    employee_numbers = Text(20_000, least=0, load_default="")


class ReissueRequestSchema(Schema):
    """Which certificates are printed anew: what is left out or null does not narrow them."""

    design_version_id = fields.UUID(load_default=None, allow_none=True)
    course_id = fields.UUID(load_default=None, allow_none=True)
    issued_from = fields.Date(load_default=None, allow_none=True)
    issued_until = fields.Date(load_default=None, allow_none=True)
    employee_numbers = fields.List(Text(40), load_default=list, validate=validate.Length(max=MAX_NAMED))


class ReissueSchema(Schema):
    """A re-issue: `done` of `total` certificates have their new document."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    design_version_id = fields.UUID(required=True, allow_none=True)
    total = Integer(required=True)
    done = Integer(required=True)
    started_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)


ReissuePageSchema = page_schema(ReissueSchema)
