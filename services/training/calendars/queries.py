"""Reading calendar feeds, and what is in somebody's calendar."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.bookings.models import Booking
from services.training.bookings.rules import BookingStatus
from services.training.calendars.models import CalendarFeed
from services.training.sessions.models import TrainingSession

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


def list_entries(session: Session, person_id: UUID, now: datetime) -> list[Entry]:
    """Return what was or is in somebody's calendar lately and to come, given up or not, one entry a session."""
    statement = (
        select(Booking, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(Booking.person_id == person_id, TrainingSession.ends_at > now - _KEPT)
        .order_by(TrainingSession.starts_at, TrainingSession.id, Booking.turn)
    )
    latest: dict[UUID, Entry] = {}
    for booking, found in session.execute(statement):
        before = latest.get(found.id)
        earlier = before.sequence + 1 if before is not None else found.sequence
        latest[found.id] = Entry(booking, found, earlier + _changes(booking))
    return list(latest.values())


def _changes(booking: Booking) -> int:
    """Return how often a booking changed for a calendar: when it moved up, and when it was given up."""
    return (booking.promoted_at is not None) + (booking.status is BookingStatus.CANCELLED)
