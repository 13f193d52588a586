"""Reading waivers and credits. `visible` is the condition on people that the asker may see (permissions.py)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from services.training.courses.models import Course
from services.training.waivers.models import CourseCredit, Equivalence, Waiver
from services.training.waivers.rules import Credit, CreditKind, WaiverStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class WaiverDetail:
    """A waiver with whom and what it is about."""

    waiver: Waiver
    course: Course
    person: DirectoryPerson


@dataclass(frozen=True)
class Standing:
    """An equivalence with its two courses: whoever has done `by` need not take `course`."""

    equivalence: Equivalence
    course: Course
    by: Course


def credits_of(
    session: Session, people: ColumnElement[bool], course_ids: Collection[UUID] | None = None
) -> dict[UUID, list[Credit]]:
    """Return what counts in courses' stead, by person, those that count longest last: one query.

    `people` is a condition on CourseCredit.person_id. What has run out is among them, so that the course can be
    asked again as of then; what was taken back is not.
    """
    statement = select(CourseCredit).where(people, CourseCredit.ended_at.is_(None))
    if course_ids is not None:
        statement = statement.where(CourseCredit.course_id.in_(course_ids))
    found: dict[UUID, list[Credit]] = {}
    order = (CourseCredit.until.is_(None), CourseCredit.until, CourseCredit.since, CourseCredit.id)
    for one in session.scalars(statement.order_by(*order)):
        found.setdefault(one.person_id, []).append(one.credit)
    return found


def get_waiver(session: Session, waiver_id: UUID, visible: ColumnElement[bool]) -> WaiverDetail:
    """Return the waiver with its course and person; raise NotFound when there is none for the asker."""
    found = session.execute(
        select(Waiver, Course, DirectoryPerson)
        .join(Course, Course.id == Waiver.course_id)
        .join(DirectoryPerson, DirectoryPerson.id == Waiver.person_id)
        .where(Waiver.id == waiver_id, visible)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such waiver"))
    return WaiverDetail(*found)


def find_requested(session: Session, person_id: UUID, course_id: UUID) -> Waiver | None:
    """Return the request that awaits a decision, or None."""
    return session.scalar(
        select(Waiver).where(
            Waiver.person_id == person_id,
            Waiver.course_id == course_id,
            Waiver.status == WaiverStatus.REQUESTED,
        )
    )


def list_waivers(
    session: Session,
    visible: ColumnElement[bool],
    *,
    status: WaiverStatus | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Waiver]:
    """Return one page of waivers, the one that has waited longest first."""
    statement = select(Waiver).where(visible)
    if status is not None:
        statement = statement.where(Waiver.status == status)
    return paginate(session, statement, keys=[Waiver.requested_at, Waiver.id], cursor=cursor, limit=limit)


def count_waivers(session: Session, visible: ColumnElement[bool]) -> dict[WaiverStatus, int]:
    """Return how many waivers there are in each state."""
    rows = session.execute(select(Waiver.status, func.count()).where(visible).group_by(Waiver.status))
    return {row[0]: row[1] for row in rows}


def list_of_course(session: Session, person_id: UUID, course_id: UUID) -> list[Waiver]:
    """Return all waivers of a person for a course, the oldest first."""
    return list(
        session.scalars(
            select(Waiver)
            .where(Waiver.person_id == person_id, Waiver.course_id == course_id)
            .order_by(Waiver.requested_at, Waiver.id)
        )
    )


def get_credit(session: Session, credit_id: UUID, visible: ColumnElement[bool]) -> CourseCredit:
    """Return the credit; raise NotFound when there is none for the asker."""
    found: CourseCredit | None = session.scalar(
        select(CourseCredit).where(CourseCredit.id == credit_id, visible)
    )
    if found is None:
        raise NotFound(N_("There is no such exemption"))
    return found


def list_credits(
    session: Session, person_id: UUID, course_id: UUID | None = None, *, kind: CreditKind | None = None
) -> list[CourseCredit]:
    """Return all that counts or counted in the stead of a person's courses, the latest given last."""
    statement = select(CourseCredit).where(CourseCredit.person_id == person_id)
    if course_id is not None:
        statement = statement.where(CourseCredit.course_id == course_id)
    if kind is not None:
        statement = statement.where(CourseCredit.kind == kind)
    return list(session.scalars(statement.order_by(CourseCredit.given_at, CourseCredit.id)))


def credits_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, CourseCredit]:
    """Return credits by their ids, in one query."""
    return {one.id: one for one in session.scalars(select(CourseCredit).where(CourseCredit.id.in_(ids)))}


def list_from_source(session: Session, source_id: UUID) -> list[CourseCredit]:
    """Return what a waiver or a completed assignment gave and was not taken back."""
    return list(
        session.scalars(
            select(CourseCredit).where(CourseCredit.source_id == source_id, CourseCredit.ended_at.is_(None))
        )
    )


def get_equivalence(session: Session, equivalence_id: UUID) -> Equivalence:
    """Return the equivalence; raise NotFound."""
    found = session.get(Equivalence, equivalence_id)
    if found is None:
        raise NotFound(N_("There is no such equivalence"))
    return found


def list_equivalences(session: Session, *, by_course_id: UUID | None = None) -> list[Standing]:
    """Return what stands in for what now, with the courses: a company has dozens."""
    stands_in = aliased(Course)
    statement = (
        select(Equivalence, Course, stands_in)
        .join(Course, Course.id == Equivalence.course_id)
        .join(stands_in, stands_in.id == Equivalence.by_course_id)
        .where(Equivalence.ended_at.is_(None))
        .order_by(Course.code, stands_in.code)
    )
    if by_course_id is not None:
        statement = statement.where(Equivalence.by_course_id == by_course_id)
    return [Standing(*row) for row in session.execute(statement)]


def credited_at(session: Session, person_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], datetime]:
    """Return when something last stood in for a course, by person and course, taken back since or not."""
    statement = (
        select(CourseCredit.person_id, CourseCredit.course_id, func.max(CourseCredit.given_at).label("at"))
        .where(CourseCredit.person_id.in_(person_ids))
        .group_by(CourseCredit.person_id, CourseCredit.course_id)
    )
    return {(row.person_id, row.course_id): row.at for row in session.execute(statement)}
