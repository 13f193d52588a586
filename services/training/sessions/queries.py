"""Reading sessions. `visible` is the condition on sessions that the asker may see (see the bookings' queries)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from services.training.courses.models import CourseVersion
from services.training.courses.rules import VersionStatus
from services.training.parts.rules import PartKind
from services.training.sessions.models import CheckInKey, TrainingSession
from services.training.sessions.rules import SessionKind, SessionStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson
from shared.messages.people import ProductLine


class When(StrEnum):
    """Which sessions a list shows: what is to come or goes on, or what is over."""

    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True)
class SessionFilter:
    """What a list is narrowed to; `bookable`: only what is open for booking."""

    when: When = When.UPCOMING
    kind: SessionKind | None = None
    course_id: UUID | None = None
    bookable: bool = False


def get_session(session: Session, session_id: UUID, visible: ColumnElement[bool]) -> TrainingSession:
    """Return the session; raise NotFound when there is none or none for the asker."""
    found: TrainingSession | None = session.scalar(
        select(TrainingSession).where(TrainingSession.id == session_id, visible)
    )
    if found is None:
        raise NotFound(N_("There is no such session"))
    return found


def lock_session(session: Session, session_id: UUID) -> TrainingSession:
    """Return the session as it is now, and keep everybody else from its places until this transaction ends.

    Who is first is decided here: on PostgreSQL by the row's lock, on SQLite by the write transaction itself.
    Raises NotFound.
    """
    found: TrainingSession | None = session.scalar(
        select(TrainingSession)
        .where(TrainingSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(N_("There is no such session"))
    return found


def list_sessions(
    session: Session,
    visible: ColumnElement[bool],
    wanted: SessionFilter,
    *,
    now: datetime,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[TrainingSession]:
    """Return one page of sessions: the next one first, or of those that are over the latest first."""
    upcoming = wanted.when is When.UPCOMING
    over = TrainingSession.ends_at <= now
    statement = select(TrainingSession).where(visible, ~over if upcoming else over)
    if wanted.kind is not None:
        statement = statement.where(TrainingSession.kind == wanted.kind)
    if wanted.course_id is not None:
        statement = statement.where(TrainingSession.course_id == wanted.course_id)
    if wanted.bookable:
        statement = statement.where(TrainingSession.status == SessionStatus.OPEN)
    return paginate(
        session,
        statement,
        keys=[TrainingSession.starts_at, TrainingSession.id],
        cursor=cursor,
        limit=limit,
        descending=not upcoming,
    )


def next_days(session: Session, now: datetime) -> dict[UUID, date | None]:
    """Return, for each course that cannot be completed without a session, the day of the next one, or None.

    Two queries: a company has dozens of courses, and of sessions those that are still to come.
    """
    versions = session.scalars(select(CourseVersion).where(CourseVersion.status == VersionStatus.PUBLISHED))
    needs = {
        one.course_id for one in versions if any(part.kind is PartKind.SESSION for part in one.content.parts)
    }
    statement = (
        select(TrainingSession.course_id, func.min(TrainingSession.starts_at))
        .where(
            TrainingSession.course_id.in_(needs),
            TrainingSession.starts_at > now,
            TrainingSession.status.in_((SessionStatus.PLANNED, SessionStatus.OPEN)),
        )
        .group_by(TrainingSession.course_id)
    )
    found = {row[0]: local_date(row[1]) for row in session.execute(statement)}
    return {course_id: found.get(course_id) for course_id in needs}


def get_secret(session: Session, session_id: UUID) -> bytes:
    """Return the secret of a session's codes; raise NotFound."""
    found = session.scalar(select(CheckInKey.secret).where(CheckInKey.session_id == session_id))
    if found is None:
        raise NotFound(N_("There is no such session"))
    return found


def selects_one_of(people: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a session's audience selects one of these people (on DirectoryPerson)."""
    return exists().where(people, *selected())


def selected() -> list[ColumnElement[bool]]:
    """Return what must hold between DirectoryPerson and TrainingSession: Audience.selects, in SQL."""
    by_code = [
        or_(column == "", column.like("%|" + own + "|%"))
        for column, own in (
            (TrainingSession.for_positions, DirectoryPerson.position),
            (TrainingSession.for_regions, DirectoryPerson.region),
        )
    ]
    lines = [
        and_(
            TrainingSession.for_lines.contains(f"|{one.value}|"),
            DirectoryPerson.product_lines.contains(f"|{one.value}|"),
        )
        for one in ProductLine
    ]
    return [
        *by_code,
        or_(TrainingSession.for_lines == "", *lines),
        or_(TrainingSession.hired_from.is_(None), DirectoryPerson.hired_on >= TrainingSession.hired_from),
        or_(TrainingSession.hired_until.is_(None), DirectoryPerson.hired_on <= TrainingSession.hired_until),
    ]
