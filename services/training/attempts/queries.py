"""Reading attempts."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus
from services.training.attempts.models import Attempt, PartProgress
from services.training.attempts.rules import DONE, AttemptStatus, check_reached, next_part
from services.training.courses.models import CourseVersion
from services.training.courses.queries import get_version
from services.training.parts.rules import Part, PartKind, find_part, parts_from_json
from shared.core.errors import NotFound
from shared.core.text import N_


@dataclass(frozen=True)
class UnderWay:
    """An attempt with its version's parts and how far each is."""

    attempt: Attempt
    version: CourseVersion
    parts: tuple[Part, ...]
    progress: dict[str, PartProgress]

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
    version = get_version(session, attempt.version_id)
    statement = select(PartProgress).where(PartProgress.attempt_id == attempt.id)
    found = session.scalars(statement, execution_options={"populate_existing": fresh})
    return UnderWay(attempt, version, parts_from_json(version.parts), {one.part_id: one for one in found})


@dataclass(frozen=True)
class Resting:
    """A part that is met by something that happened elsewhere, and whose it is."""

    progress: PartProgress
    attempt: Attempt
    assignment: Assignment

    @property
    def completes(self) -> bool:
        """Say whether the completion of the course rests on it."""
        return self.attempt.status in DONE and self.assignment.status is AssignmentStatus.COMPLETED


def list_resting(
    session: Session, course_id: UUID, kind: PartKind, reference: str, person_ids: Collection[UUID]
) -> list[Resting]:
    """Return the parts of a course that are met by what `reference` names, of these people (one query)."""
    rows = session.execute(
        select(PartProgress, Attempt, Assignment)
        .join(Attempt, Attempt.id == PartProgress.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(
            Assignment.course_id == course_id,
            Assignment.person_id.in_(list(person_ids)),
            PartProgress.kind == kind,
            PartProgress.reference == reference,
            PartProgress.met_at.is_not(None),
        )
        .order_by(Assignment.made_at, Assignment.id)
    )
    return [Resting(*row) for row in rows]


def list_attempts(session: Session, assignment_id: UUID) -> list[Attempt]:
    """Return the attempts at an assignment, the latest first."""
    statement = select(Attempt).where(Attempt.assignment_id == assignment_id).order_by(Attempt.number.desc())
    return list(session.scalars(statement))
