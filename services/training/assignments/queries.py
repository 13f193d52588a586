"""Reading assignments. `visible` is the condition on people that the asker may see (see permissions.py)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment, AssignmentExtension, CompletionRetraction
from services.training.assignments.rules import OPEN, AssignmentStatus, Had, Origin, Urgency, Wanted
from services.training.certificates.models import Certificate
from services.training.certificates.queries import SPEAKS
from services.training.certificates.rules import CertificateStatus
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.rules import DueRule, PeriodStatus
from services.training.courses.models import Course
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import Required, list_asking, list_requirements
from services.training.curricula.rules import CurriculumStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class AssignmentDetail:
    """An assignment with what a page or an answer says about it; `curriculum` None: no learning path asks for it."""

    assignment: Assignment
    course: Course
    curriculum: Curriculum | None
    person: DirectoryPerson


def get_assignment(session: Session, assignment_id: UUID, visible: ColumnElement[bool]) -> Assignment:
    """Return the assignment; raise NotFound when there is none or none for the asker."""
    found: Assignment | None = session.scalar(
        select(Assignment).where(Assignment.id == assignment_id, visible)
    )
    if found is None:
        raise NotFound(N_("There is no such assignment"))
    return found


def get_detail(session: Session, assignment_id: UUID, visible: ColumnElement[bool]) -> AssignmentDetail:
    """Return the assignment with its course, learning path and person; raise NotFound."""
    found = session.execute(
        select(Assignment, Course, Curriculum, DirectoryPerson)
        .join(Course, Course.id == Assignment.course_id)
        .outerjoin(Curriculum, Curriculum.id == Assignment.curriculum_id)
        .join(DirectoryPerson, DirectoryPerson.id == Assignment.person_id)
        .where(Assignment.id == assignment_id, visible)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such assignment"))
    return AssignmentDetail(*found)


def list_assignments(
    session: Session,
    visible: ColumnElement[bool],
    *,
    today: date,
    person_id: UUID | None = None,
    urgency: Urgency | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Assignment]:
    """Return one page of assignments, what is due first, first."""
    statement = select(Assignment).where(visible)
    if person_id is not None:
        statement = statement.where(Assignment.person_id == person_id)
    if urgency is not None:
        statement = statement.where(is_urgent(urgency, today))
    return paginate(session, statement, keys=[Assignment.due_on, Assignment.id], cursor=cursor, limit=limit)


def list_open_of_person(session: Session, person_id: UUID) -> list[Assignment]:
    """Return what is asked of a person, what is due first, first."""
    return list_open_of_people(session, [person_id]).get(person_id, [])


def list_open_of_people(session: Session, person_ids: Collection[UUID]) -> dict[UUID, list[Assignment]]:
    """Return what is asked of people, by person, what is due first, first (one query)."""
    statement = (
        select(Assignment)
        .where(Assignment.person_id.in_(person_ids), Assignment.status.in_(OPEN))
        .order_by(Assignment.due_on, Assignment.id)
    )
    found: dict[UUID, list[Assignment]] = {}
    for one in session.scalars(statement):
        found.setdefault(one.person_id, []).append(one)
    return found


def list_of_choice(session: Session, choice_id: UUID) -> list[Assignment]:
    """Return all assignments of one choice, open and ended."""
    statement = select(Assignment).where(Assignment.choice_id == choice_id).order_by(Assignment.id)
    return list(session.scalars(statement))


def find_open(session: Session, person_id: UUID, course_id: UUID) -> Assignment | None:
    """Return what is asked of a person for a course, or None."""
    return session.scalar(
        select(Assignment).where(
            Assignment.person_id == person_id, Assignment.course_id == course_id, Assignment.status.in_(OPEN)
        )
    )


def list_retractions(session: Session, assignment_id: UUID) -> list[CompletionRetraction]:
    """Return how often an assignment's completion was taken back, the oldest first."""
    statement = (
        select(CompletionRetraction)
        .where(CompletionRetraction.assignment_id == assignment_id)
        .order_by(CompletionRetraction.taken_back_at, CompletionRetraction.id)
    )
    return list(session.scalars(statement))


def list_others(session: Session, assignment: Assignment) -> list[Assignment]:
    """Return the person's other assignments of the same course, the one that ended last first."""
    statement = (
        select(Assignment)
        .where(
            Assignment.person_id == assignment.person_id,
            Assignment.course_id == assignment.course_id,
            Assignment.id != assignment.id,
        )
        .order_by(Assignment.ended_at.desc(), Assignment.id)
    )
    return list(session.scalars(statement))


def list_extensions(session: Session, assignment_id: UUID) -> list[AssignmentExtension]:
    """Return every extension of an assignment, the oldest first."""
    statement = (
        select(AssignmentExtension)
        .where(AssignmentExtension.assignment_id == assignment_id)
        .order_by(AssignmentExtension.given_at, AssignmentExtension.id)
    )
    return list(session.scalars(statement))


def list_latest_of_people(
    session: Session, person_ids: Sequence[UUID]
) -> dict[tuple[UUID, UUID], Assignment]:
    """Return for each person and course the open assignment, or else the one that ended last (one query)."""
    statement = (
        select(Assignment)
        .where(Assignment.person_id.in_(person_ids))
        .order_by(Assignment.status.in_(OPEN), Assignment.ended_at, Assignment.id)
    )
    return {(one.person_id, one.course_id): one for one in session.scalars(statement)}


def list_done_of_person(session: Session, person_id: UUID, limit: int = 50) -> list[Assignment]:
    """Return what a person has completed, the latest first."""
    statement = (
        select(Assignment)
        .where(Assignment.person_id == person_id, Assignment.status == AssignmentStatus.COMPLETED)
        .order_by(Assignment.ended_at.desc(), Assignment.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def wanted_of(
    session: Session, person: DirectoryPerson, joined_on: date, *, course_id: UUID | None = None
) -> list[Wanted]:
    """Return what active curricula ask of a person who joined their audiences on a day, or when they began.

    `course_id`: only by what asks for that course.
    """
    if course_id is None:
        return wanted_among(list_requirements(session, status=CurriculumStatus.ACTIVE), person, joined_on)
    found = wanted_among(list_asking(session, course_id), person, joined_on)
    return [one for one in found if one.course_id == course_id]


def wanted_among(active: Sequence[Required], person: DirectoryPerson, joined_on: date) -> list[Wanted]:
    """Return what of these requirements of active curricula, with all of each step, is asked of a person."""
    paths = {one.curriculum.id: one.curriculum for one in active}
    sizes = sizes_of(active)
    rules = {path.id: path.due for path in paths.values() if path.audience.selects(person)}
    return [
        as_wanted(one, person, joined_on, rules[one.curriculum.id], sizes)
        for one in active
        if one.curriculum.id in rules
    ]


def sizes_of(required: Sequence[Required]) -> Mapping[UUID, int]:
    """Return how many courses each step has to choose from."""
    return Counter(one.group.id for one in required)


def as_wanted(
    one: Required, person: DirectoryPerson, joined_on: date, due: DueRule, sizes: Mapping[UUID, int]
) -> Wanted:
    """Return a requirement of an active curriculum as enrolment reconciles it; `due` is the curriculum's."""
    assert one.curriculum.active_from is not None
    return Wanted(
        requirement_id=one.requirement.id,
        curriculum_id=one.curriculum.id,
        course_id=one.course.id,
        due=due,
        extra_days=one.group.extra_days,
        joined_on=max(joined_on, one.curriculum.active_from),
        hired_on=person.hired_on,
        position_since=person.position_since,
        group_id=one.group.id if sizes[one.group.id] > one.group.need else None,
        need=one.group.need,
    )


def had_by(
    session: Session, people: ColumnElement[bool], course_ids: Sequence[UUID] | None = None
) -> dict[UUID, list[Had]]:
    """Return what people had already, by person, as enrolment reconciles it: one query, the latest last.

    A completion whose certificate was revoked counts for nothing; a void certificate says nothing about whether
    the assignment was completed since.
    """
    statement = (
        select(
            Assignment.id,
            Assignment.person_id,
            Assignment.course_id,
            Assignment.status,
            Assignment.ended_at,
            Assignment.opens_on,
            Assignment.made_due_on,
            Assignment.made_at,
            Assignment.choice_id,
            Assignment.curriculum_id,
            Assignment.origin,
            Assignment.credit_id,
            func.coalesce(CertificationPeriod.valid_until, Certificate.valid_until).label("valid_until"),
            Certificate.status.label("certificate_status"),
        )
        .outerjoin(Certificate, and_(Certificate.assignment_id == Assignment.id, SPEAKS))
        .outerjoin(
            CertificationPeriod,
            and_(
                CertificationPeriod.assignment_id == Assignment.id,
                CertificationPeriod.status != PeriodStatus.REVOKED,
            ),
        )
        .where(people, Assignment.status != AssignmentStatus.CANCELLED)
        .order_by(Assignment.ended_at, Assignment.id)
    )
    if course_ids is not None:
        statement = statement.where(Assignment.course_id.in_(course_ids))
    found: dict[UUID, list[Had]] = {}
    for row in session.execute(statement):
        if row.certificate_status is CertificateStatus.REVOKED or row.credit_id is not None:
            continue  # What a credit ended is told by the credit, which may run out or be taken back.
        ended_on = local_date(row.ended_at) if row.ended_at is not None else None
        had = Had(
            row.id,
            row.course_id,
            row.status,
            ended_on,
            row.valid_until,
            row.opens_on,
            row.made_due_on,
            local_date(row.made_at),
            row.choice_id,
            row.curriculum_id,
            row.origin is not Origin.AUDIENCE,
        )
        found.setdefault(row.person_id, []).append(had)
    return found


def is_urgent(urgency: Urgency, today: date) -> ColumnElement[bool]:
    """Return the condition on assignments that rules.urgency puts into words."""
    is_open = Assignment.status.in_(OPEN)
    match urgency:
        case Urgency.DONE:
            return Assignment.status == AssignmentStatus.COMPLETED
        case Urgency.EXEMPTED:
            return Assignment.status == AssignmentStatus.EXEMPTED
        case Urgency.CANCELLED:
            return Assignment.status == AssignmentStatus.CANCELLED
        case Urgency.OVERDUE:
            return and_(is_open, Assignment.due_on < today)
        case Urgency.DUE_SOON:
            soon = date.fromordinal(today.toordinal() + 14)
            return and_(is_open, Assignment.due_on >= today, Assignment.due_on <= soon)
        case Urgency.OPEN | Urgency.LATER:
            soon = date.fromordinal(today.toordinal() + 14)
            opened = Assignment.opens_on <= today
            return and_(is_open, Assignment.due_on > soon, opened if urgency is Urgency.OPEN else ~opened)
