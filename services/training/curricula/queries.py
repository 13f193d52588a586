"""Reading curricula."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.training.courses.models import Course
from services.training.curricula.models import (
    Curriculum,
    CurriculumRevision,
    Requirement,
    RequirementGroup,
)
from services.training.curricula.rules import CurriculumStatus, Item, PathContent
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import Audience, DirectoryPerson


@dataclass(frozen=True)
class Required:
    """One requirement with what it belongs to, and how many courses its step lets one choose from."""

    requirement: Requirement
    curriculum: Curriculum
    course: Course
    group: RequirementGroup


_REQUIRED = (
    select(Requirement, Curriculum, Course, RequirementGroup)
    .join(Curriculum, Curriculum.id == Requirement.curriculum_id)
    .join(Course, Course.id == Requirement.course_id)
    .join(RequirementGroup, RequirementGroup.id == Requirement.group_id)
    .order_by(Curriculum.code, RequirementGroup.position, Requirement.position)
)
_beside = aliased(Requirement)
_ASKING = _REQUIRED.where(
    Curriculum.status == CurriculumStatus.ACTIVE,
    Requirement.group_id.in_(
        select(_beside.group_id).where(_beside.course_id == bindparam("course_id", type_=Uuid()))
    ),
)


def get_curriculum(session: Session, curriculum_id: UUID) -> Curriculum:
    """Return the curriculum; raise NotFound."""
    found = session.get(Curriculum, curriculum_id)
    if found is None:
        raise NotFound(N_("There is no such learning path"))
    return found


def find_by_code(session: Session, code: str) -> Curriculum | None:
    """Return the curriculum of that code, or None."""
    return session.scalar(select(Curriculum).where(Curriculum.code == code))


def list_curricula(session: Session) -> list[Curriculum]:
    """Return all curricula by code: a company has dozens, not thousands."""
    return list(session.scalars(select(Curriculum).order_by(Curriculum.code)))


def list_requirements(
    session: Session,
    *,
    curriculum_id: UUID | None = None,
    status: CurriculumStatus | None = None,
) -> list[Required]:
    """Return requirements in the order of their curricula and places; those taken out are not among them."""
    statement = _REQUIRED
    if curriculum_id is not None:
        statement = statement.where(Curriculum.id == curriculum_id)
    if status is not None:
        statement = statement.where(Curriculum.status == status)
    return [Required(*row) for row in session.execute(statement)]


def list_asking(session: Session, course_id: UUID) -> list[Required]:
    """Return the requirements of the active steps that ask for a course, or have it among those to choose from."""
    return [Required(*row) for row in session.execute(_ASKING, {"course_id": course_id})]


def content_of(session: Session, curriculum: Curriculum) -> PathContent:
    """Return what a path says now, as a value."""
    return contents_of(session, [curriculum])[curriculum.id]


def contents_of(session: Session, curricula: Sequence[Curriculum]) -> dict[UUID, PathContent]:
    """Return what paths say now, by path, in one query."""
    statement = (
        select(RequirementGroup, Requirement.course_id)
        .join(Requirement, Requirement.group_id == RequirementGroup.id)
        .where(RequirementGroup.curriculum_id.in_([one.id for one in curricula]))
        .order_by(RequirementGroup.position, Requirement.position)
    )
    steps: dict[UUID, tuple[RequirementGroup, list[UUID]]] = {}
    for group, course_id in session.execute(statement):
        steps.setdefault(group.id, (group, []))[1].append(course_id)
    items: dict[UUID, list[Item]] = {}
    for group, courses in steps.values():
        item = Item(tuple(courses), group.need, group.extra_days, group.opens, tuple(group.after))
        items.setdefault(group.curriculum_id, []).append(item)
    return {
        one.id: PathContent(one.title, one.audience, one.due, tuple(items.get(one.id, ())))
        for one in curricula
    }


def list_page(session: Session, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Curriculum]:
    """Return one page of the paths, by code."""
    return paginate(
        session, select(Curriculum), keys=[Curriculum.code, Curriculum.id], cursor=cursor, limit=limit
    )


def list_revisions(session: Session, curriculum_id: UUID) -> list[CurriculumRevision]:
    """Return all revisions of a path, the newest first: a path has dozens, not thousands."""
    statement = (
        select(CurriculumRevision)
        .where(CurriculumRevision.curriculum_id == curriculum_id)
        .order_by(CurriculumRevision.number.desc())
    )
    return list(session.scalars(statement))


def find_revision_at(session: Session, curriculum_id: UUID, at: datetime) -> CurriculumRevision | None:
    """Return the path as it was at an instant, or None: it was not in force yet."""
    return session.scalar(
        select(CurriculumRevision)
        .where(CurriculumRevision.curriculum_id == curriculum_id, CurriculumRevision.effective_at <= at)
        .order_by(CurriculumRevision.number.desc())
        .limit(1)
    )


def count_audience(session: Session, audience: Audience, on: date) -> int:
    """Return how many people on the roster that day the audience selects."""
    statement = select(func.count()).select_from(DirectoryPerson).where(
        audience.where(),
        DirectoryPerson.hired_on <= on,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= on),
    )  # fmt: skip
    return session.scalar(statement) or 0
