"""Reading certification periods. `visible` is the condition on people that the asker may see (permissions.py)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from services.training.certifications.models import CertificationPeriod
from services.training.certifications.rules import PeriodStatus
from services.training.courses.models import Course
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


@dataclass(frozen=True)
class PeriodDetail:
    """A period with the course that it is about."""

    period: CertificationPeriod
    course: Course


def get_period(session: Session, period_id: UUID, visible: ColumnElement[bool]) -> PeriodDetail:
    """Return the period; raise NotFound when there is none or none for the asker."""
    found = session.execute(
        select(CertificationPeriod, Course)
        .join(Course, Course.id == CertificationPeriod.course_id)
        .where(CertificationPeriod.id == period_id, visible)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such certification"))
    return PeriodDetail(*found)


def find_by_certificate(session: Session, certificate_id: UUID) -> CertificationPeriod | None:
    """Return the period that a certificate stands for, or None."""
    return session.scalar(
        select(CertificationPeriod).where(CertificationPeriod.certificate_id == certificate_id)
    )


def find_by_assignment(session: Session, assignment_id: UUID) -> CertificationPeriod | None:
    """Return the period that completing an assignment earned and that is not revoked, or None."""
    return session.scalar(
        select(CertificationPeriod).where(
            CertificationPeriod.assignment_id == assignment_id,
            CertificationPeriod.status != PeriodStatus.REVOKED,
        )
    )


def list_certified(session: Session, person_ids: Collection[UUID]) -> list[CertificationPeriod]:
    """Return the periods of people that count, one a person and course."""
    statement = select(CertificationPeriod).where(
        CertificationPeriod.person_id.in_(person_ids), CertificationPeriod.status == PeriodStatus.CERTIFIED
    )
    return list(session.scalars(statement))


def list_periods(
    session: Session,
    visible: ColumnElement[bool],
    *,
    person_id: UUID | None = None,
    course_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[CertificationPeriod]:
    """Return one page of earned periods, the latest earned first."""
    statement = select(CertificationPeriod).where(visible)
    if person_id is not None:
        statement = statement.where(CertificationPeriod.person_id == person_id)
    if course_id is not None:
        statement = statement.where(CertificationPeriod.course_id == course_id)
    keys = [CertificationPeriod.earned_at, CertificationPeriod.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit, descending=True)
