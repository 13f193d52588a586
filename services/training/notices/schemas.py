"""Notices at the edge."""

from marshmallow import fields, validate

from services.training.notices.rules import NoticeKind
from shared.core.text import LOCALES
from shared.web.validation import CursorQuerySchema, Instant, Localized, Schema, page_schema


class NoticeSchema(Schema):
    """What somebody was told; `read_at` is when they dismissed it."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in NoticeKind]))
    text = Localized(required=True)
    course_id = fields.UUID(required=True)
    assignment_id = fields.UUID(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    given_at = Instant(required=True)
    read_at = Instant(required=True, allow_none=True)


NoticePageSchema = page_schema(NoticeSchema)


class NoticesQuerySchema(CursorQuerySchema):
    """Arguments of the list of one's notices."""


class PreferenceSchema(Schema):
    """In which language somebody is written to, and whether by mail."""

    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))
    by_mail = fields.Boolean(load_default=False)
