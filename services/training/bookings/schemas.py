"""Sessions and bookings at the edge."""

from marshmallow import fields, validate

from services.training.bookings.rules import BookingStatus, Channel, Presence
from services.training.sessions.queries import When
from services.training.sessions.rules import InstructorKind, Language, SessionKind, SessionStatus, Stage
from shared.web.validation import CursorQuerySchema, Instant, Integer, Localized, Schema, page_schema

KINDS = [one.value for one in SessionKind]


class BookingSchema(Schema):
    """Somebody's place in a session, or their turn for one."""

    id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in BookingStatus]))
    channel = fields.String(required=True, validate=validate.OneOf([one.value for one in Channel]))
    asked_at = Instant(required=True)
    promoted_at = Instant(required=True, allow_none=True)
    presence = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([one.value for one in Presence])
    )
    minutes = Integer(required=True, allow_none=True)


class InstructorSchema(Schema):
    """Who teaches; `person_id` for somebody on the roster."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in InstructorKind]))
    name = fields.String(required=True)
    affiliation = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)


class SessionSchema(Schema):
    """A session; `stage` says how it stands now, `link` is for those who have a place or run it."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf([one.value for one in SessionStatus]))
    stage = fields.String(required=True, validate=validate.OneOf([one.value for one in Stage]))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    course_id = fields.UUID(required=True, allow_none=True)
    title = Localized(required=True)
    about = Localized(required=True)
    instructor = fields.Nested(InstructorSchema, required=True)
    language = fields.String(required=True, validate=validate.OneOf([one.value for one in Language]))
    place = fields.String(required=True)
    link = fields.String(required=True, allow_none=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    capacity = Integer(required=True)
    taken = Integer(required=True)
    waiting = Integer(required=True)
    book_until = Instant(required=True)
    cancel_until = Instant(required=True)
    booking = fields.Nested(BookingSchema, required=True, allow_none=True)


SessionPageSchema = page_schema(SessionSchema)


class SessionsQuerySchema(CursorQuerySchema):
    """Arguments of the list of sessions."""

    when = fields.String(
        load_default=When.UPCOMING.value, validate=validate.OneOf([one.value for one in When])
    )
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    course_id = fields.UUID(load_default=None)


class BookSchema(Schema):
    """For whom a place is asked; without `person_id` for oneself."""

    person_id = fields.UUID(load_default=None, allow_none=True)


class BookingsSchema(Schema):
    """Who is in a session, of those whom the asker may see, in the order in which they came."""

    items = fields.List(fields.Nested(BookingSchema), required=True)
