"""Finding whom an equivalence changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN, AssignmentStatus
from services.training.certificates.models import Certificate
from services.training.certificates.queries import SPEAKS
from services.training.certificates.rules import CertificateStatus
from services.training.certifications.models import CertificationPeriod
from services.training.certifications.rules import PeriodStatus
from services.training.waivers.commands import Done
from services.training.waivers.models import CourseCredit, Equivalence
from services.training.waivers.rules import equivalent_until
from shared.core.zones import local_date


@dataclass(frozen=True)
class Effect:
    """Whom an equivalence changes: how many it credits, and of how many it ends an open assignment."""

    credited: int
    ended: int


def list_completions(
    session: Session, equivalence: Equivalence, after: UUID | None, limit: int
) -> list[Done]:
    """Return the next completions, by id, that the equivalence has given nothing for; not what was revoked."""
    given = exists().where(
        CourseCredit.equivalence_id == equivalence.id, CourseCredit.source_id == Assignment.id
    )
    statement = _completions(equivalence.by_course_id).where(~given).order_by(Assignment.id).limit(limit)
    if after is not None:
        statement = statement.where(Assignment.id > after)
    return _done(session, statement)


def count_effect(
    session: Session, course_id: UUID, by_course_id: UUID, max_age_months: int | None, today: date
) -> Effect:
    """Return whom an equivalence would change if it were made today: two queries, whatever their number."""
    credited = {
        one.person_id
        for one in _done(session, _completions(by_course_id))
        if (until := equivalent_until(one.done_on, one.valid_until, max_age_months)) is None or until >= today
    }
    own = aliased(Assignment)
    waiting = (
        select(own.person_id)
        .where(own.course_id == course_id, own.status.in_(OPEN))
        .where(exists().where(Assignment.person_id == own.person_id, *_completed(by_course_id)))
    )
    return Effect(len(credited), len(credited.intersection(session.scalars(waiting))))


def _completed(course_id: UUID) -> Sequence[ColumnElement[bool]]:
    return (
        Assignment.course_id == course_id,
        Assignment.status == AssignmentStatus.COMPLETED,
        Assignment.credit_id.is_(None),
    )


def _completions(course_id: UUID) -> Any:
    return (
        select(
            Assignment.id,
            Assignment.person_id,
            Assignment.course_id,
            Assignment.ended_at,
            func.coalesce(CertificationPeriod.valid_until, Certificate.valid_until).label("valid_until"),
        )
        .outerjoin(Certificate, and_(Certificate.assignment_id == Assignment.id, SPEAKS))
        .outerjoin(
            CertificationPeriod,
            and_(
                CertificationPeriod.assignment_id == Assignment.id,
                CertificationPeriod.status != PeriodStatus.REVOKED,
            ),
        )
        .where(
            *_completed(course_id),
            or_(Certificate.id.is_(None), Certificate.status != CertificateStatus.REVOKED),
        )
    )


def _done(session: Session, statement: Any) -> list[Done]:
    return [
        Done(row.id, row.person_id, row.course_id, local_date(row.ended_at), row.valid_until)
        for row in session.execute(statement)
    ]
