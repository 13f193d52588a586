"""Attempts at the edge."""

from marshmallow import fields, validate

from services.training.attempts.rules import AttemptStatus
from services.training.parts.rules import PartKind
from shared.web.validation import Instant, Integer, Localized, QuerySchema, Schema

STATUSES = [one.value for one in AttemptStatus]
KINDS = [one.value for one in PartKind]
STATES = ["done", "open", "waits"]


class PartStateSchema(Schema):
    """A part of the version and how far one is; `waits`: another one is to be done first.

    `pages` is how many it has to be turned (0: none), `turned` how many were.
    """

    id = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = Localized(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    pages = Integer(required=True)
    turned = Integer(required=True)
    score = Integer(required=True, allow_none=True)
    met_at = Instant(required=True, allow_none=True)


class AttemptSchema(Schema):
    """An attempt with all its parts."""

    id = fields.UUID(required=True)
    assignment_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    number = Integer(required=True)
    version_id = fields.UUID(required=True)
    version_number = Integer(required=True)
    launched_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    score = Integer(required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartStateSchema), required=True)


class PageQuerySchema(QuerySchema):
    """In which language a page is read."""

    language = fields.String(load_default="zh", validate=validate.OneOf(["zh", "en"]))


class PageSchema(Schema):
    """One page of a text as Markdown, or of a document as the address of a picture of it."""

    number = Integer(required=True)
    pages = Integer(required=True)
    title = fields.String(required=True)
    markdown = fields.String(required=True, allow_none=True)
    picture_url = fields.String(required=True, allow_none=True)


class TurnSchema(Schema):
    """The page that was read to its end, in the language in which it was."""

    number = Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    language = fields.String(load_default="zh", validate=validate.OneOf(["zh", "en"]))


class OutcomeSchema(Schema):
    """The attempt after a step; when that was the last one, the certificate and the next time, if any."""

    attempt = fields.Nested(AttemptSchema, required=True)
    completed = fields.Boolean(required=True)
    certificate_id = fields.UUID(required=True, allow_none=True)
    next_assignment_id = fields.UUID(required=True, allow_none=True)
