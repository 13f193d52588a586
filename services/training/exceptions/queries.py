"""Reading exceptions, and finding due dates that cannot be met. `visible` is a condition on people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import VersionStatus
from services.training.exceptions.models import DueException
from services.training.exceptions.rules import ON_LEAVE, ExceptionStatus
from services.training.permissions import manages
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson

# Nothing that is due later than this is looked at: a rule that finds it then is early enough.
_LOOKED_AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class ExceptionDetail:
    """An exception with what it is about."""

    exception: DueException
    assignment: Assignment
    course: Course
    person: DirectoryPerson


@dataclass(frozen=True)
class Doubtful:
    """An open assignment that a rule has to look at; `has_version`: its course can be taken."""

    assignment: Assignment
    person: DirectoryPerson
    has_version: bool


def get_exception(session: Session, exception_id: UUID, visible: ColumnElement[bool]) -> ExceptionDetail:
    """Return the exception with its assignment, course and person; raise NotFound."""
    statement = _detailed().where(DueException.id == exception_id, visible)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such exception"))
    return ExceptionDetail(*found)


def list_exceptions(
    session: Session,
    visible: ColumnElement[bool],
    *,
    status: ExceptionStatus | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[DueException]:
    """Return one page of exceptions, the one that has waited longest first."""
    statement = select(DueException).where(visible)
    if status is not None:
        statement = statement.where(DueException.status == status)
    keys = [DueException.requested_at, DueException.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit)


def details_of(session: Session, exceptions: Sequence[DueException]) -> list[ExceptionDetail]:
    """Return exceptions with what they are about, in their order (one query)."""
    statement = _detailed().where(DueException.id.in_([one.id for one in exceptions]))
    found = {row[0].id: ExceptionDetail(*row) for row in session.execute(statement)}
    return [found[one.id] for one in exceptions if one.id in found]


def count_exceptions(session: Session, visible: ColumnElement[bool]) -> dict[ExceptionStatus, int]:
    """Return how many exceptions there are in each state."""
    statement = select(DueException.status, func.count()).where(visible).group_by(DueException.status)
    return {row[0]: row[1] for row in session.execute(statement)}


def list_of_assignment(session: Session, assignment_id: UUID) -> list[DueException]:
    """Return all exceptions of an assignment, the oldest first."""
    statement = (
        select(DueException)
        .where(DueException.assignment_id == assignment_id)
        .order_by(DueException.requested_at, DueException.id)
    )
    return list(session.scalars(statement))


def check_asker(session: Session, principal: Principal, person_id: UUID) -> None:
    """Raise NotFound unless the principal may ask for another date for somebody: themselves, or whom they manage."""
    if person_id != principal.person_id and not manages(session, principal, person_id):
        raise NotFound(N_("There is no such assignment"))


def find_requested(session: Session, assignment_id: UUID) -> DueException | None:
    """Return the exception of an assignment that awaits a decision, or None."""
    return session.scalar(
        select(DueException).where(
            DueException.assignment_id == assignment_id, DueException.status == ExceptionStatus.REQUESTED
        )
    )


def list_doubtful(
    session: Session,
    today: date,
    *,
    session_courses: Collection[UUID],
    after: UUID | None,
    limit: int,
) -> list[Doubtful]:
    """Return the next open assignments, by id, whose due date rules.why_impossible may find cannot be met.

    `session_courses` cannot be completed without a session. What was looked at for the same due date before,
    whatever was decided, is not looked at again.
    """
    published = exists().where(
        CourseVersion.course_id == Assignment.course_id, CourseVersion.status == VersionStatus.PUBLISHED
    )
    known = exists().where(
        DueException.assignment_id == Assignment.id,
        or_(DueException.due_on == Assignment.due_on, DueException.status == ExceptionStatus.REQUESTED),
    )
    statement = (
        select(Assignment, DirectoryPerson, published)
        .join(DirectoryPerson, DirectoryPerson.id == Assignment.person_id)
        .where(
            Assignment.status.in_(OPEN),
            Assignment.released_at.is_(None),
            Assignment.due_on.between(today, today + _LOOKED_AHEAD),
            or_(
                Assignment.due_on < DirectoryPerson.hired_on,
                Assignment.due_on < Assignment.opens_on,
                DirectoryPerson.tags.contains(f"|{ON_LEAVE}|"),
                ~published,
                Assignment.course_id.in_(session_courses),
            ),
            ~known,
        )
        .order_by(Assignment.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Assignment.id > after)
    return [Doubtful(*row) for row in session.execute(statement)]


def list_settled(session: Session, limit: int) -> list[DueException]:
    """Return exceptions that await a decision about something that has ended meanwhile."""
    statement = (
        select(DueException)
        .join(Assignment, Assignment.id == DueException.assignment_id)
        .where(DueException.status == ExceptionStatus.REQUESTED, Assignment.status.not_in(OPEN))
        .order_by(DueException.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def _detailed() -> Select[DueException, Assignment, Course, DirectoryPerson]:
    return (
        select(DueException, Assignment, Course, DirectoryPerson)
        .join(Assignment, Assignment.id == DueException.assignment_id)
        .join(Course, Course.id == DueException.course_id)
        .join(DirectoryPerson, DirectoryPerson.id == DueException.person_id)
    )
