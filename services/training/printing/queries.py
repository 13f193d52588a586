"""Reading frozen documents, and the keys that they were signed by."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from cryptography import x509
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, defer

from services.training.certificates.models import Certificate, CertificateDocument, SigningKey


def find_document(session: Session, certificate_id: UUID, language: str) -> CertificateDocument | None:
    """Return the frozen PDF of the latest revision, or None while it has not been made."""
    return session.scalar(
        select(CertificateDocument)
        .join(Certificate, _is_latest())
        .where(Certificate.id == certificate_id, CertificateDocument.language == language)
    )


def list_documents(session: Session, certificate_id: UUID) -> list[CertificateDocument]:
    """Return which PDFs have been made, the latest revision first, without their bytes."""
    statement = (
        select(CertificateDocument)
        .where(CertificateDocument.certificate_id == certificate_id)
        .options(defer(CertificateDocument.pdf, raiseload=True))
        .order_by(CertificateDocument.revision.desc(), CertificateDocument.language)
    )
    return list(session.scalars(statement))


def find_by_hash(session: Session, sha256: bytes) -> tuple[CertificateDocument, Certificate] | None:
    """Return the document that is exactly these bytes, with its certificate, or None."""
    row = session.execute(
        select(CertificateDocument, Certificate)
        .join(Certificate, Certificate.id == CertificateDocument.certificate_id)
        .where(CertificateDocument.sha256 == sha256)
        .options(defer(CertificateDocument.pdf, raiseload=True))
        .limit(1)
    ).first()
    return (row[0], row[1]) if row is not None else None


def frozen_keys(session: Session, certificate_ids: Sequence[UUID]) -> set[tuple[UUID, str, int]]:
    """Return which documents of some certificates there are: (certificate, language, revision)."""
    rows = session.execute(
        select(
            CertificateDocument.certificate_id, CertificateDocument.language, CertificateDocument.revision
        ).where(CertificateDocument.certificate_id.in_(certificate_ids))
    )
    return {(row[0], row[1], row[2]) for row in rows}


def list_undrawn(session: Session, since: datetime, limit: int) -> list[UUID]:
    """Return certificates issued since an instant whose latest revision has no document in both languages yet."""
    drawn = select(CertificateDocument.id).where(_is_latest(), CertificateDocument.language == "both")
    statement = select(Certificate.id).where(Certificate.issued_at >= since, ~drawn.exists())
    return list(session.scalars(statement.order_by(Certificate.issued_at, Certificate.id).limit(limit)))


def list_by_ids(session: Session, ids: Iterable[UUID]) -> list[Certificate]:
    """Return certificates by their ids."""
    return list(session.scalars(select(Certificate).where(Certificate.id.in_(list(ids)))))


def list_signing_certificates(session: Session) -> list[x509.Certificate]:
    """Return the certificates of all keys that anything of ours was ever signed by."""
    rows = session.scalars(select(SigningKey.pem).order_by(SigningKey.first_used_at))
    return [x509.load_pem_x509_certificates(pem.encode())[0] for pem in rows]


def _is_latest() -> ColumnElement[bool]:
    return and_(
        CertificateDocument.certificate_id == Certificate.id,
        CertificateDocument.revision == Certificate.revision,
    )
