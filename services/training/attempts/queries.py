"""Reading attempts."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.queries import get_assignment
from services.training.attempts.models import Attempt, PartProgress
from services.training.attempts.rules import AttemptStatus, check_reached, next_part
from services.training.courses.models import CourseVersion
from services.training.courses.queries import get_version
from services.training.parts.rules import Part, find_part, parts_from_json
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.uow import UnitOfWork

# Locked with the first look at it, so that what is read afterwards is what counts (SQLite: one writer at a time).
_TAKING = (
    select(Assignment, Attempt, CourseVersion)
    .join(Attempt, Attempt.assignment_id == Assignment.id)
    .join(CourseVersion, CourseVersion.id == Attempt.version_id)
    .where(Attempt.status == AttemptStatus.LAUNCHED)
    .with_for_update(of=Attempt)
)
_PROGRESS = select(PartProgress).where(PartProgress.attempt_id == bindparam("attempt_id", type_=Uuid()))


@dataclass(frozen=True)
class UnderWay:
    """An attempt with its version's parts and how far each is."""

    attempt: Attempt
    version: CourseVersion
    parts: tuple[Part, ...]
    progress: dict[str, PartProgress]
    # Whether nobody else can change it until the unit of work that read it ends.
    locked: bool = False

    @property
    def met(self) -> set[str]:
        """The ids of the parts that are done."""
        return {one.part_id for one in self.progress.values() if one.met_at is not None}

    @property
    def next_part(self) -> Part | None:
        """What is to be done next here; None when the rest, if any, happens elsewhere."""
        return next_part(self.parts, self.met)

    def pages_of(self, part: Part) -> int:
        """Return how many of its pages were turned."""
        found = self.progress.get(part.id)
        return found.pages if found is not None else 0

    def part(self, part_id: str) -> Part:
        """Return the part of that id; raise NotFound."""
        found = find_part(self.parts, part_id)
        if found is None:
            raise NotFound(N_("There is no such part of this course"))
        return found

    def reach(self, part_id: str) -> Part:
        """Return the part of that id; raise NotFound, or Conflict while something before it is to be done."""
        found = self.part(part_id)
        if found.id not in self.met:
            check_reached(self.parts, self.met, found)
        return found


def get_taking(
    uow: UnitOfWork, assignment_id: UUID, visible: ColumnElement[bool]
) -> tuple[Assignment, UnderWay]:
    """Return an assignment with the attempt under way, locked until the unit of work ends; raise NotFound."""
    statement = _TAKING.where(Assignment.id == assignment_id, visible)
    found = uow.session.execute(statement).one_or_none()
    if found is None:
        get_assignment(uow.session, assignment_id, visible)
        raise NotFound(N_("There is no attempt under way"))
    assignment, attempt, version = found
    return assignment, replace(_with_progress(uow.session, attempt, version), locked=True)


def find_launched(session: Session, assignment_id: UUID) -> Attempt | None:
    """Return the attempt that is under way, or None."""
    return session.scalar(
        select(Attempt).where(
            Attempt.assignment_id == assignment_id, Attempt.status == AttemptStatus.LAUNCHED
        )
    )


def find_under_way(session: Session, assignment_id: UUID) -> UnderWay | None:
    """Return the attempt that is under way, with its parts, or None."""
    attempt = find_launched(session, assignment_id)
    return in_full(session, attempt) if attempt is not None else None


def get_under_way(session: Session, assignment_id: UUID) -> UnderWay:
    """Return the attempt that is under way, with its parts; raise NotFound."""
    found = find_under_way(session, assignment_id)
    if found is None:
        raise NotFound(N_("There is no attempt under way"))
    return found


def in_full(session: Session, attempt: Attempt, *, fresh: bool = False) -> UnderWay:
    """Return an attempt with its parts and how far each is; `fresh`: as the database has it by now."""
    return _with_progress(session, attempt, get_version(session, attempt.version_id), fresh=fresh)


def list_attempts(session: Session, assignment_id: UUID) -> list[Attempt]:
    """Return the attempts at an assignment, the latest first."""
    statement = select(Attempt).where(Attempt.assignment_id == assignment_id).order_by(Attempt.number.desc())
    return list(session.scalars(statement))


def _with_progress(
    session: Session, attempt: Attempt, version: CourseVersion, *, fresh: bool = False
) -> UnderWay:
    found = session.scalars(
        _PROGRESS, {"attempt_id": attempt.id}, execution_options={"populate_existing": fresh}
    )
    return UnderWay(attempt, version, parts_from_json(version.parts), {one.part_id: one for one in found})
