"""Who gets a place, who waits, and until when one may change one's mind. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from shared.core.errors import Conflict, IllegalTransition
from shared.core.text import N_

T = TypeVar("T")


class BookingStatus(StrEnum):
    """What is stored."""

    BOOKED = "booked"
    WAITING = "waiting"
    ATTENDED = "attended"
    ABSENT = "absent"
    CANCELLED = "cancelled"


# These have a place, or had one that was theirs to the end.
TAKEN = (BookingStatus.BOOKED, BookingStatus.ATTENDED, BookingStatus.ABSENT)
LIVE = (BookingStatus.BOOKED, BookingStatus.WAITING)


class BookingStep(StrEnum):
    """What may happen to a booking."""

    PROMOTE = "promote"
    CANCEL = "cancel"
    ATTEND = "attend"
    MISS = "miss"


class Channel(StrEnum):
    """Who asked for the place."""

    SELF = "self"
    MANAGER = "manager"
    TRAINER = "trainer"
    WALK_IN = "walk_in"


class CancelReason(StrEnum):
    """Why a place or a turn was given up."""

    OWN_WISH = "own_wish"
    MANAGER = "manager"
    TRAINER = "trainer"
    SESSION_CANCELLED = "session_cancelled"
    LEFT = "left"
    NOT_REACHED = "not_reached"


class Presence(StrEnum):
    """What the roll says of somebody."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


class Means(StrEnum):
    """How it came to be known."""

    ROLL = "roll"
    CODE = "code"


class NoticeKind(StrEnum):
    """What somebody is told about a booking without having asked."""

    BOOKED_FOR_YOU = "booked_for_you"
    PROMOTED = "promoted"
    MOVED = "moved"
    TAKEN_OFF = "taken_off"
    SESSION_CANCELLED = "session_cancelled"
    TOMORROW = "tomorrow"


STATUS_WORDS = {
    BookingStatus.BOOKED: N_("Booked"),
    BookingStatus.WAITING: N_("On the waiting list"),
    BookingStatus.ATTENDED: N_("Attended"),
    BookingStatus.ABSENT: N_("Absent"),
    BookingStatus.CANCELLED: N_("Given up"),
}
STEP_WORDS = {
    BookingStep.PROMOTE: N_("move up"),
    BookingStep.CANCEL: N_("give up"),
    BookingStep.ATTEND: N_("mark as present"),
    BookingStep.MISS: N_("mark as absent"),
}
PRESENCE_WORDS = {
    Presence.PRESENT: N_("Present"),
    Presence.LATE: N_("Late"),
    Presence.ABSENT: N_("Absent"),
}
REASON_WORDS = {
    CancelReason.OWN_WISH: N_("withdrew"),
    CancelReason.MANAGER: N_("taken off by the manager"),
    CancelReason.TRAINER: N_("taken off by the trainer"),
    CancelReason.SESSION_CANCELLED: N_("the session was cancelled"),
    CancelReason.LEFT: N_("left the company"),
    CancelReason.NOT_REACHED: N_("no place became free"),
}
NOTICE_WORDS = {
    NoticeKind.BOOKED_FOR_YOU: N_("You were signed up for a session"),
    NoticeKind.PROMOTED: N_("A place became free: you have it now"),
    NoticeKind.MOVED: N_("Time, place or instructor has changed"),
    NoticeKind.TAKEN_OFF: N_("You were taken off a session"),
    NoticeKind.SESSION_CANCELLED: N_("A session is cancelled"),
    NoticeKind.TOMORROW: N_("A session is about to take place"),
}


def next_status(status: BookingStatus, step: BookingStep) -> BookingStatus:
    """Return the status after `step`; what is cancelled stays so, a new booking is a new row."""
    match (status, step):
        case (BookingStatus.WAITING, BookingStep.PROMOTE):
            return BookingStatus.BOOKED
        case (BookingStatus.BOOKED | BookingStatus.WAITING, BookingStep.CANCEL):
            return BookingStatus.CANCELLED
        case (
            BookingStatus.BOOKED | BookingStatus.WAITING | BookingStatus.ATTENDED | BookingStatus.ABSENT,
            BookingStep.ATTEND,
        ):
            return BookingStatus.ATTENDED
        case (BookingStatus.BOOKED | BookingStatus.ATTENDED | BookingStatus.ABSENT, BookingStep.MISS):
            return BookingStatus.ABSENT
        case _:
            raise IllegalTransition(N_("The booking"), STATUS_WORDS[status], STEP_WORDS[step])


def first_status(capacity: int, taken: int, waiting: int) -> BookingStatus:
    """Return what a new booking is: a place only if there is one that nobody waits for already."""
    return BookingStatus.BOOKED if taken + waiting < capacity else BookingStatus.WAITING


def moves_up(capacity: int, taken: int, waiting: Sequence[T]) -> Sequence[T]:
    """Return who of those waiting, in the order in which they came, gets the places that are free."""
    return waiting[: max(capacity - taken, 0)]


def check_may_book(starts_at: datetime, book_until: datetime, channel: Channel, now: datetime) -> None:
    """Raise Conflict after the deadline; a trainer may book until the session begins."""
    if now >= (starts_at if channel is Channel.TRAINER else book_until):
        raise Conflict(N_("The time for booking is over"))


def check_may_cancel(
    starts_at: datetime,
    cancel_until: datetime,
    promoted_at: datetime | None,
    status: BookingStatus,
    channel: Channel,
    now: datetime,
) -> None:
    """Raise Conflict after the deadline.

    Whoever waits, or got a place so late that they could not decline, may withdraw until the session begins;
    so may a trainer on somebody's behalf.
    """
    free_to_go = (
        channel is Channel.TRAINER
        or status is BookingStatus.WAITING
        or (promoted_at is not None and promoted_at >= cancel_until)
    )
    if now >= (starts_at if free_to_go else cancel_until):
        raise Conflict(N_("The time for withdrawing is over; please tell the trainer"))


def reason_of(channel: Channel) -> CancelReason:
    """Return why a booking ends when somebody takes it back."""
    match channel:
        case Channel.MANAGER:
            return CancelReason.MANAGER
        case Channel.TRAINER:
            return CancelReason.TRAINER
        case Channel.SELF | Channel.WALK_IN:
            return CancelReason.OWN_WISH
