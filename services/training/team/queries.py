"""Reading a team's training: people a page at a time, and their latest assignments in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import list_latest_of_people
from services.training.assignments.rules import OPEN, AssignmentStatus, Urgency, urgency
from services.training.courses.models import Course
from services.training.curricula.queries import list_requirements
from services.training.curricula.rules import CurriculumStatus
from shared.db.paging import Page, paginate
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class Cell:
    """How one person stands with one course; None as assignment: it is not asked of them."""

    assignment: Assignment | None
    urgency: Urgency | None
    days: int


@dataclass(frozen=True)
class TeamRow:
    """One person with a cell for each course of the matrix."""

    person: DirectoryPerson
    cells: tuple[Cell, ...]

    @property
    def id(self) -> UUID:
        """The person's id, by which a row is chosen."""
        return self.person.id


@dataclass(frozen=True)
class TeamFilter:
    """`region` empty for all; `search` is part of a name or number; `state` is overdue, soon or empty."""

    region: str = ""
    search: str = ""
    state: str = ""


def list_matrix_courses(session: Session) -> list[Course]:
    """Return the courses that active curricula ask for, each once, in the order of their curricula."""
    required = list_requirements(session, status=CurriculumStatus.ACTIVE)
    return list({one.course.id: one.course for one in required}.values())


def list_team(
    session: Session,
    team: ColumnElement[bool],
    today: date,
    wanted: TeamFilter,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DirectoryPerson]:
    """Return one page of the people of a team who are on the roster, by employee number."""
    statement = select(DirectoryPerson).where(team, _is_here(today), *_conditions(wanted, today))
    keys = [DirectoryPerson.employee_no, DirectoryPerson.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit)


def matrix_rows(
    session: Session, people: Sequence[DirectoryPerson], courses: Sequence[Course], today: date
) -> list[TeamRow]:
    """Return the matrix of these people and courses, with one query however many there are."""
    latest = list_latest_of_people(session, [one.id for one in people])
    return [
        TeamRow(person, tuple(_cell(latest.get((person.id, course.id)), today) for course in courses))
        for person in people
    ]


def count_team(session: Session, team: ColumnElement[bool], today: date) -> dict[str, int]:
    """Return how many people there are, how many have something overdue, and how many due in 14 days."""
    people = select(func.count()).select_from(DirectoryPerson).where(team, _is_here(today))
    found = {"people": session.scalar(people) or 0}
    for state in ("overdue", "soon"):
        with_open = (
            select(func.count(distinct(Assignment.person_id)))
            .join(DirectoryPerson, DirectoryPerson.id == Assignment.person_id)
            .where(team, _is_here(today), _is_in_state(state, today))
        )
        found[state] = session.scalar(with_open) or 0
    return found


def list_overdue(session: Session, person_ids: Sequence[UUID], today: date) -> list[Assignment]:
    """Return what these people are late with."""
    statement = (
        select(Assignment)
        .where(Assignment.person_id.in_(person_ids), _is_in_state("overdue", today))
        .order_by(Assignment.due_on, Assignment.id)
    )
    return list(session.scalars(statement))


def visible_ids(session: Session, team: ColumnElement[bool], ids: Sequence[UUID]) -> list[UUID]:
    """Return which of these people are in the team, by employee number."""
    statement = select(DirectoryPerson.id).where(team, DirectoryPerson.id.in_(ids))
    return list(session.scalars(statement.order_by(DirectoryPerson.employee_no)))


def list_open_of_course(session: Session, person_ids: Sequence[UUID], course_id: UUID) -> list[Assignment]:
    """Return what is asked of these people for a course."""
    statement = select(Assignment).where(
        Assignment.person_id.in_(person_ids), Assignment.course_id == course_id, Assignment.status.in_(OPEN)
    )
    return list(session.scalars(statement.order_by(Assignment.id)))


def list_open_courses(session: Session, person_ids: Sequence[UUID]) -> list[Course]:
    """Return the courses that are asked of any of these people, by code."""
    asked = select(Assignment.course_id).where(
        Assignment.person_id.in_(person_ids), Assignment.status.in_(OPEN)
    )
    return list(session.scalars(select(Course).where(Course.id.in_(asked)).order_by(Course.code)))


def _is_here(today: date) -> ColumnElement[bool]:
    return and_(
        DirectoryPerson.hired_on <= today,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= today),
    )


def _conditions(wanted: TeamFilter, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.region:
        conditions.append(DirectoryPerson.region == wanted.region)
    if wanted.search:
        conditions.append(
            or_(
                DirectoryPerson.name.contains(wanted.search, autoescape=True),
                DirectoryPerson.employee_no.contains(wanted.search, autoescape=True),
            )
        )
    if wanted.state:
        conditions.append(
            exists().where(Assignment.person_id == DirectoryPerson.id, _is_in_state(wanted.state, today))
        )
    return conditions


def _is_in_state(state: str, today: date) -> ColumnElement[bool]:
    is_open = Assignment.status.in_(OPEN)
    if state == "overdue":
        return and_(is_open, Assignment.due_on < today)
    return and_(is_open, Assignment.due_on.between(today, today + timedelta(days=14)))


def _cell(assignment: Assignment | None, today: date) -> Cell:
    if assignment is None or assignment.status is AssignmentStatus.CANCELLED:
        return Cell(None, None, 0)
    days = (assignment.due_on - today).days
    return Cell(assignment, urgency(assignment.status, assignment.opens_on, assignment.due_on, today), days)
