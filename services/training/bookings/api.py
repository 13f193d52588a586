"""Sessions and bookings for programs."""

from typing import Any
from uuid import UUID

from services.training.bookings.commands import book, cancel_booking
from services.training.bookings.models import Booking
from services.training.bookings.queries import (
    Listed,
    channel_for,
    get_booking,
    list_participants,
    listed,
    visible_sessions,
)
from services.training.bookings.rules import BookingStatus
from services.training.bookings.schemas import (
    BookingSchema,
    BookingsSchema,
    BookSchema,
    SessionPageSchema,
    SessionSchema,
    SessionsQuerySchema,
)
from services.training.permissions import SESSIONS_EDIT, SESSIONS_READ, visible
from services.training.sessions.queries import SessionFilter, When, get_session, list_sessions
from services.training.sessions.rules import SessionKind
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.directory import find_person
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_sessions",
    __name__,
    url_prefix="/training/v1/sessions",
    description="Sessions with an instructor, and who is in them",
)
bookings_blp = ApiBlueprint(
    "training_bookings", __name__, url_prefix="/training/v1/bookings", description="Places in sessions"
)


@blp.get("")
@guard(SESSIONS_READ)
@blp.arguments(SessionsQuerySchema, location="query")
@blp.response(200, SessionPageSchema)
@blp.problems(401, 403, 422)
def list_visible(query: dict[str, Any]) -> dict[str, Any]:
    """List the sessions that are meant for the asker: what is to come, or the latest of what is over."""
    session, principal = current_uow().session, current_principal()
    wanted = SessionFilter(
        When(query["when"]), SessionKind(query["kind"]) if query["kind"] else None, query["course_id"]
    )
    page = list_sessions(
        session,
        visible_sessions(principal),
        wanted,
        now=now(),
        cursor=query["cursor"],
        limit=query["limit"],
    )
    rows = listed(session, page.items, principal.person_id, now())
    return {"items": [as_json(one) for one in rows], "next_cursor": page.next_cursor}


@blp.get("/<uuid:session_id>")
@guard(SESSIONS_READ)
@blp.response(200, SessionSchema)
@blp.problems(401, 403, 404)
def get_one(session_id: UUID) -> dict[str, Any]:
    """Get one session."""
    session, principal = current_uow().session, current_principal()
    found = get_session(session, session_id, visible_sessions(principal))
    return as_json(listed(session, [found], principal.person_id, now())[0])


@blp.get("/<uuid:session_id>/bookings")
@guard(SESSIONS_READ)
@blp.response(200, BookingsSchema)
@blp.problems(401, 403, 404)
def list_bookings(session_id: UUID) -> dict[str, Any]:
    """List who is in a session: oneself, a manager's people, for trainers and auditors everybody."""
    session, principal = current_uow().session, current_principal()
    get_session(session, session_id, visible_sessions(principal))
    found = list_participants(session, session_id, visible(principal, Booking.person_id))
    return {"items": [booking_json(one.booking) for one in found]}


@blp.post("/<uuid:session_id>/bookings")
@guard(SESSIONS_READ)
@blp.arguments(BookSchema, location="json")
@blp.response(201, BookingSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def ask_for_place(body: dict[str, Any], session_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Ask for a place: `booked`, or `waiting` when all are taken. Asked twice, the answer is the same booking."""
    uow, principal = current_uow(), current_principal()
    get_session(uow.session, session_id, visible_sessions(principal))
    person_id = body["person_id"] or principal.person_id
    person = find_person(uow.session, person_id) if person_id is not None else None
    if person is None:
        raise NotFound(N_("This person is not on the roster"))
    channel = channel_for(uow.session, principal, person.id)
    booking = book(uow, session_id, person, channel, actor=principal, now=now())
    return booking_json(booking), 201, {"Location": f"/training/v1/bookings/{booking.id}"}


@bookings_blp.get("/<uuid:booking_id>")
@guard(SESSIONS_READ)
@bookings_blp.response(200, BookingSchema)
@bookings_blp.problems(401, 403, 404)
def get_booking_of(booking_id: UUID) -> dict[str, Any]:
    """Get one booking."""
    condition = visible(current_principal(), Booking.person_id)
    return booking_json(get_booking(current_uow().session, booking_id, condition))


@bookings_blp.post("/<uuid:booking_id>/cancel")
@guard(SESSIONS_READ)
@bookings_blp.response(200, BookingSchema)
@bookings_blp.problems(401, 403, 404, 409)
def cancel(booking_id: UUID) -> dict[str, Any]:
    """Give up a place or a turn; whoever waits longest moves up."""
    uow, principal = current_uow(), current_principal()
    booking = get_booking(uow.session, booking_id, visible(principal, Booking.person_id))
    channel = channel_for(uow.session, principal, booking.person_id)
    cancel_booking(uow, booking, channel, actor=principal, now=now())
    return booking_json(booking)


def as_json(row: Listed) -> dict[str, Any]:
    """Return what SessionSchema writes."""
    one, own = row.session, row.own
    teaches = one.instructor_id is not None and one.instructor_id == current_principal().person_id
    has_place = own is not None and own.booking.status in (BookingStatus.BOOKED, BookingStatus.ATTENDED)
    knows_link = has_place or teaches or SESSIONS_EDIT.allows(current_principal())
    return {
        "id": one.id,
        "status": one.status,
        "stage": row.stage,
        "kind": one.kind,
        "course_id": one.course_id,
        "title": one.title,
        "about": one.about,
        "instructor": one.instructor,
        "language": one.language,
        "place": one.place,
        "link": one.link if knows_link else None,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "capacity": one.capacity,
        "taken": row.counts.taken,
        "waiting": row.counts.waiting,
        "book_until": one.book_until,
        "cancel_until": one.cancel_until,
        "booking": booking_json(own.booking) if own is not None else None,
    }


def booking_json(one: Booking) -> dict[str, Any]:
    """Return what BookingSchema writes."""
    names = (
        "id",
        "session_id",
        "person_id",
        "status",
        "channel",
        "asked_at",
        "promoted_at",
        "presence",
        "minutes",
    )
    return {name: getattr(one, name) for name in names}
