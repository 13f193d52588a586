"""Finding out what assigning comes to: a few queries, however many people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from services.training.assigning.rules import Cells, FileCourse, Known, Outcome, Wish, outcome_of
from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN, AssignmentStatus
from services.training.courses.models import Course, CourseVersion
from services.training.courses.rules import VersionStatus
from services.training.waivers.models import CourseCredit
from shared.directory import Audience, DirectoryPerson, here_on

_CHUNK = 5_000


@dataclass(frozen=True)
class Preview:
    """What asking a course of some people comes to, and the first of them."""

    counts: dict[Outcome, int]
    people: list[tuple[DirectoryPerson, Outcome]]

    @property
    def total(self) -> int:
        """How many people were looked at."""
        return sum(self.counts.values())


def selected(
    team: ColumnElement[bool], ids: Collection[UUID] | None, audience: Audience | None, today: date
) -> ColumnElement[bool]:
    """Return the condition on people: those named, or those of an audience, as far as they are in the team and here."""
    here = here_on(today)
    if ids is not None:
        return and_(team, here, DirectoryPerson.id.in_(ids))
    return and_(team, here, audience.where()) if audience is not None else false()


def next_people(
    session: Session, people: ColumnElement[bool], after: UUID | None, limit: int
) -> list[DirectoryPerson]:
    """Return the next people of a selection, by id."""
    statement = select(DirectoryPerson).where(people).order_by(DirectoryPerson.id).limit(limit)
    if after is not None:
        statement = statement.where(DirectoryPerson.id > after)
    return list(session.scalars(statement))


def count_people(session: Session, people: ColumnElement[bool]) -> int:
    """Return how many people a selection has."""
    return session.scalar(select(func.count()).select_from(DirectoryPerson).where(people)) or 0


def outcomes(
    session: Session, wishes: Sequence[Wish], people: ColumnElement[bool], today: date
) -> dict[Wish, Outcome]:
    """Return what each wish comes to: two queries. `people` is a condition on DirectoryPerson that holds them all."""
    ids = select(DirectoryPerson.id).where(people)
    courses = {one.course_id for one in wishes}
    statement = select(
        Assignment.person_id, Assignment.course_id, Assignment.status, Assignment.made_due_on
    ).where(
        Assignment.person_id.in_(ids),
        Assignment.course_id.in_(courses),
        Assignment.status != AssignmentStatus.CANCELLED,
    )
    known: dict[tuple[UUID, UUID], list[Known]] = {}
    for row in session.execute(statement):
        known.setdefault((row.person_id, row.course_id), []).append(
            Known(row.status in OPEN, row.made_due_on)
        )
    stands_in = select(CourseCredit.person_id, CourseCredit.course_id).where(
        CourseCredit.person_id.in_(ids),
        CourseCredit.course_id.in_(courses),
        CourseCredit.ended_at.is_(None),
        CourseCredit.since <= today,
        or_(CourseCredit.until.is_(None), CourseCredit.until >= today),
    )
    credited = {(row.person_id, row.course_id) for row in session.execute(stands_in)}
    return {
        one: outcome_of(
            one,
            known.get((one.person_id, one.course_id), []),
            credited=(one.person_id, one.course_id) in credited,
        )
        for one in wishes
    }


def preview(
    session: Session, people: ColumnElement[bool], course_id: UUID, due_on: date, today: date, *, shown: int
) -> Preview:
    """Return what asking a course of a selection comes to; `shown` of them are named."""
    counts: dict[Outcome, int] = {}
    first: list[tuple[DirectoryPerson, Outcome]] = []
    after: UUID | None = None
    while some := next_people(session, people, after, _CHUNK):
        after = some[-1].id
        wishes = {one.id: Wish(one.id, course_id, due_on) for one in some}
        between = and_(people, DirectoryPerson.id.between(some[0].id, after))
        found = outcomes(session, list(wishes.values()), between, today)
        for one in some:
            outcome = found[wishes[one.id]]
            counts[outcome] = counts.get(outcome, 0) + 1
            if len(first) < shown:
                first.append((one, outcome))
    return Preview(counts, first)


def people_of_file(
    session: Session, rows: Sequence[Cells], team: ColumnElement[bool], today: date
) -> dict[str, tuple[UUID, str]]:
    """Return those whom a file names and who are in the team and here, by employee number."""
    numbers = sorted({one.employee_no for one in rows})
    found: dict[str, tuple[UUID, str]] = {}
    for first in range(0, len(numbers), _CHUNK):
        named = DirectoryPerson.employee_no.in_(numbers[first : first + _CHUNK])
        statement = select(DirectoryPerson.employee_no, DirectoryPerson.id, DirectoryPerson.name).where(
            team, named, or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= today)
        )
        found.update({row.employee_no: (row.id, row.name) for row in session.execute(statement)})
    return found


def courses_of_file(session: Session, rows: Sequence[Cells]) -> dict[str, FileCourse]:
    """Return the courses that a file names, by their code in small letters."""
    codes = {one.course_code.casefold() for one in rows}
    published = set(
        session.scalars(
            select(CourseVersion.course_id).where(CourseVersion.status == VersionStatus.PUBLISHED)
        )
    )
    statement = select(Course).where(func.lower(Course.code).in_(codes))
    return {
        one.code.casefold(): FileCourse(one.id, one.title, one.id in published)
        for one in session.scalars(statement)
    }
