"""Reading curricula."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.training.courses.models import Course
from services.training.curricula.models import Curriculum, Requirement
from services.training.curricula.rules import CurriculumStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.directory import Audience, DirectoryPerson


@dataclass(frozen=True)
class Required:
    """One requirement with what it belongs to."""

    requirement: Requirement
    curriculum: Curriculum
    course: Course


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
    ids: Iterable[UUID] | None = None,
) -> list[Required]:
    """Return requirements in the order of their curricula and places."""
    statement = (
        select(Requirement, Curriculum, Course)
        .join(Curriculum, Curriculum.id == Requirement.curriculum_id)
        .join(Course, Course.id == Requirement.course_id)
        .order_by(Curriculum.code, Requirement.position)
    )
    if curriculum_id is not None:
        statement = statement.where(Curriculum.id == curriculum_id)
    if status is not None:
        statement = statement.where(Curriculum.status == status)
    if ids is not None:
        statement = statement.where(Requirement.id.in_(list(ids)))
    return [Required(*row) for row in session.execute(statement)]


def count_audience(session: Session, audience: Audience, on: date) -> int:
    """Return how many people on the roster that day the audience selects."""
    statement = select(func.count()).select_from(DirectoryPerson).where(
        audience.where(),
        DirectoryPerson.hired_on <= on,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= on),
    )  # fmt: skip
    return session.scalar(statement) or 0
