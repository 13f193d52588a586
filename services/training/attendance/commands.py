"""Calling the roll, letting people in by the code on the screen, and completing what attendance completes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import true

from services.training.attempts.commands import satisfy_part, withdraw_part
from services.training.attempts.queries import list_resting
from services.training.attendance.queries import list_taken_back
from services.training.attendance.rules import (
    Mark,
    check_correction,
    check_door,
    check_take_back,
    count_roll,
    may_come_in,
    minutes_from,
    minutes_of,
    presence_at,
    step_for,
)
from services.training.bookings.commands import end_booking, new_booking
from services.training.bookings.models import Booking
from services.training.bookings.queries import bookings_in, last_turn, list_attended, list_participants
from services.training.bookings.rules import (
    BookingStatus,
    CancelReason,
    Channel,
    Means,
    Presence,
    next_status,
)
from services.training.enrolment.commands import Completion
from services.training.parts.rules import PartKind
from services.training.sessions.commands import end_as_held
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import lock_session
from services.training.sessions.rules import SessionStatus, SessionStep
from services.training.sessions.rules import next_status as next_session_status
from shared.core.errors import Conflict, NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import append
from shared.messages.training import BookingCorrected, BookingMarked, BookingWalkedIn


def check_in(
    uow: UnitOfWork, session_id: UUID, person: DirectoryPerson, *, actor: Principal, now: datetime
) -> Booking:
    """Mark somebody as present who scanned a good code; twice is once.

    Raises IllegalTransition when the session does not take place or its roll is confirmed, Conflict while the
    door is not open and for somebody without a place when there is none.
    """
    session = lock_session(uow.session, session_id)
    next_session_status(session.status, SessionStep.MARK)
    check_door(session.starts_at, session.ends_at, now)
    booking = bookings_in(uow.session, session_id, [person.id]).get(person.id)
    if booking is not None and booking.status is BookingStatus.ATTENDED:
        return booking
    if booking is None or booking.status is BookingStatus.WAITING:
        _check_room(uow, session, now)
    if booking is None:
        booking = _walk_in(uow, session, person, Means.CODE, actor, now)
    presence = presence_at(session.starts_at, now)
    minutes = minutes_from(session.starts_at, session.ends_at, now)
    _mark(uow, booking, presence, minutes, Means.CODE, actor, now)
    return booking


def walk_in(
    uow: UnitOfWork, session_id: UUID, person: DirectoryPerson, *, actor: Principal, now: datetime
) -> Booking:
    """Put somebody on the roll who came without a booking; whoever calls it decides that there is room.

    Raises IllegalTransition unless the session is open, Conflict before it begins and for somebody who is on
    the roll already.
    """
    session = lock_session(uow.session, session_id)
    next_session_status(session.status, SessionStep.MARK)
    _check_begun(session, now)
    booking = bookings_in(uow.session, session_id, [person.id]).get(person.id)
    if booking is not None and booking.status is not BookingStatus.WAITING:
        message = N_("%(name)s is on the roll already", name=person.name)
        raise Conflict(message, fields={"employee_no": [message]})
    if booking is None:
        booking = _walk_in(uow, session, person, Means.ROLL, actor, now)
    presence = presence_at(session.starts_at, now)
    _mark(uow, booking, presence, session.details.minutes, Means.ROLL, actor, now)
    return booking


def call_roll(
    uow: UnitOfWork,
    session_id: UUID,
    marks: Sequence[Mark],
    *,
    reason: str = "",
    take_back: int = 0,
    actor: Principal,
    now: datetime,
) -> int:
    """Save what the roll says and return how many marks changed.

    Before it is confirmed marks come and go; afterwards each change is a correction with its reason, and
    whoever turns out to have been there completes what the session completes. What rested on the attendance of
    somebody who turns out not to have been there is taken back; `take_back` is how many completions whoever
    corrects knows of. Raises IllegalTransition, NotFound for a booking of another session, Conflict for minutes
    that cannot be, for a missing reason, and for another number of completions.
    """
    session = lock_session(uow.session, session_id)
    corrects = session.status is SessionStatus.HELD
    next_session_status(session.status, SessionStep.CORRECT if corrects else SessionStep.MARK)
    _check_begun(session, now)
    on_roll = {one.booking.id: one.booking for one in list_participants(uow.session, session_id, true())}
    if corrects:
        going = len(list_taken_back(uow.session, session, on_roll.values(), marks))
        if going:
            check_correction(reason)
        check_take_back(going, take_back)
    changed = 0
    for mark in marks:
        booking = on_roll.get(mark.booking_id)
        if booking is None:
            raise NotFound(N_("There is no such booking"))
        minutes = minutes_of(mark, session.details.minutes)
        if (booking.presence, booking.minutes) == (mark.presence, minutes):
            continue
        changed += 1
        if corrects:
            check_correction(reason)
            _correct(uow, session, booking, mark.presence, minutes, reason, actor, now)
        else:
            _mark(uow, booking, mark.presence, minutes, Means.ROLL, actor, now)
    return changed


def confirm_roll(uow: UnitOfWork, session_id: UUID, *, actor: Principal, now: datetime) -> TrainingSession:
    """Confirm the roll: who was not marked was absent, who still waits is let go, who came completes the part.

    Raises IllegalTransition unless the session is open, Conflict before it begins.
    """
    session = lock_session(uow.session, session_id)
    next_session_status(session.status, SessionStep.HOLD)
    _check_begun(session, now)
    roll = [one.booking for one in list_participants(uow.session, session_id, true())]
    for booking in roll:
        if booking.status is BookingStatus.WAITING:
            end_booking(uow, booking, CancelReason.NOT_REACHED, actor=actor, now=now)
        elif booking.status is BookingStatus.BOOKED:
            _mark(uow, booking, Presence.ABSENT, 0, Means.ROLL, actor, now)
    kept = [one for one in roll if one.status is not BookingStatus.CANCELLED]
    attended, absent = count_roll(one.status for one in kept)
    end_as_held(uow, session, attended=attended, absent=absent, actor=actor, now=now)
    for booking in kept:
        if booking.status is BookingStatus.ATTENDED:
            complete(uow, session, booking, actor=actor, now=now)
    return session


def complete(
    uow: UnitOfWork, session: TrainingSession, booking: Booking, *, actor: Principal, now: datetime
) -> Completion | None:
    """Let attendance count for the course, if the session is held for one and it is asked of the person."""
    if session.course_id is None:
        return None
    return satisfy_part(
        uow,
        booking.person_id,
        session.course_id,
        PartKind.SESSION,
        str(session.id),
        actor=actor,
        now=now,
    )


def _mark(
    uow: UnitOfWork,
    booking: Booking,
    presence: Presence,
    minutes: int,
    means: Means,
    actor: Principal,
    now: datetime,
) -> None:
    _set(booking, presence, minutes, means, now)
    marked = BookingMarked(booking.id, booking.session_id, booking.person_id, presence, minutes, means)
    append(uow, marked, row=booking, actor=actor, now=now, person_id=booking.person_id)


def _correct(
    uow: UnitOfWork,
    session: TrainingSession,
    booking: Booking,
    presence: Presence,
    minutes: int,
    reason: str,
    actor: Principal,
    now: datetime,
) -> None:
    before = booking.presence or Presence.ABSENT
    was_there = booking.status is BookingStatus.ATTENDED
    _set(booking, presence, minutes, Means.ROLL, now)
    booking.correction = reason.strip()
    corrected = BookingCorrected(booking.id, session.id, booking.person_id, before, presence, minutes)
    append(uow, corrected, row=booking, actor=actor, now=now, person_id=booking.person_id)
    if booking.status is BookingStatus.ATTENDED and not was_there:
        complete(uow, session, booking, actor=actor, now=now)
    elif was_there and booking.status is not BookingStatus.ATTENDED:
        _uncomplete(uow, session, booking, actor, now)


def _uncomplete(
    uow: UnitOfWork, session: TrainingSession, booking: Booking, actor: Principal, now: datetime
) -> None:
    """Take back what rested on having been there.

    Another session of the course that they attended counts in its stead: one that counted for nothing so far, and
    was held when they were asked for the course.
    """
    if session.course_id is None:
        return
    person_id, course_id, reason = booking.person_id, session.course_id, booking.correction or ""
    kind = PartKind.SESSION
    counted_for = withdraw_part(
        uow, person_id, course_id, kind, str(session.id), reason, actor=actor, now=now
    )
    asked_at = min((one.made_at for one in counted_for), default=now)
    for other in list_attended(uow.session, person_id, course_id):
        counts = list_resting(uow.session, course_id, kind, str(other.id), [person_id])
        if other.id != session.id and other.ends_at >= asked_at and not counts:
            complete(uow, other, booking, actor=actor, now=now)


def _set(booking: Booking, presence: Presence, minutes: int, means: Means, now: datetime) -> None:
    booking.status = next_status(booking.status, step_for(presence))
    booking.presence = presence
    booking.minutes = minutes
    booking.marked_at = now
    booking.marked_by = means


def _walk_in(
    uow: UnitOfWork,
    session: TrainingSession,
    person: DirectoryPerson,
    means: Means,
    actor: Principal,
    now: datetime,
) -> Booking:
    turn = last_turn(uow.session, session.id) + 1
    booking = new_booking(session.id, person.id, BookingStatus.BOOKED, Channel.WALK_IN, turn, now)
    uow.session.add(booking)
    walked_in = BookingWalkedIn(booking.id, session.id, person.id, means)
    append(uow, walked_in, row=booking, actor=actor, now=now, person_id=person.id)
    return booking


def _check_room(uow: UnitOfWork, session: TrainingSession, now: datetime) -> None:
    statuses = [one.booking.status for one in list_participants(uow.session, session.id, true())]
    room = may_come_in(
        capacity=session.capacity,
        booked=statuses.count(BookingStatus.BOOKED),
        attended=statuses.count(BookingStatus.ATTENDED),
        starts_at=session.starts_at,
        now=now,
    )
    if not room:
        raise Conflict(
            N_("All places are taken. Places that stay empty are given away 15 minutes after the beginning.")
        )


def _check_begun(session: TrainingSession, now: datetime) -> None:
    if now < session.starts_at:
        raise Conflict(N_("The roll is called once the session has begun"))
