"""Sessions with an instructor, bookings, attendance, feedback and calendars."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messages.base import message


@message("training.session.planned.v1")
@dataclass(frozen=True)
class SessionPlanned:
    """A session is prepared; nobody can book it yet."""

    session_id: UUID
    course_id: UUID | None
    kind: str
    starts_at: datetime
    ends_at: datetime
    capacity: int


@message("training.session.edited.v1")
@dataclass(frozen=True)
class SessionEdited:
    """What is said of the session changed; `sequence` counts the changes that calendars have to know of."""

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    sequence: int


@message("training.session.opened.v1")
@dataclass(frozen=True)
class SessionOpened:
    """Those whom it is for can book it."""

    session_id: UUID


@message("training.session.cancelled.v1")
@dataclass(frozen=True)
class SessionCancelled:
    """It will not take place; the reason is kept with the session."""

    session_id: UUID


@message("training.session.held.v1")
@dataclass(frozen=True)
class SessionHeld:
    """The roll was confirmed: so many came, so many did not."""

    session_id: UUID
    attended: int
    absent: int


@message("training.session.closed.v1")
@dataclass(frozen=True)
class SessionClosed:
    """Nothing is going to change any more; `entry_id` is the library's entry of its case, if it had one."""

    session_id: UUID
    entry_id: UUID | None


@message("training.booking.booked.v1")
@dataclass(frozen=True)
class BookingBooked:
    """Somebody has a place; `channel`: `self`, `manager` or `trainer`."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID
    channel: str


@message("training.booking.queued.v1")
@dataclass(frozen=True)
class BookingQueued:
    """Somebody waits for a place; `turn` says who came before whom."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID
    channel: str
    turn: int


@message("training.booking.promoted.v1")
@dataclass(frozen=True)
class BookingPromoted:
    """Somebody who waited has a place now."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID


@message("training.booking.cancelled.v1")
@dataclass(frozen=True)
class BookingCancelled:
    """A place, or a turn in the waiting list, was given up; why: see CancelReason of the bookings."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID
    why: str


@message("training.booking.walked_in.v1")
@dataclass(frozen=True)
class BookingWalkedIn:
    """Somebody came without a booking and was let in; `how`: `roll` or `code`."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID
    how: str


@message("training.booking.marked.v1")
@dataclass(frozen=True)
class BookingMarked:
    """The roll: `present`, `late` or `absent`, with the minutes that count; `how`: `roll` or `code`."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID
    presence: str
    minutes: int
    how: str


@message("training.booking.corrected.v1")
@dataclass(frozen=True)
class BookingCorrected:
    """A confirmed roll was put right; the reason is kept with the booking."""

    booking_id: UUID
    session_id: UUID
    person_id: UUID
    before: str
    presence: str
    minutes: int


@message("training.session.notice_sent.v1")
@dataclass(frozen=True)
class SessionNoticeSent:
    """Somebody was told about their booking; kind: see NoticeKind of the bookings."""

    booking_id: UUID
    person_id: UUID
    kind: str


@message("training.session.feedback_given.v1")
@dataclass(frozen=True)
class FeedbackGiven:
    """Somebody who was there gave feedback; what they said stays in training's own table."""

    session_id: UUID


@message("training.session.feedback_changed.v1")
@dataclass(frozen=True)
class FeedbackChanged:
    """Feedback was given anew in place of the earlier one."""

    session_id: UUID


@message("training.session.case_written.v1")
@dataclass(frozen=True)
class SeminarCaseWritten:
    """The case of a seminar was written or changed; `sha256` is the digest of its title, text and files."""

    session_id: UUID
    sha256: str


@message("training.calendar_feed.made.v1")
@dataclass(frozen=True)
class CalendarFeedMade:
    """Somebody made a secret address at which a calendar program finds their sessions."""

    feed_id: UUID
    person_id: UUID


@message("training.calendar_feed.revoked.v1")
@dataclass(frozen=True)
class CalendarFeedRevoked:
    """The address answers nobody any more."""

    feed_id: UUID
    person_id: UUID
