"""Reading bookings, and which sessions exist for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from services.training.bookings.models import Booking, BookingNotice
from services.training.bookings.rules import LIVE, TAKEN, BookingStatus, Channel, NoticeKind
from services.training.permissions import SESSIONS_EDIT, manages, sees_all, visible
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import selected, selects_one_of
from services.training.sessions.rules import SessionStatus, Stage
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import end_of_day, local_date
from shared.db.paging import Page, paginate
from shared.directory import DirectoryPerson

# A notice is shown for so long after it was given.
NOTICE_DAYS = 7


@dataclass(frozen=True)
class Counts:
    """How many have a place, wait for one, and were there."""

    taken: int = 0
    waiting: int = 0
    attended: int = 0


@dataclass(frozen=True)
class Own:
    """A booking with its session; `ahead` is how many wait before it, for one that waits."""

    booking: Booking
    session: TrainingSession
    ahead: int


@dataclass(frozen=True)
class Participant:
    """A booking with whom it is for."""

    booking: Booking
    person: DirectoryPerson


def visible_sessions(principal: Principal) -> ColumnElement[bool]:
    """Return the condition under which a session exists for the principal.

    Trainers and auditors see all; an instructor those they teach; everybody else what is (or was) open to
    them or, for a manager, to one of their people, or what these have booked.
    """
    if sees_all(principal):
        return true()
    people = visible(principal, DirectoryPerson.id)
    has_booked = exists().where(
        Booking.session_id == TrainingSession.id, visible(principal, Booking.person_id)
    )
    open_to = and_(TrainingSession.status != SessionStatus.PLANNED, or_(selects_one_of(people), has_booked))
    if principal.person_id is None:
        return open_to
    return or_(open_to, TrainingSession.instructor_id == principal.person_id)


def count_bookings(session: Session, session_ids: Iterable[UUID]) -> dict[UUID, Counts]:
    """Return the counts of many sessions in one query."""
    found: dict[UUID, dict[BookingStatus, int]] = {}
    statement = (
        select(Booking.session_id, Booking.status, func.count())
        .where(Booking.session_id.in_(list(session_ids)))
        .group_by(Booking.session_id, Booking.status)
    )
    for session_id, status, number in session.execute(statement):
        found.setdefault(session_id, {})[status] = number
    return {
        session_id: Counts(
            taken=sum(numbers.get(status, 0) for status in TAKEN),
            waiting=numbers.get(BookingStatus.WAITING, 0),
            attended=numbers.get(BookingStatus.ATTENDED, 0),
        )
        for session_id, numbers in found.items()
    }


@dataclass(frozen=True)
class Listed:
    """A session as a list shows it: how full it is, how it stands, and the reader's own booking."""

    session: TrainingSession
    counts: Counts
    own: Own | None
    stage: Stage

    @property
    def free(self) -> int:
        """How many places nobody has."""
        return max(self.session.capacity - self.counts.taken, 0)


def listed(
    session: Session, found: Sequence[TrainingSession], person_id: UUID | None, now: datetime
) -> list[Listed]:
    """Return sessions as a list shows them, with two queries however many there are."""
    ids = [one.id for one in found]
    counts = count_bookings(session, ids)
    own = own_in(session, person_id, ids) if person_id is not None else {}
    return [
        Listed(
            one,
            taken := counts.get(one.id, Counts()),
            own.get(one.id),
            one.stage(one.capacity - taken.taken, now),
        )
        for one in found
    ]


def channel_for(session: Session, principal: Principal, person_id: UUID) -> Channel:
    """Return by which right the principal books for somebody; raise NotFound when by none."""
    if person_id == principal.person_id:
        return Channel.SELF
    if SESSIONS_EDIT.allows(principal):
        return Channel.TRAINER
    if manages(session, principal, person_id):
        return Channel.MANAGER
    raise NotFound(N_("This person is not on the roster"))


def get_booking(session: Session, booking_id: UUID, condition: ColumnElement[bool]) -> Booking:
    """Return the booking; raise NotFound when there is none or none for the asker. Read anew, not remembered."""
    found: Booking | None = session.scalar(
        select(Booking).where(Booking.id == booking_id, condition).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(N_("There is no such booking"))
    return found


def bookings_in(session: Session, session_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, Booking]:
    """Return the bookings of these people in a session, but those that were given up, by person."""
    statement = select(Booking).where(
        Booking.session_id == session_id,
        Booking.person_id.in_(list(person_ids)),
        Booking.status != BookingStatus.CANCELLED,
    )
    return {one.person_id: one for one in session.scalars(statement)}


def own_in(session: Session, person_id: UUID, session_ids: Sequence[UUID]) -> dict[UUID, Own]:
    """Return somebody's bookings in these sessions, but those given up, by session (one query)."""
    rows = session.execute(
        _own().where(
            Booking.person_id == person_id,
            Booking.session_id.in_(session_ids),
            Booking.status != BookingStatus.CANCELLED,
        )
    )
    return {one.session.id: one for one in map(_as_own, rows)}


def list_own(
    session: Session, person_id: UUID, *, after: datetime | None = None, before: datetime | None = None
) -> list[Own]:
    """Return somebody's bookings of sessions that end after or before a moment, the latter the latest first."""
    statement = _own().where(Booking.person_id == person_id)
    if after is not None:
        live = Booking.status != BookingStatus.CANCELLED
        kept = or_(live, TrainingSession.status == SessionStatus.CANCELLED)
        statement = statement.where(TrainingSession.ends_at > after, kept)
        statement = statement.order_by(TrainingSession.starts_at, TrainingSession.id)
    if before is not None:
        statement = statement.where(
            TrainingSession.ends_at <= before, Booking.status != BookingStatus.CANCELLED
        ).order_by(TrainingSession.starts_at.desc(), TrainingSession.id)
    return [_as_own(row) for row in session.execute(statement.limit(200))]


def list_attended(session: Session, person_id: UUID, course_id: UUID) -> list[TrainingSession]:
    """Return the sessions of a course that somebody attended by a confirmed roll, the earliest first."""
    statement = (
        select(TrainingSession)
        .join(Booking, Booking.session_id == TrainingSession.id)
        .where(
            Booking.person_id == person_id,
            Booking.status == BookingStatus.ATTENDED,
            TrainingSession.course_id == course_id,
            TrainingSession.status.in_([SessionStatus.HELD, SessionStatus.CLOSED]),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(session.scalars(statement))


def list_clashes(
    session: Session, person_ids: Iterable[UUID], target: TrainingSession
) -> dict[UUID, TrainingSession]:
    """Return for each of these people another session that they booked for the same time, if there is one."""
    statement = (
        select(Booking.person_id, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(
            Booking.person_id.in_(list(person_ids)),
            Booking.status.in_(LIVE),
            TrainingSession.id != target.id,
            TrainingSession.starts_at < target.ends_at,
            TrainingSession.ends_at > target.starts_at,
        )
        .order_by(TrainingSession.starts_at.desc())
    )
    return {row.person_id: row.TrainingSession for row in session.execute(statement)}


def list_participants(
    session: Session, session_id: UUID, people: ColumnElement[bool], *, given_up: bool = False
) -> list[Participant]:
    """Return who is in a session in the order in which they came; `people` is a condition on Booking."""
    statement = (
        select(Booking, DirectoryPerson)
        .join(DirectoryPerson, DirectoryPerson.id == Booking.person_id)
        .where(Booking.session_id == session_id, people)
        .order_by(Booking.turn)
    )
    if not given_up:
        statement = statement.where(Booking.status != BookingStatus.CANCELLED)
    return [Participant(*row) for row in session.execute(statement)]


def list_waiting(session: Session, session_id: UUID, limit: int) -> list[Booking]:
    """Return who waits, those who came first first."""
    statement = (
        select(Booking)
        .where(Booking.session_id == session_id, Booking.status == BookingStatus.WAITING)
        .order_by(Booking.turn)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def list_live(session: Session, session_id: UUID) -> list[Booking]:
    """Return everybody who has a place or waits for one, read anew."""
    statement = (
        select(Booking)
        .where(Booking.session_id == session_id, Booking.status.in_(LIVE))
        .order_by(Booking.turn)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def last_turn(session: Session, session_id: UUID) -> int:
    """Return the turn of whoever came last, 0 when nobody did."""
    return session.scalar(select(func.max(Booking.turn)).where(Booking.session_id == session_id)) or 0


def list_candidates(
    session: Session,
    target: TrainingSession,
    people: ColumnElement[bool],
    *,
    today: date,
    search: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DirectoryPerson]:
    """Return one page of those whom the session is for and who are not in it, by employee number."""
    is_in = exists().where(
        Booking.session_id == target.id,
        Booking.person_id == DirectoryPerson.id,
        Booking.status != BookingStatus.CANCELLED,
    )
    statement = (
        select(DirectoryPerson)
        .join(TrainingSession, TrainingSession.id == target.id)
        .where(
            people,
            *selected(),
            ~is_in,
            DirectoryPerson.hired_on <= today,
            or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= local_date(target.starts_at)),
        )
    )
    if search:
        statement = statement.where(
            or_(
                DirectoryPerson.name.contains(search, autoescape=True),
                DirectoryPerson.employee_no.contains(search, autoescape=True),
            )
        )
    keys = [DirectoryPerson.employee_no, DirectoryPerson.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit)


def list_notices(
    session: Session, person_id: UUID, now: datetime
) -> list[tuple[BookingNotice, TrainingSession]]:
    """Return what somebody was told lately about sessions that are not over, the newest first."""
    statement = (
        select(BookingNotice, TrainingSession)
        .join(TrainingSession, TrainingSession.id == BookingNotice.session_id)
        .where(
            BookingNotice.person_id == person_id,
            BookingNotice.sent_at > now - timedelta(days=NOTICE_DAYS),
            TrainingSession.ends_at > now,
        )
        .order_by(BookingNotice.sent_at.desc(), BookingNotice.id.desc())
        .limit(20)
    )
    return [(notice, found) for notice, found in session.execute(statement)]


def list_to_remind(session: Session, now: datetime, limit: int) -> list[tuple[Booking, TrainingSession]]:
    """Return whose session takes place by the end of tomorrow and who has not been reminded of it."""
    told = exists().where(
        BookingNotice.booking_id == Booking.id,
        BookingNotice.kind == NoticeKind.TOMORROW,
        BookingNotice.mark == TrainingSession.sequence,
    )
    statement = (
        select(Booking, TrainingSession)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(
            Booking.status == BookingStatus.BOOKED,
            TrainingSession.status == SessionStatus.OPEN,
            TrainingSession.starts_at > now,
            TrainingSession.starts_at < end_of_day(local_date(now) + timedelta(days=1)),
            ~told,
        )
        .order_by(Booking.id)
        .limit(limit)
    )
    return [(booking, found) for booking, found in session.execute(statement)]


def list_of_leaver(session: Session, person_id: UUID, after: datetime) -> list[Booking]:
    """Return the bookings of somebody who leaves, for sessions after they have gone, in the order of sessions."""
    statement = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.session_id)
        .where(
            Booking.person_id == person_id,
            Booking.status.in_(LIVE),
            TrainingSession.status == SessionStatus.OPEN,
            TrainingSession.starts_at >= after,
        )
        .order_by(Booking.session_id)
    )
    return list(session.scalars(statement))


def _own() -> Select[Booking, TrainingSession, int]:
    before = aliased(Booking)
    ahead = (
        select(func.count())
        .where(
            Booking.status == BookingStatus.WAITING,
            before.session_id == Booking.session_id,
            before.status == BookingStatus.WAITING,
            before.turn < Booking.turn,
        )
        .correlate(Booking)
        .scalar_subquery()
    )
    return select(Booking, TrainingSession, ahead).join(
        TrainingSession, TrainingSession.id == Booking.session_id
    )


def _as_own(row: Row[Booking, TrainingSession, int]) -> Own:
    booking, session, ahead = row
    return Own(booking, session, ahead)
