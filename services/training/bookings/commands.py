"""Booking, giving up, moving up: every place is given under the session's lock, so who is first is never in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, true

from services.training.bookings.models import Booking, BookingNotice
from services.training.bookings.queries import (
    Counts,
    bookings_in,
    count_bookings,
    get_booking,
    last_turn,
    list_clashes,
    list_live,
    list_of_leaver,
    list_to_remind,
    list_waiting,
)
from services.training.bookings.rules import (
    BookingStatus,
    BookingStep,
    CancelReason,
    Channel,
    NoticeKind,
    check_may_book,
    check_may_cancel,
    first_status,
    moves_up,
    next_status,
    reason_of,
)
from services.training.sessions.commands import change_session, end_as_cancelled
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import lock_session
from services.training.sessions.rules import Details, SessionStatus, SessionStep
from services.training.sessions.rules import next_status as next_session_status
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_, Message
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import Entry, append, append_many, row_state
from shared.jobs import enqueue
from shared.messages.training import (
    BookingBooked,
    BookingCancelled,
    BookingPromoted,
    BookingQueued,
    SessionNoticeSent,
)

MAIL_JOB = "training.sessions.mail"


@dataclass(frozen=True)
class Asked:
    """What came of asking for a place for somebody: a booking, or why there is none."""

    person: DirectoryPerson
    booking: Booking | None
    refused: Message | None = None


def book(
    uow: UnitOfWork,
    session_id: UUID,
    person: DirectoryPerson,
    channel: Channel,
    *,
    actor: Principal,
    now: datetime,
) -> Booking:
    """Ask for a place: it is there, or the person waits for one. Asked twice, the first booking is the answer.

    Raises NotFound, IllegalTransition when the session is not open, Conflict after the deadline, for somebody
    whom the session is not for, and when they have booked another one for the same time.
    """
    (asked,) = book_many(uow, session_id, [person], channel, actor=actor, now=now)
    if asked.booking is None:
        assert asked.refused is not None
        raise Conflict(asked.refused)
    return asked.booking


def book_many(
    uow: UnitOfWork,
    session_id: UUID,
    people: Sequence[DirectoryPerson],
    channel: Channel,
    *,
    actor: Principal,
    now: datetime,
) -> list[Asked]:
    """Ask for places for many, in their order; whoever cannot have one is told why, the others are booked.

    Raises NotFound, IllegalTransition when the session is not open, Conflict after the deadline.
    """
    ids = [one.id for one in people]
    _lock_people(uow, ids)
    session = lock_session(uow.session, session_id)
    next_session_status(session.status, SessionStep.BOOK)
    check_may_book(session.starts_at, session.book_until, channel, now)
    had, clashes = bookings_in(uow.session, session_id, ids), list_clashes(uow.session, ids, session)
    counts = count_bookings(uow.session, [session_id]).get(session_id, Counts())
    taken, waiting, turn = counts.taken, counts.waiting, last_turn(uow.session, session_id)
    answers: list[Asked] = []
    made: list[Booking] = []
    for person in people:
        refused = _refusal(session, person, clashes.get(person.id))
        if person.id in had or refused is not None:
            answers.append(Asked(person, had.get(person.id), refused))
            continue
        turn += 1
        status = first_status(session.capacity, taken, waiting)
        taken += status is BookingStatus.BOOKED
        waiting += status is BookingStatus.WAITING
        booking = new_booking(session_id, person.id, status, channel, turn, now)
        had[person.id] = booking
        _add(uow, booking, actor, now)
        made.append(booking)
        answers.append(Asked(person, booking))
    if made and channel is not Channel.SELF:
        uow.session.flush()  # The notices refer to them.
        tell(uow, session, made, NoticeKind.BOOKED_FOR_YOU, actor=actor, now=now)
    return answers


def new_booking(
    session_id: UUID, person_id: UUID, status: BookingStatus, channel: Channel, turn: int, now: datetime
) -> Booking:
    """Return a booking that is not yet in the database."""
    return Booking(
        id=new_id(),
        session_id=session_id,
        person_id=person_id,
        status=status,
        channel=channel,
        turn=turn,
        asked_at=now,
    )


def cancel_booking(
    uow: UnitOfWork, booking: Booking, channel: Channel, *, actor: Principal, now: datetime
) -> None:
    """Give up a place, or a turn; whoever waits longest moves up. Raises IllegalTransition, Conflict (deadline)."""
    session = lock_session(uow.session, booking.session_id)
    booking = get_booking(uow.session, booking.id, true())
    next_status(booking.status, BookingStep.CANCEL)
    check_may_cancel(
        session.starts_at, session.cancel_until, booking.promoted_at, booking.status, channel, now
    )
    end_booking(uow, booking, reason_of(channel), actor=actor, now=now)
    if channel is not Channel.SELF:
        tell(uow, session, [booking], NoticeKind.TAKEN_OFF, actor=actor, now=now)
    fill_places(uow, session, now=now)


def end_booking(
    uow: UnitOfWork, booking: Booking, why: CancelReason, *, actor: Principal, now: datetime
) -> None:
    """End a booking that nobody has come on. Raises IllegalTransition."""
    booking.status = next_status(booking.status, BookingStep.CANCEL)
    booking.cancelled_at = now
    booking.cancel_reason = why
    cancelled = BookingCancelled(booking.id, booking.session_id, booking.person_id, why)
    append(uow, cancelled, row=booking, actor=actor, now=now, person_id=booking.person_id)


def fill_places(uow: UnitOfWork, session: TrainingSession, *, now: datetime) -> list[Booking]:
    """Give the places that are free to those who wait, strictly in their order, and tell them.

    The session is locked. Once it has begun nobody moves up any more: whoever comes is let in at the door.
    """
    if session.status is not SessionStatus.OPEN or now >= session.starts_at:
        return []
    uow.session.flush()  # The places just given up, or given, are counted by the database.
    taken = count_bookings(uow.session, [session.id]).get(session.id, Counts()).taken
    waiting = list_waiting(uow.session, session.id, max(session.capacity - taken, 0))
    promoted = list(moves_up(session.capacity, taken, waiting))
    for booking in promoted:
        booking.status = next_status(booking.status, BookingStep.PROMOTE)
        booking.promoted_at = now
        moved = BookingPromoted(booking.id, session.id, booking.person_id)
        append(uow, moved, row=booking, actor=SYSTEM, now=now, person_id=booking.person_id)
    tell(uow, session, promoted, NoticeKind.PROMOTED, actor=SYSTEM, now=now)
    return promoted


def edit_session(
    uow: UnitOfWork, session_id: UUID, details: Details, *, actor: Principal, now: datetime
) -> TrainingSession:
    """Change what is said of a session: those in it are told of a new time or place, more places are filled.

    Raises IllegalTransition once it was held, InvalidInput (fewer places than are taken, among others).
    """
    session = lock_session(uow.session, session_id)
    counts = count_bookings(uow.session, [session_id]).get(session_id, Counts())
    if change_session(uow, session, details, booked=counts.taken, actor=actor, now=now):
        live = list_live(uow.session, session_id)
        tell(uow, session, live, NoticeKind.MOVED, actor=actor, now=now)
    fill_places(uow, session, now=now)
    return session


def cancel_session(
    uow: UnitOfWork, session_id: UUID, reason: str, *, actor: Principal, now: datetime
) -> TrainingSession:
    """Cancel a session: everybody in it loses the booking and is told. Raises IllegalTransition, InvalidInput."""
    session = lock_session(uow.session, session_id)
    end_as_cancelled(uow, session, reason, actor=actor, now=now)
    live = list_live(uow.session, session_id)
    for booking in live:
        end_booking(uow, booking, CancelReason.SESSION_CANCELLED, actor=actor, now=now)
    tell(uow, session, live, NoticeKind.SESSION_CANCELLED, actor=actor, now=now)
    return session


def release_leaver(uow: UnitOfWork, person_id: UUID, left_on: date, *, now: datetime) -> None:
    """Give up what somebody who leaves has booked for the time after their last day."""
    for found in list_of_leaver(uow.session, person_id, end_of_day(left_on)):
        session = lock_session(uow.session, found.session_id)
        booking = get_booking(uow.session, found.id, true())
        end_booking(uow, booking, CancelReason.LEFT, actor=SYSTEM, now=now)
        fill_places(uow, session, now=now)


def tell(
    uow: UnitOfWork,
    session: TrainingSession,
    bookings: Sequence[Booking],
    kind: NoticeKind,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Tell people about their bookings of a session: on their own pages now, and by mail soon."""
    told: list[UUID] = []
    for booking in bookings:
        notice = BookingNotice(**notice_row(booking.id, session, booking.person_id, kind, now))
        uow.session.add(notice)
        sent = SessionNoticeSent(booking.id, booking.person_id, kind)
        append(uow, sent, row=notice, actor=actor, now=now, person_id=booking.person_id)
        told.append(notice.id)
    _mail_later(uow, told, now)


def notice_row(
    booking_id: UUID, session: TrainingSession, person_id: UUID, kind: NoticeKind, now: datetime
) -> dict[str, Any]:
    """Return the columns of a notice but its last event."""
    return {
        "id": new_id(),
        "booking_id": booking_id,
        "session_id": session.id,
        "person_id": person_id,
        "kind": kind,
        "mark": session.sequence,
        "sent_at": now,
    }


def remind_chunk(uow: UnitOfWork, *, now: datetime, limit: int = 500) -> int:
    """Remind the next people of what takes place by the end of tomorrow; 0 when everybody has been."""
    rows = [
        notice_row(booking.id, session, booking.person_id, NoticeKind.TOMORROW, now)
        for booking, session in list_to_remind(uow.session, now, limit)
    ]
    if rows:
        entries = [_notice_entry(row, now) for row in rows]
        uow.session.execute(insert(BookingNotice), rows)
        append_many(uow.session.connection(), entries)
        _mail_later(uow, [row["id"] for row in rows], now)
    return len(rows)


def _mail_later(uow: UnitOfWork, notice_ids: Sequence[UUID], now: datetime) -> None:
    """Let a job put these notices into the post, once they are committed."""
    if notice_ids:
        enqueue(uow, MAIL_JOB, {"notice_ids": notice_ids}, now=now, created_by=SYSTEM)


def _notice_entry(row: dict[str, Any], now: datetime) -> Entry:
    entry = Entry(
        SessionNoticeSent(row["booking_id"], row["person_id"], row["kind"]),
        f"{BookingNotice.__audit_kind__}/{row['id']}",
        SYSTEM.actor,
        now,
        person_id=row["person_id"],
        state=row_state(BookingNotice, row),
    )
    row["last_event_id"] = entry.id
    return entry


def _lock_people(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Let nobody book two sessions of the same time at once; in one order, so that none waits for another."""
    uow.session.execute(
        select(DirectoryPerson.id)
        .where(DirectoryPerson.id.in_(ids))
        .order_by(DirectoryPerson.id)
        .with_for_update(key_share=True)
    )


def _refusal(
    session: TrainingSession, person: DirectoryPerson, clash: TrainingSession | None
) -> Message | None:
    if not person.is_here_on(local_date(session.starts_at)):
        return N_("%(name)s is not on the roster on that day", name=person.name)
    if not session.audience.selects(person):
        return N_("This session is not meant for %(name)s", name=person.name)
    if clash is not None:
        return N_("%(name)s has booked “%(title)s” for the same time", name=person.name, title=clash.title)
    return None


def _add(uow: UnitOfWork, booking: Booking, actor: Principal, now: datetime) -> None:
    ids = (booking.id, booking.session_id, booking.person_id)
    told: BookingBooked | BookingQueued
    if booking.status is BookingStatus.BOOKED:
        told = BookingBooked(*ids, booking.channel)
    else:
        told = BookingQueued(*ids, booking.channel, booking.turn)
    uow.session.add(booking)
    append(uow, told, row=booking, actor=actor, now=now, person_id=booking.person_id)
