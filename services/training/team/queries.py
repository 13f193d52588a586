"""Reading a team's training: people a page at a time, and their latest assignments in one query."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import list_latest_of_people
from services.training.assignments.rules import OPEN, AssignmentStatus, Urgency, urgency
from services.training.courses.models import Course
from services.training.curricula.queries import list_requirements
from services.training.curricula.rules import CurriculumStatus
from services.training.reports.queries import courses_of
from shared.db.paging import Page, paginate
from shared.directory import EVERYBODY, DirectoryPerson, Narrowing, here_on

# What somebody may be found by: something late, due soon, to be done by now, or nothing of the kind.
STATES = ("overdue", "soon", "open", "clear")
_SOON = timedelta(days=14)
# Written out, so that SQLite sees that the index of open assignments by person has all of these.
_IS_OPEN = Assignment.status.in_(bindparam("open", list(OPEN), expanding=True, literal_execute=True))
_BY_WEIGHT = {4: Urgency.OVERDUE, 3: Urgency.DUE_SOON, 2: Urgency.OPEN, 1: Urgency.DONE}


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
    """`state` is one of STATES, or empty; `curriculum_id` leaves the courses of one learning path."""

    people: Narrowing = EVERYBODY
    state: str = ""
    curriculum_id: UUID | None = None


def list_matrix_courses(session: Session, curriculum_id: UUID | None = None) -> list[Course]:
    """Return the courses that active curricula (or one of them) ask for, each once, in the order of the curricula."""
    required = list_requirements(session, status=CurriculumStatus.ACTIVE, curriculum_id=curriculum_id)
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
    statement = select(DirectoryPerson).where(*_found(team, today, wanted))
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


def count_team(
    session: Session, team: ColumnElement[bool], today: date, wanted: TeamFilter
) -> dict[str, int]:
    """Return how many people there are, and how many are in each of STATES: whatever state is asked for."""
    # From the people to what is asked of them: a team's few are not to be sought among the company's many.
    states = [
        func.coalesce(func.sum(case((_in_state(one, today, wanted), 1), else_=0)), 0).label(one)
        for one in STATES
    ]
    statement = select(func.count().label("people"), *states).select_from(DirectoryPerson)
    everybody = replace(wanted, state="")
    return dict(session.execute(statement.where(*_found(team, today, everybody))).one()._mapping)


def count_cells(
    session: Session, team: ColumnElement[bool], today: date, wanted: TeamFilter
) -> dict[tuple[UUID, Urgency], int]:
    """Return how many people's cells of each course say what: for a chart beside the matrix."""
    open_ = Assignment.status.in_(OPEN)
    weight = case(
        (and_(open_, Assignment.due_on < today), 4),
        (and_(open_, Assignment.due_on <= today + _SOON), 3),
        (and_(open_, Assignment.opens_on <= today), 2),
        (or_(open_, Assignment.status == AssignmentStatus.COMPLETED), 1),
        else_=0,
    )
    people = select(DirectoryPerson.id).where(*_found(team, today, wanted)).cte()
    cells = (
        select(Assignment.course_id, func.max(weight).label("weight"))
        .join(people, people.c.id == Assignment.person_id)
        .group_by(Assignment.person_id, Assignment.course_id)
        .subquery()
    )
    rows = session.execute(
        select(cells.c.course_id, cells.c.weight, func.count()).group_by(cells.c.course_id, cells.c.weight)
    )
    return {(course, _BY_WEIGHT[weight]): count for course, weight, count in rows if weight}


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


def _found(team: ColumnElement[bool], today: date, wanted: TeamFilter) -> list[ColumnElement[bool]]:
    conditions = [team, here_on(today), wanted.people.where()]
    if wanted.state:
        conditions.append(_in_state(wanted.state, today, wanted))
    return conditions


def _in_state(state: str, today: date, wanted: TeamFilter) -> ColumnElement[bool]:
    """Return the condition under which a person has something in a state (or nothing open, for `clear`)."""
    conditions = [Assignment.person_id == DirectoryPerson.id, _is_in_state(state, today)]
    if wanted.curriculum_id is not None:
        conditions.append(Assignment.course_id.in_(courses_of(wanted.curriculum_id)))
    found = exists().where(*conditions).correlate(DirectoryPerson)
    return ~found if state == "clear" else found


def _is_in_state(state: str, today: date) -> ColumnElement[bool]:
    match state:
        case "overdue":
            day = Assignment.due_on < today
        case "soon":
            day = Assignment.due_on.between(today, today + _SOON)
        case _:
            day = Assignment.opens_on <= today
    # As a CASE, because SQLite would go through all that is due in the company for each person by the index of
    # due dates, and not through the few that are asked of the person.
    return and_(_IS_OPEN, case((day, 1), else_=0) == 1)


def _cell(assignment: Assignment | None, today: date) -> Cell:
    if assignment is None or assignment.status is AssignmentStatus.CANCELLED:
        return Cell(None, None, 0)
    days = (assignment.due_on - today).days
    return Cell(assignment, urgency(assignment.status, assignment.opens_on, assignment.due_on, today), days)
