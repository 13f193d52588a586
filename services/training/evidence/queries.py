"""Reading evidence. `visible` is the condition on people that the asker may see (see permissions.py)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.training.courses.models import Course
from services.training.evidence.models import Evidence
from services.training.evidence.rules import EvidenceStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class EvidenceDetail:
    """Evidence with whose it is and what for."""

    evidence: Evidence
    course: Course
    person: DirectoryPerson


def find_waiting(session: Session, attempt_id: UUID, part_id: str) -> Evidence | None:
    """Return what waits for a decision for a part, or None."""
    return session.scalar(
        select(Evidence).where(
            Evidence.attempt_id == attempt_id,
            Evidence.part_id == part_id,
            Evidence.status == EvidenceStatus.HANDED_IN,
        )
    )


def list_of_part(session: Session, attempt_id: UUID, part_id: str) -> list[Evidence]:
    """Return everything that was handed in for a part, the latest first."""
    statement = (
        select(Evidence)
        .where(Evidence.attempt_id == attempt_id, Evidence.part_id == part_id)
        .order_by(Evidence.handed_in_at.desc(), Evidence.id.desc())
    )
    return list(session.scalars(statement))


def get_evidence(session: Session, evidence_id: UUID, visible: ColumnElement[bool]) -> EvidenceDetail:
    """Return evidence; raise NotFound when there is none or none for the asker."""
    found = session.execute(
        select(Evidence, Course, DirectoryPerson)
        .join(Course, Course.id == Evidence.course_id)
        .join(DirectoryPerson, DirectoryPerson.id == Evidence.person_id)
        .where(Evidence.id == evidence_id, visible)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such evidence"))
    return EvidenceDetail(*found)


def list_evidence(
    session: Session,
    status: EvidenceStatus,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[EvidenceDetail]:
    """Return one page of evidence of a status, what waits longest first (three queries)."""
    statement = select(Evidence).where(Evidence.status == status)
    page = paginate(
        session, statement, keys=[Evidence.handed_in_at, Evidence.id], cursor=cursor, limit=limit,
        descending=status is not EvidenceStatus.HANDED_IN,
    )  # fmt: skip
    people = select(DirectoryPerson).where(DirectoryPerson.id.in_({one.person_id for one in page.items}))
    courses = select(Course).where(Course.id.in_({one.course_id for one in page.items}))
    by_person = {one.id: one for one in session.scalars(people)}
    by_course = {one.id: one for one in session.scalars(courses)}
    rows = [EvidenceDetail(one, by_course[one.course_id], by_person[one.person_id]) for one in page.items]
    return Page(rows, page.next_cursor)


def count_waiting(session: Session) -> int:
    """Return how many wait for a decision."""
    waiting = Evidence.status == EvidenceStatus.HANDED_IN
    return session.scalar(select(func.count()).select_from(Evidence).where(waiting)) or 0
