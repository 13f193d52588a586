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
    """A later certificate for the same course took its place; with a digest, by hand, on that evidence."""

    certificate_id: UUID
    person_id: UUID
    by_certificate_id: UUID
    evidence_sha256: str | None = None


@message("training.certificate.revoked.v1")
@dataclass(frozen=True)
class CertificateRevoked:
    """It does not count any more; the reason is kept with the certificate, the evidence known by its digest."""

    certificate_id: UUID
    person_id: UUID
    evidence_sha256: str | None = None


@message("training.certificate.restored.v1")
@dataclass(frozen=True)
class CertificateRestored:
    """It counts again: the one that had taken its place rested on what never was. Days as at its issue."""

    certificate_id: UUID
    person_id: UUID
    course_id: UUID
    valid_from: date
    valid_until: date | None


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
    """The PDF of one revision in one language was made and signed, once and for all."""

    certificate_id: UUID
    language: str
    pdf_sha256: str
    revision: int = 1
    key_id: str | None = None


@message("training.certificate.reissued.v1")
@dataclass(frozen=True)
class CertificateReissued:
    """The same certificate is printed anew by another design; the documents before stay verifiable."""

    certificate_id: UUID
    person_id: UUID
    revision: int
    design_version_id: UUID | None
    reissue_id: UUID


@message("training.reissue.started.v1")
@dataclass(frozen=True)
class ReissueStarted:
    """Many certificates are being printed anew; the digest is over which ones were chosen, and how."""

    reissue_id: UUID
    design_version_id: UUID | None
    total: int
    chosen_sha256: str


@message("training.reissue.stopped.v1")
@dataclass(frozen=True)
class ReissueStopped:
    """Somebody stopped it: what was printed by then stays so, the rest is as it was."""

    reissue_id: UUID


@message("training.reissue.resumed.v1")
@dataclass(frozen=True)
class ReissueResumed:
    """It goes on with the certificates that are left."""

    reissue_id: UUID


@message("training.reissue.finished.v1")
@dataclass(frozen=True)
class ReissueFinished:
    """Every certificate that was chosen and still counts is printed anew."""

    reissue_id: UUID
    reissued: int
