"""Reading badges and what they point to."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.training.badges.models import Badge
from services.training.certificates.models import Certificate, SigningKey
from services.training.certificates.rules import CertificateStatus


def find_badge(session: Session, certificate_id: UUID) -> Badge | None:
    """Return the badge of a certificate, or None while nobody has asked for it."""
    return session.scalar(select(Badge).where(Badge.certificate_id == certificate_id))


def count_badges(session: Session) -> int:
    """Return how many badges there are."""
    return session.scalar(select(func.count(Badge.id))) or 0


def is_taken(session: Session, list_number: int, list_index: int) -> bool:
    """Say whether a place in a list is somebody's."""
    statement = select(Badge.id).where(Badge.list_number == list_number, Badge.list_index == list_index)
    return session.scalar(statement) is not None


def list_revoked_places(session: Session, list_number: int) -> list[int]:
    """Return the places of badges whose certificates were revoked or superseded."""
    statement = (
        select(Badge.list_index)
        .join(Certificate, Certificate.id == Badge.certificate_id)
        .where(
            Badge.list_number == list_number,
            Certificate.status.in_([CertificateStatus.REVOKED, CertificateStatus.SUPERSEDED]),
        )
    )
    return list(session.scalars(statement))


def find_signing_key(session: Session, key_id: str) -> SigningKey | None:
    """Return a key that something of ours was signed by, or None."""
    return session.get(SigningKey, key_id)


def list_signing_keys(session: Session) -> list[SigningKey]:
    """Return all keys that anything of ours was signed by."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.first_used_at, SigningKey.key_id)))
