"""Tables of certificates and their documents."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.certificates.rules import CertificateState, CertificateStatus, state_at
from services.training.standing.rules import CertificateFacts
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Certificate(Audited, Base):
    """Everything the document says is kept here as it was on the day of issue: name, title, dates.

    `renewal_id` is the assignment by which it is renewed, when one is planned. `design_version_id` None: by the
    standard design. `revision` counts its printings, `reissue_id` names the last
    mass printing; `replaces_id` is the certificate that it
    took the place of by hand. `renewed_at` of a void one is when
    it was found that it never counted. The evidence is for its revocation, or for its being superseded by hand.
    """

    __tablename__ = "certificate"
    __audit_kind__: ClassVar[str] = "certificate"
    __table_args__ = (
        Index("ix_certificate_person_course", "person_id", "course_id"),
        Index("ix_certificate_issued_at_id", "issued_at", "id"),
        # The certificate that counts, one for a person and a course, however many were earned at once.
        Index(
            "uq_certificate_issued",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("status = 'issued'"),
            postgresql_where=text("status = 'issued'"),
        ),
        # An assignment earns one certificate that is not revoked; what replaces that one by hand names the same
        # assignment, and so does what is earned by an assignment that was open again.
        Index(
            "uq_certificate_assignment",
            "assignment_id",
            unique=True,
            sqlite_where=text("replaces_id IS NULL AND status <> 'revoked'"),
            postgresql_where=text("replaces_id IS NULL AND status <> 'revoked'"),
        ),
        Index("ix_certificate_assignment_id", "assignment_id"),
        Index("ix_certificate_reissue_id", "reissue_id"),
    )

    id: Mapped[IdPk]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[CertificateStatus] = mapped_column(enum_type(CertificateStatus))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    holder_name: Mapped[str] = mapped_column(String(200))
    holder_employee_no: Mapped[str] = mapped_column(String(40))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_version.id"))
    version_number: Mapped[int]
    title: Mapped[LocalizedText]
    category: Mapped[str] = mapped_column(String(40))
    score: Mapped[int | None]
    assignment_id: Mapped[UUID] = mapped_column(Uuid())
    renewal_id: Mapped[UUID | None] = mapped_column(Uuid())
    issued_at: Mapped[datetime]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    renewed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None] = mapped_column(Text)
    supersede_reason: Mapped[str | None] = mapped_column(Text)
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    evidence_name: Mapped[str | None] = mapped_column(String(200))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    design_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("design_version.id"))
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    reissue_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate_reissue.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def facts(self) -> CertificateFacts:
        """What standing needs to know of it."""
        return CertificateFacts(self.valid_until, self.revoked_at, self.renewed_at, self.released_at)

    def state(self, at: datetime) -> CertificateState:
        """What it is worth at an instant."""
        return state_at(self.status, self.valid_until, at)


class CertificateDocument(Audited, Base):
    """The PDF of a revision in one language (zh, en or both): made once, given out unchanged ever after.

    `key_id` names the SigningKey; None: it was made before documents were signed.
    """

    __tablename__ = "certificate_document"
    __audit_kind__: ClassVar[str] = "certificate_document"
    __table_args__ = (
        UniqueConstraint("certificate_id", "language", "revision"),
        Index("ix_certificate_document_sha256", "sha256"),
    )

    id: Mapped[IdPk]
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    language: Mapped[str] = mapped_column(String(4))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    rendered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    key_id: Mapped[str | None] = mapped_column(String(64))


class SigningKey(Base):
    """A certificate (with its chain, PEM) that documents or badges were signed by: kept to check them by for ever."""

    __tablename__ = "signing_key"

    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    pem: Mapped[str] = mapped_column(Text)
    first_used_at: Mapped[datetime]
