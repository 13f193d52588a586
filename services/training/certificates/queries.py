"""Reading certificates. `visible` is the condition on people that the asker may see (see permissions.py)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateState, CertificateStatus
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import end_of_day, start_of_day
from shared.db.paging import DEFAULT_LIMIT, Page, paginate

# The one certificate that speaks for the assignment that earned it: not one that was replaced by hand, nor one
# that rested on what never was (revoked and done with at once; any other is missed until it is renewed).
SPEAKS = and_(
    Certificate.supersede_reason.is_(None),
    or_(
        Certificate.revoked_at.is_(None),
        Certificate.renewed_at.is_(None),
        Certificate.revoked_at != Certificate.renewed_at,
    ),
)


def get_certificate(session: Session, certificate_id: UUID, visible: ColumnElement[bool]) -> Certificate:
    """Return the certificate; raise NotFound when there is none or none for the asker."""
    found: Certificate | None = session.scalar(
        select(Certificate).where(Certificate.id == certificate_id, visible)
    )
    if found is None:
        raise NotFound(N_("There is no such certificate"))
    return found


def find_by_number(session: Session, number: str) -> Certificate | None:
    """Return the certificate of that number (as rules.parse_number gives it), or None."""
    return session.scalar(select(Certificate).where(Certificate.number == number))


def find_replacement(session: Session, certificate_id: UUID) -> Certificate | None:
    """Return the certificate that took the place of this one by hand, or None."""
    return session.scalar(select(Certificate).where(Certificate.replaces_id == certificate_id))


def find_by_assignment(session: Session, assignment_id: UUID) -> Certificate | None:
    """Return the certificate that completing an assignment earned (or what replaced it by hand), or None."""
    return session.scalar(
        select(Certificate)
        .where(Certificate.assignment_id == assignment_id, SPEAKS)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .limit(1)
    )


def list_by_assignment(session: Session, assignment_id: UUID) -> list[Certificate]:
    """Return what completing an assignment earned, and what replaced it by hand, but what is revoked."""
    statement = select(Certificate).where(
        Certificate.assignment_id == assignment_id, Certificate.status != CertificateStatus.REVOKED
    )
    return list(session.scalars(statement.order_by(Certificate.issued_at, Certificate.id)))


def list_replaced_at(session: Session, certificate: Certificate) -> list[Certificate]:
    """Return the certificates of the same person and course in whose place this one was earned."""
    statement = select(Certificate).where(
        Certificate.person_id == certificate.person_id,
        Certificate.course_id == certificate.course_id,
        Certificate.assignment_id != certificate.assignment_id,
        Certificate.renewed_at == certificate.issued_at,
    )
    return list(session.scalars(statement))


def find_current(session: Session, person_id: UUID, course_id: UUID) -> Certificate | None:
    """Return the person's latest certificate for a course that none has taken the place of, or None."""
    return session.scalar(
        select(Certificate)
        .where(
            Certificate.person_id == person_id,
            Certificate.course_id == course_id,
            Certificate.renewed_at.is_(None),
        )
        .order_by(Certificate.issued_at.desc())
        .limit(1)
    )


def list_unrenewed(session: Session, person_ids: Collection[UUID]) -> list[Certificate]:
    """Return the certificates of people that none has taken the place of, whatever they are worth."""
    statement = select(Certificate).where(
        Certificate.person_id.in_(person_ids), Certificate.renewed_at.is_(None)
    )
    return list(session.scalars(statement))


def list_of_person(session: Session, person_id: UUID) -> list[Certificate]:
    """Return what a person has earned and what has not been replaced, the newest first."""
    statement = (
        select(Certificate)
        .where(Certificate.person_id == person_id, Certificate.status != CertificateStatus.SUPERSEDED)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return list(session.scalars(statement))


def list_certificates(
    session: Session,
    visible: ColumnElement[bool],
    *,
    today: date,
    search: str = "",
    person_id: UUID | None = None,
    state: CertificateState | None = None,
    course_id: UUID | None = None,
    issued_from: date | None = None,
    issued_until: date | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Certificate]:
    """Return one page of certificates, the newest first; `search` is part of a number, name or employee number.

    The days are those of issue, both included.
    """
    statement = select(Certificate).where(visible)
    if course_id is not None:
        statement = statement.where(Certificate.course_id == course_id)
    if issued_from is not None:
        statement = statement.where(Certificate.issued_at >= start_of_day(issued_from))
    if issued_until is not None:
        statement = statement.where(Certificate.issued_at < end_of_day(issued_until))
    if person_id is not None:
        statement = statement.where(Certificate.person_id == person_id)
    if search:
        statement = statement.where(
            or_(
                Certificate.number.contains(search.upper(), autoescape=True),
                Certificate.holder_name.contains(search, autoescape=True),
                Certificate.holder_employee_no.contains(search, autoescape=True),
            )
        )
    if state is not None:
        statement = statement.where(_in_state(state, today))
    return paginate(
        session,
        statement,
        keys=[Certificate.issued_at, Certificate.id],
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def _in_state(state: CertificateState, today: date) -> ColumnElement[bool]:
    issued = Certificate.status == CertificateStatus.ISSUED
    match state:
        case CertificateState.VALID:
            return and_(issued, or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today))
        case CertificateState.EXPIRED:
            return and_(issued, Certificate.valid_until < today)
        case CertificateState.SUPERSEDED:
            return Certificate.status == CertificateStatus.SUPERSEDED
        case CertificateState.REVOKED:
            return Certificate.status == CertificateStatus.REVOKED
