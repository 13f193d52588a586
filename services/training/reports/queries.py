"""Counting for reports: a query for a table and one for its total, however many people there are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN, AssignmentStatus
from services.training.attempts.models import Attempt
from services.training.attempts.rules import AttemptStatus
from services.training.certificates.models import Certificate
from services.training.certificates.queries import SPEAKS
from services.training.certificates.rules import CertificateStatus
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import courses_by_id
from services.training.courses.rules import CATEGORY_WORDS, VersionStatus
from services.training.curricula.models import Requirement
from services.training.reports.rules import (
    AGES,
    HORIZONS,
    ByMonth,
    Grouping,
    Item,
    Key,
    Month,
    Name,
    ReportCode,
    Sheet,
    Tally,
    add_up,
    age_bounds,
    bucket_names,
    bucket_sheet,
    completion_sheet,
    horizon_bounds,
    hours_sheet,
    last_months,
)
from shared.core.text import N_
from shared.core.zones import start_of_day
from shared.db.paging import Page, paginate
from shared.directory import EVERYBODY, DirectoryPerson, Narrowing, names_of
from shared.messages.people import ProductLine, Region

_FINISHED = (AttemptStatus.COMPLETED, AttemptStatus.PASSED)
_NOT_COUNTED = (AssignmentStatus.CANCELLED, AssignmentStatus.EXEMPTED)
T = TypeVar("T", int, Tally)
Counts = dict[Key, int]


@dataclass(frozen=True)
class Wanted:
    """Whom and what a report is about: `visible` is whom the asker may see; None or empty: any.

    `curriculum_id` asks for the courses of a learning path, `bucket` for one of AGES or HORIZONS.
    """

    visible: ColumnElement[bool]
    people: Narrowing = EVERYBODY
    curriculum_id: UUID | None = None
    course_id: UUID | None = None
    bucket: int | None = None

    def of(self, course_id: Any) -> ColumnElement[bool]:
        """Return the condition on people and on a column of course ids."""
        conditions = [self.visible, self.people.where()]
        if self.curriculum_id is not None:
            conditions.append(course_id.in_(courses_of(self.curriculum_id)))
        if self.course_id is not None:
            conditions.append(course_id == self.course_id)
        return and_(*conditions)


def courses_of(curriculum_id: UUID) -> Select[UUID]:
    """Select the courses of a learning path."""
    return select(Requirement.course_id).where(Requirement.curriculum_id == curriculum_id)


def make_sheet(session: Session, code: ReportCode, by: Grouping, wanted: Wanted, today: date) -> Sheet:
    """Return a report as a table: a query for its figures, and one for the names."""

    def total_of(found: Mapping[Key, T], ask: Callable[[], Mapping[Key, T]]) -> Mapping[Key, T]:
        """Return the figures of everything: asked for anew only where somebody may stand in several groups."""
        return ask() if by is Grouping.PRODUCT_LINE else add_up(found)

    months = last_months(today)
    match code:
        case ReportCode.COMPLETION:
            tallies = _completion(session, by, wanted, months, today)
            total = total_of(tallies, lambda: _completion(session, None, wanted, months, today))
            return completion_sheet(by, months, tallies, total, _names(session, by, tallies))
        case ReportCode.HOURS:
            minutes = _minutes(session, by, wanted, months)
            whole = total_of(minutes, lambda: _minutes(session, None, wanted, months))
            return hours_sheet(by, months, minutes, whole, _names(session, by, minutes))
        case ReportCode.OVERDUE | ReportCode.EXPIRING:
            counts = _buckets(session, code, by, wanted, today)
            every = total_of(counts, lambda: _buckets(session, code, None, wanted, today))
            return bucket_sheet(code, by, bucket_names(code), counts, every, _names(session, by, counts))


def list_items(
    session: Session,
    code: ReportCode,
    wanted: Wanted,
    today: date,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Item]:
    """Return one page of what is overdue, or of what runs out, the earliest first."""
    model: Any = Assignment if code is ReportCode.OVERDUE else Certificate
    day = Assignment.due_on if code is ReportCode.OVERDUE else Certificate.valid_until
    statement = (
        select(model)
        .join(DirectoryPerson, DirectoryPerson.id == model.person_id)
        .where(wanted.of(model.course_id), _is_item(code, wanted, today))
    )
    page = paginate(session, statement, keys=[day, model.id], cursor=cursor, limit=limit)
    people = _people(session, [one.person_id for one in page.items])
    courses = courses_by_id(session, [one.course_id for one in page.items])
    items = [
        _item(one.id, people[one.person_id], courses[one.course_id].title, getattr(one, day.key))
        for one in page.items
    ]
    return Page(items, page.next_cursor)


def stream_items(session: Session, code: ReportCode, wanted: Wanted, today: date) -> Iterator[Item]:
    """Yield all of what list_items pages through: for files."""
    model: Any = Assignment if code is ReportCode.OVERDUE else Certificate
    day = Assignment.due_on if code is ReportCode.OVERDUE else Certificate.valid_until
    courses: dict[UUID, Course] = {one.id: one for one in session.scalars(select(Course))}
    statement = (
        select(model.id, model.course_id, day.label("day"), *_PERSON)
        .join(DirectoryPerson, DirectoryPerson.id == model.person_id)
        .where(wanted.of(model.course_id), _is_item(code, wanted, today))
        .order_by(day, model.id)
    )
    for row in session.execute(statement):
        yield _item(row.id, row, courses[row.course_id].title, row.day)


_PERSON = (
    DirectoryPerson.id.label("person_id"),
    DirectoryPerson.employee_no,
    DirectoryPerson.name,
    DirectoryPerson.region,
    DirectoryPerson.manager_id,
)


def _people(session: Session, ids: Sequence[UUID]) -> dict[UUID, Any]:
    found = session.execute(select(*_PERSON).where(DirectoryPerson.id.in_(set(ids))))
    return {row.person_id: row for row in found}


def _item(item_id: UUID, person: Any, title: Any, day: date) -> Item:
    who = (person.person_id, person.employee_no, person.name, person.region, person.manager_id)
    return Item(item_id, *who, title, day)


def _is_item(code: ReportCode, wanted: Wanted, today: date) -> ColumnElement[bool]:
    """Return the condition on assignments that are overdue, or on certificates that run out soon."""
    if code is ReportCode.OVERDUE:
        first, last = (None, today - timedelta(days=1))
        if wanted.bucket is not None:
            first, last = age_bounds(wanted.bucket, today)
        since = Assignment.due_on >= first if first is not None else literal(value=True)
        return and_(Assignment.status.in_(OPEN), Assignment.due_on <= last, since)
    first, last = today, horizon_bounds(len(HORIZONS) - 1, today)[1]
    if wanted.bucket is not None:
        first, last = horizon_bounds(wanted.bucket, today)
    return and_(
        Certificate.status == CertificateStatus.ISSUED,
        Certificate.released_at.is_(None),
        Certificate.valid_until.between(first, last),
    )


def _buckets(session: Session, code: ReportCode, by: Grouping | None, wanted: Wanted, today: date) -> Counts:
    model: Any = Assignment if code is ReportCode.OVERDUE else Certificate
    if code is ReportCode.OVERDUE:
        # From the oldest on: each has an earliest due day but the last.
        bounds = [(Assignment.due_on >= first, place) for place, (first, _) in _ages(today) if first]
        bucket: Any = case(*bounds, else_=len(AGES) - 1)
    else:
        ends = [horizon_bounds(place, today)[1] for place in range(len(HORIZONS))]
        bucket = case(*((Certificate.valid_until <= end, place) for place, end in enumerate(ends)))
    statement = select(func.count(), bucket.label("place")).select_from(model)
    statement = statement.where(_is_item(code, wanted, today))
    rows = _grouped(session, statement, by, model, wanted)
    return {(key, place): count for key, count, place in rows}


def _ages(today: date) -> list[tuple[int, tuple[date | None, date]]]:
    return [(place, age_bounds(place, today)) for place in range(len(AGES))]


def _completion(
    session: Session, by: Grouping | None, wanted: Wanted, months: Sequence[Month], today: date
) -> ByMonth:
    month = case(
        *((Assignment.due_on < later.first_day, one.number) for one, later in _pairs(months)),
        else_=months[-1].number,
    )
    done = func.count().filter(Assignment.status == AssignmentStatus.COMPLETED)
    due_between = Assignment.due_on.between(months[0].first_day, today)
    statement = (
        select(func.count(), month.label("place"), done)
        .select_from(Assignment)
        .where(due_between, Assignment.status.not_in(_NOT_COUNTED))
    )
    rows = _grouped(session, statement, by, Assignment, wanted)
    return {(key, number): Tally(due, finished) for key, due, number, finished in rows}


def _minutes(session: Session, by: Grouping | None, wanted: Wanted, months: Sequence[Month]) -> Counts:
    """Count the minutes of the version that was taken, as the certificate or the attempt has it."""
    month = case(
        *((Assignment.ended_at < start_of_day(later.first_day), one.number) for one, later in _pairs(months)),
        else_=months[-1].number,
    )
    published, taken = aliased(CourseVersion), aliased(CourseVersion)
    attempted = (
        select(Attempt.version_id)
        .where(Attempt.assignment_id == Assignment.id, Attempt.status.in_(_FINISHED))
        .order_by(Attempt.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_published = and_(
        published.course_id == Assignment.course_id, published.status == VersionStatus.PUBLISHED
    )
    statement = (
        select(func.sum(taken.minutes), month.label("place"))
        .select_from(Assignment)
        .outerjoin(Certificate, and_(Certificate.assignment_id == Assignment.id, SPEAKS))
        .outerjoin(published, is_published)
        .join(taken, taken.id == func.coalesce(Certificate.version_id, attempted, published.id))
        .where(
            # As a CASE, or SQLite would read all of the company's by the index of statuses, for a team too.
            case((Assignment.status == AssignmentStatus.COMPLETED, 1), else_=0) == 1,
            # What a waiver, an equivalent course or an earlier completion stood in for was not taken.
            Assignment.credit_id.is_(None),
            Assignment.ended_at >= start_of_day(months[0].first_day),
        )
    )
    rows = _grouped(session, statement, by, Assignment, wanted)
    return {(key, number): int(minutes) for key, minutes, number in rows}


def _pairs(months: Sequence[Month]) -> list[tuple[Month, Month]]:
    return list(pairwise(months))


def _grouped(
    session: Session, statement: Any, by: Grouping | None, model: Any, wanted: Wanted
) -> list[tuple[Any, ...]]:
    """Run a statement about rows of `model`, grouped by group and by its `place`; the key comes first."""
    statement = statement.join(DirectoryPerson, DirectoryPerson.id == model.person_id)
    key: Any = literal("")
    match by:
        case Grouping.REGION:
            key = DirectoryPerson.region
        case Grouping.MANAGER:
            key = DirectoryPerson.manager_id
        case Grouping.COURSE:
            key = model.course_id
        case Grouping.CATEGORY:
            statement = statement.join(Course, Course.id == model.course_id)
            key = Course.category
        case Grouping.PRODUCT_LINE:
            lines = union_all(*(select(literal(one).label("code")) for one in ["", *ProductLine])).subquery()
            has = DirectoryPerson.product_lines.contains(literal("|") + lines.c.code + literal("|"))
            none = and_(lines.c.code == "", DirectoryPerson.product_lines == "")
            statement = statement.join(lines, or_(none, and_(lines.c.code != "", has)))
            key = lines.c.code
    # By their names: PostgreSQL does not see that an expression with parameters is the one it was selected by.
    grouping = ["place"] if by is None else ["grouped", "place"]
    statement = statement.add_columns(key.label("grouped")).where(wanted.of(model.course_id))
    rows = session.execute(statement.group_by(*grouping)).all()
    return [(str(row[-1]) if row[-1] is not None else "", *row[:-1]) for row in rows]


def _names(session: Session, by: Grouping, figures: Mapping[Key, Any]) -> dict[str, Name]:
    keys = {key for key, _ in figures}
    match by:
        case Grouping.REGION:
            return {"": N_("Head office"), **{one.value: one.label for one in Region}}
        case Grouping.PRODUCT_LINE:
            return {"": N_("No product line"), **{one.value: one.label for one in ProductLine}}
        case Grouping.CATEGORY:
            return {one.value: word for one, word in CATEGORY_WORDS.items()}
        case Grouping.MANAGER:
            ids = [UUID(one) for one in keys if one]
            named = {str(key): name for key, name in names_of(session, ids).items()}
            return {"": N_("Nobody above them"), **named}
        case Grouping.COURSE:
            return {str(one.id): one.title for one in courses_by_id(session, map(UUID, keys)).values()}
