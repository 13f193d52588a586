"""Asking the projection: one person, or everybody, on a day as known at a moment."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id
from services.training.curricula.queries import list_requirements
from services.training.curricula.rules import CurriculumStatus
from services.training.history.models import TrainedSpan
from services.training.history.rules import ALL, Answer, Knowledge, Span, answers
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import Page, paginate
from shared.directory import EVERYBODY, DirectoryPerson, Narrowing, here_on
from shared.eventlog import Event
from shared.eventlog.leaf import event_leaf_hash


@dataclass(frozen=True)
class Question:
    """Was somebody trained on `on`, as `known`; `course_id` with `trained` keeps only who was, or was not, in it."""

    on: date
    known: Knowledge = ALL
    course_id: UUID | None = None
    trained: bool | None = None
    people: Narrowing = EVERYBODY


@dataclass(frozen=True)
class Cited:
    """An event that an answer rests on, with its place in the log and its leaf in the log's tree."""

    event: Event
    hash: str


@dataclass(frozen=True)
class PersonAnswer:
    """Somebody with an answer for each course asked about."""

    person: DirectoryPerson
    answers: tuple[Answer, ...]


def get_visible(session: Session, person_id: UUID, visible: ColumnElement[bool]) -> DirectoryPerson:
    """Return somebody, gone or not, if they exist for who is asking; raise NotFound."""
    found: DirectoryPerson | None = session.scalar(
        select(DirectoryPerson).where(DirectoryPerson.id == person_id, visible)
    )
    if found is None:
        raise NotFound(N_("This person is not on the roster"))
    return found


def list_spans(session: Session, person_id: UUID, known: Knowledge) -> list[Span]:
    """Return what is known of one person, the oldest first."""
    statement = select(TrainedSpan).where(TrainedSpan.person_id == person_id, is_known(known))
    statement = statement.order_by(TrainedSpan.since, TrainedSpan.known_from, TrainedSpan.ordinal)
    return [one.span for one in session.scalars(statement)]


def list_courses_of(session: Session, person_id: UUID, spans: Sequence[Span]) -> list[Course]:
    """Return the courses that were ever asked of somebody or that they were trained in, by code."""
    asked = session.scalars(
        select(Assignment.course_id).where(Assignment.person_id == person_id).distinct()
    ).all()
    found = courses_by_id(session, [*asked, *(one.course_id for one in spans)])
    return sorted(found.values(), key=lambda one: one.code)


def list_asked_courses(session: Session) -> list[Course]:
    """Return the courses that active learning paths ask for, each once, in the order of their paths."""
    required = list_requirements(session, status=CurriculumStatus.ACTIVE)
    return list({one.course.id: one.course for one in required}.values())


def list_cited(session: Session, positions: Sequence[int]) -> dict[int, Cited]:
    """Return the events at these positions of the log, in one query."""
    found = session.scalars(select(Event).where(Event.position.in_(set(positions))))
    return {one.position: Cited(one, event_leaf_hash(one).hex()) for one in found if one.position is not None}


def list_people(
    session: Session,
    visible: ColumnElement[bool],
    question: Question,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[DirectoryPerson]:
    """Return one page of those on the roster on the day asked about, by employee number; gone since or not."""
    statement = select(DirectoryPerson).where(*_conditions(visible, question))
    keys = [DirectoryPerson.employee_no, DirectoryPerson.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit)


def count_people(session: Session, visible: ColumnElement[bool], question: Question) -> int:
    """Return how many people list_people lists on all of its pages."""
    statement = select(func.count()).select_from(DirectoryPerson)
    return session.scalar(statement.where(*_conditions(visible, question))) or 0


def count_trained(
    session: Session, visible: ColumnElement[bool], question: Question, courses: Sequence[Course]
) -> dict[UUID, int]:
    """Return how many of those people were trained, for each course."""
    statement = (
        select(TrainedSpan.course_id, func.count(TrainedSpan.person_id.distinct()))
        .join(DirectoryPerson, DirectoryPerson.id == TrainedSpan.person_id)
        .where(*_conditions(visible, question), _covers(question))
        .where(TrainedSpan.course_id.in_([one.id for one in courses]))
        .group_by(TrainedSpan.course_id)
    )
    found = {row[0]: row[1] for row in session.execute(statement)}
    return {one.id: found.get(one.id, 0) for one in courses}


def answer_for(
    session: Session, people: Sequence[DirectoryPerson], courses: Sequence[Course], question: Question
) -> list[PersonAnswer]:
    """Return the answers for these people and courses, with one query however many there are."""
    course_ids = [one.id for one in courses]
    spans: dict[UUID, list[Span]] = defaultdict(list)
    statement = select(TrainedSpan).where(
        TrainedSpan.person_id.in_([one.id for one in people]), is_known(question.known)
    )
    for row in session.scalars(statement):
        spans[row.person_id].append(row.span)
    return [
        PersonAnswer(one, tuple(answers(spans.get(one.id, ()), course_ids, question.on))) for one in people
    ]


def stream_answers(
    session: Session, visible: ColumnElement[bool], question: Question, courses: Sequence[Course]
) -> Iterator[tuple[tuple[str, str, str], tuple[bool, ...]]]:
    """Yield (employee number, name, region) and yes or no for each course, for everybody: for files."""
    who = (DirectoryPerson.employee_no, DirectoryPerson.name, DirectoryPerson.region)
    flags = (func.max(case((TrainedSpan.course_id == one.id, 1), else_=0)) for one in courses)
    # One statement: asked for some people at a time, a hundred thousand take many times as long.
    statement = (
        select(*who, *flags)
        .outerjoin(TrainedSpan, and_(TrainedSpan.person_id == DirectoryPerson.id, _covers(question)))
        .where(*_conditions(visible, question))
        .group_by(DirectoryPerson.id)
        .order_by(DirectoryPerson.employee_no)
    )
    for employee_no, name, region, *trained in session.execute(statement):
        yield (employee_no, name, region), tuple(map(bool, trained))


def is_known(known: Knowledge) -> ColumnElement[bool]:
    """Return the condition under which a row was what was known."""
    if known.size is not None:
        later = or_(TrainedSpan.known_to.is_(None), TrainedSpan.known_to >= known.size)
        return and_(TrainedSpan.known_from < known.size, later)
    if known.moment is not None:
        later = or_(TrainedSpan.closed_at.is_(None), TrainedSpan.closed_at > known.moment)
        return and_(TrainedSpan.recorded_at <= known.moment, later)
    return TrainedSpan.known_to.is_(None)


def _covers(question: Question) -> ColumnElement[bool]:
    until = or_(TrainedSpan.until.is_(None), TrainedSpan.until > question.on)
    return and_(TrainedSpan.since <= question.on, until, is_known(question.known))


def _conditions(visible: ColumnElement[bool], question: Question) -> list[ColumnElement[bool]]:
    conditions = [visible, here_on(question.on), question.people.where()]
    if question.course_id is not None and question.trained is not None:
        has = exists().where(
            TrainedSpan.person_id == DirectoryPerson.id,
            TrainedSpan.course_id == question.course_id,
            _covers(question),
        )
        has = has.correlate(DirectoryPerson)
        conditions.append(has if question.trained else ~has)
    return conditions
