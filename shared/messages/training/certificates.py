"""Certificates."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.messages.base import message


@message("training.certificate.issued.v1")
@dataclass(frozen=True)
class CertificateIssued:
    """`valid_until` is the last valid day; None means that it does not run out."""

    certificate_id: UUID
    number: str
    person_id: UUID
    course_id: UUID
    version_id: UUID
    valid_from: date
    valid_until: date | None


@message("training.certificate.superseded.v1")
@dataclass(frozen=True)
class CertificateSuperseded:
    """A later certificate for the same course took its place."""

    certificate_id: UUID
    person_id: UUID
    by_certificate_id: UUID


@message("training.certificate.revoked.v1")
@dataclass(frozen=True)
class CertificateRevoked:
    """It does not count any more; the reason is kept with the certificate."""

    certificate_id: UUID
    person_id: UUID


@message("training.certificate.released.v1")
@dataclass(frozen=True)
class CertificateReleased:
    """From `at` on nobody needs the person to renew it; None: the need is back."""

    certificate_id: UUID
    person_id: UUID
    at: datetime | None


@message("training.certificate.rendered.v1")
@dataclass(frozen=True)
class CertificateRendered:
    """Its PDF in one language was made, once and for all."""

    certificate_id: UUID
    language: str
    pdf_sha256: str
