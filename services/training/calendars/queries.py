"""Reading calendar feeds, and what is in somebody's calendar."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.training.bookings.models import Booking
from services.training.bookings.rules import BookingStatus
from services.training.calendars.models import CalendarFeed
from services.training.calendars.rules import Appointment
from services.training.sessions.models import TrainingSession
from services.training.sessions.rules import INSTRUCTOR_WORDS

# What is over stays in the feed for so long.
_KEPT = timedelta(days=90)


def digest_of(token: str) -> bytes:
    """Return what is kept of a feed's secret."""
    return hashlib.sha256(token.encode()).digest()


def find_feed(session: Session, person_id: UUID) -> CalendarFeed | None:
    """Return the person's feed that works, or None."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    )


def find_by_token(session: Session, token: str) -> CalendarFeed | None:
    """Return the feed of that secret if it works, or None."""
    return session.scalar(
        select(CalendarFeed).where(CalendarFeed.digest == digest_of(token), CalendarFeed.revoked_at.is_(None))
    )


@dataclass(frozen=True)
class Entry:
    """Somebody's latest booking of a session; `sequence` grows with every change that their calendar must show."""

    booking: Booking
    session: TrainingSession
    sequence: int

    def appointment(self, locale: str, base_url: str, now: datetime) -> Appointment:
        """Return it as it stands in a calendar; whoever waits for a place does not learn the link."""
        one, booking = self.session, self.booking
        colon = "：" if locale == "zh" else ": "
        teacher = f"{INSTRUCTOR_WORDS[one.instructor_kind].pick(locale)}{colon}{one.instructor_name}"
        return Appointment(
            session_id=one.id,
            title=one.title.pick(locale),
            about=one.about.pick(locale),
            where=one.place,
            link=one.link if booking.status is not BookingStatus.WAITING else "",
            teacher=f"{teacher} ({one.affiliation})" if one.affiliation else teacher,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            sequence=self.sequence,
            changed_at=now,
            cancelled=booking.status is BookingStatus.CANCELLED,
            tentative=booking.status is BookingStatus.WAITING,
            page_url=f"{base_url}/training/sessions/{one.id}",
        )


def list_entries(session: Session, person_id: UUID, now: datetime) -> list[Entry]:
    """Return what was or is in somebody's calendar lately and to come, given up or not, one entry a session."""
    lately = TrainingSession.ends_at > now - _KEPT
    return list(_entries(session, Booking.person_id == person_id, lately).values())


def entries_of(
    session: Session, session_ids: Collection[UUID], person_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], Entry]:
    """Return how sessions stand in the calendars of people, by session and person (one query)."""
    return _entries(session, Booking.session_id.in_(session_ids), Booking.person_id.in_(person_ids))


def _entries(session: Session, *conditions: ColumnElement[bool]) -> dict[tuple[UUID, UUID], Entry]:
    statement = (
        select(Booking, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(*conditions)
        .order_by(TrainingSession.starts_at, TrainingSession.id, Booking.turn)
    )
    latest: dict[tuple[UUID, UUID], Entry] = {}
    for booking, found in session.execute(statement):
        key = found.id, booking.person_id
        before = latest.get(key)
        earlier = before.sequence + 1 if before is not None else found.sequence
        latest[key] = Entry(booking, found, earlier + _changes(booking))
    return latest


def _changes(booking: Booking) -> int:
    """Return how often a booking changed for a calendar: when it moved up, and when it was given up."""
    return (booking.promoted_at is not None) + (booking.status is BookingStatus.CANCELLED)
