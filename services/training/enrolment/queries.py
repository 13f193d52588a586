"""Reading what enrolment has to do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import (
    get_assignment,
    had_by,
    list_open_of_people,
    list_open_of_person,
)
from services.training.assignments.rules import OPEN, Had
from services.training.certificates.models import Certificate
from services.training.certificates.queries import list_unrenewed
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.queries import list_certified
from services.training.certifications.rules import PeriodState, PeriodStatus, state_before
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id
from services.training.curricula.models import Curriculum, Requirement, RequirementGroup
from services.training.curricula.queries import Required, content_of, get_curriculum, list_requirements
from services.training.curricula.rules import CurriculumStatus, Item, Opens
from services.training.designs.models import DesignChoice
from services.training.enrolment.rules import unmet_before
from services.training.waivers.models import CourseCredit, Equivalence
from services.training.waivers.queries import credited_at, credits_of
from services.training.waivers.rules import Credit
from shared.core.errors import NotFound
from shared.core.text import N_, LocalizedText
from shared.core.zones import local_date
from shared.directory import DirectoryPerson

_COMPLETING = (
    select(
        DirectoryPerson,
        Course,
        CertificationPeriod,
        Certificate,
        exists().where(Equivalence.by_course_id == Course.id, Equivalence.ended_at.is_(None)),
        exists(select(DesignChoice.scope)),
    )
    .select_from(DirectoryPerson)
    .join(Course, Course.id == bindparam("course_id", type_=Uuid()))
    .outerjoin(
        CertificationPeriod,
        and_(
            CertificationPeriod.person_id == DirectoryPerson.id,
            CertificationPeriod.course_id == Course.id,
            CertificationPeriod.status == PeriodStatus.CERTIFIED,
        ),
    )
    .outerjoin(
        Certificate,
        and_(
            Certificate.person_id == DirectoryPerson.id,
            Certificate.course_id == Course.id,
            Certificate.renewed_at.is_(None),
        ),
    )
    .where(DirectoryPerson.id == bindparam("person_id", type_=Uuid()))
    .order_by(Certificate.issued_at)
)

P = TypeVar("P", Certificate, CertificationPeriod)


def asks_anything(session: Session) -> bool:
    """Say whether anything is or was asked of anybody: without that, news of people change no assignment."""
    active = exists().where(Curriculum.status == CurriculumStatus.ACTIVE)
    return bool(session.scalar(select(or_(active, exists(select(Assignment.id))))))


@dataclass(frozen=True)
class Completing:
    """What completing a course depends on, besides what active curricula ask of the person.

    `before` is the period that counts until now; `certificates` are those that none has taken the place of
    (revoked ones too), the latest last. `stands_in`: for other courses too; `has_designs`: somebody chose one.
    """

    person: DirectoryPerson
    course: Course
    before: CertificationPeriod | None
    certificates: list[Certificate]
    stands_in: bool
    has_designs: bool


def get_completing(session: Session, person_id: UUID, course_id: UUID) -> Completing:
    """Return it in one query; raise NotFound for somebody unknown."""
    rows = session.execute(_COMPLETING, {"person_id": person_id, "course_id": course_id}).all()
    if not rows:
        raise NotFound(N_("This person is not on the roster"))
    person, course, before, _, stands_in, has_designs = rows[0]
    certificates = [row[3] for row in rows if row[3] is not None]
    return Completing(person, course, before, certificates, stands_in, has_designs)


def unmet_titles(session: Session, assignment: Assignment) -> list[LocalizedText]:
    """Return the titles of what has to be done before an assignment may be begun, and is not (blocked by).

    One query where nothing has to be done first, as for most.
    """
    opens = session.scalar(
        select(RequirementGroup.opens)
        .join(Requirement, Requirement.group_id == RequirementGroup.id)
        .where(Requirement.id == assignment.requirement_id)
    )
    if opens is None or opens is Opens.AT_ONCE or assignment.curriculum_id is None:
        return []
    content = content_of(session, get_curriculum(session, assignment.curriculum_id))
    missing = unmet_before(content.items, assignment.course_id, _met(session, assignment.person_id))
    courses = courses_by_id(session, [course for item in missing for course in item.courses])
    return [_title(item, [courses[course].title for course in item.courses]) for item in missing]


def _met(session: Session, person_id: UUID) -> set[UUID]:
    had = had_by(session, Assignment.person_id == person_id).get(person_id, [])
    credited = credits_of(session, CourseCredit.person_id == person_id).get(person_id, [])
    done = {one.course_id for one in had if one.status not in OPEN}
    return done | {one.course_id for one in credited}


def _title(item: Item, titles: list[LocalizedText]) -> LocalizedText:
    if len(titles) == 1:
        return titles[0]
    zh, en = " / ".join(one.zh for one in titles), " / ".join(one.en for one in titles)
    return LocalizedText(zh=f"{zh}（任选 {item.need} 门）", en=f"{en} (any {item.need})")


@dataclass(frozen=True)
class Affairs:
    """What is read of people before their assignments are reconciled, by person; what is asked, of all alike.

    `courses` are those of what they have open: the session forgets what nobody holds, and would ask for each.
    """

    active: Sequence[Required]
    had: Mapping[UUID, list[Had]] = field(default_factory=dict)
    open_now: Mapping[UUID, list[Assignment]] = field(default_factory=dict)
    credited: Mapping[UUID, list[Credit]] = field(default_factory=dict)
    credited_at: Mapping[tuple[UUID, UUID], datetime] = field(default_factory=dict)
    unrenewed: Mapping[UUID, list[Certificate]] = field(default_factory=dict)
    certified: Mapping[UUID, list[CertificationPeriod]] = field(default_factory=dict)
    courses: Mapping[UUID, Course] = field(default_factory=dict)


def affairs_of(session: Session, person_ids: Collection[UUID]) -> Affairs:
    """Return what is reconciled of these people: eight queries, however many they are; one for nobody."""
    active = list_requirements(session, status=CurriculumStatus.ACTIVE)
    if not person_ids:
        return Affairs(active)
    open_now = list_open_of_people(session, person_ids)
    courses = {one.course_id for found in open_now.values() for one in found}
    return Affairs(
        active,
        had_by(session, Assignment.person_id.in_(person_ids)),
        open_now,
        credits_of(session, CourseCredit.person_id.in_(person_ids)),
        credited_at(session, person_ids),
        _by_person(list_unrenewed(session, person_ids)),
        _by_person(list_certified(session, person_ids)),
        courses_by_id(session, courses),
    )


def _by_person(rows: Iterable[P]) -> dict[UUID, list[P]]:
    found: dict[UUID, list[P]] = {}
    for one in rows:
        found.setdefault(one.person_id, []).append(one)
    return found


@dataclass(frozen=True)
class PeriodLine:
    """One certification period of a person, earned or still to be: then it is the open assignment."""

    course: Course
    state: PeriodState
    window_start: date | None
    due: date | None
    window_end: date | None
    valid_from: date | None
    valid_until: date | None
    certificate_id: UUID | None
    assignment_id: UUID


def list_period_lines(session: Session, person_id: UUID, at: datetime) -> list[PeriodLine]:
    """Return a person's periods by course and time, those still to be earned among them: three queries."""
    condition = CertificationPeriod.person_id == person_id
    earned = session.scalars(select(CertificationPeriod).where(condition)).all()
    still_open = list_open_of_person(session, person_id)
    asked = {one.course_id for one in still_open}
    courses = courses_by_id(session, asked | {one.course_id for one in earned})
    lines = [
        PeriodLine(
            courses[one.course_id], one.state(at), one.window_start, one.due, one.window_end, one.valid_from,
            one.valid_until, one.certificate_id, one.assignment_id,
        )
        for one in earned
    ]  # fmt: skip
    today = local_date(at)
    lines += [
        PeriodLine(
            courses[one.course_id], state_before(one.opens_on, today), one.opens_on, one.due_on,
            one.due_on + timedelta(days=one.grace_days), None, None, None, one.id,
        )
        for one in still_open
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (one.course.code, one.valid_from or date.max))


def get_period_line(
    session: Session, assignment_id: UUID, visible: ColumnElement[bool], at: datetime
) -> PeriodLine:
    """Return the period that an assignment earned or is to earn; raise NotFound."""
    assignment = get_assignment(session, assignment_id, visible)
    for line in list_period_lines(session, assignment.person_id, at):
        if line.assignment_id == assignment_id:
            return line
    raise NotFound(N_("There is no such certification"))
