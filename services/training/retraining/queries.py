"""Reading whom a revised course concerns."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a certificate of the course that counts; `by` is the assignment that it was earned with."""

    person: DirectoryPerson
    certificate: Certificate
    by: Assignment | None


def next_holders(
    session: Session, course_id: UUID, version_id: UUID, after: UUID | None, limit: int
) -> list[Holder]:
    """Return the next people, by id, who hold a counting certificate of an earlier version (one query)."""
    statement = (
        select(DirectoryPerson, Certificate, Assignment)
        .join(Certificate, Certificate.person_id == DirectoryPerson.id)
        .outerjoin(Assignment, Assignment.id == Certificate.assignment_id)
        .where(
            Certificate.course_id == course_id,
            Certificate.status == CertificateStatus.ISSUED,
            or_(Certificate.version_id.is_(None), Certificate.version_id != version_id),
        )
        .order_by(DirectoryPerson.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(DirectoryPerson.id > after)
    return [Holder(*row) for row in session.execute(statement)]


def open_of_people(session: Session, course_id: UUID, person_ids: list[UUID]) -> dict[UUID, Assignment]:
    """Return the open assignments of a course by person, in one query."""
    statement = select(Assignment).where(
        Assignment.course_id == course_id,
        Assignment.person_id.in_(person_ids),
        Assignment.status.in_(OPEN),
    )
    return {one.person_id: one for one in session.scalars(statement)}
