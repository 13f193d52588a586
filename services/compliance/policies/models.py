"""Policies and their versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.base import Base
from services.compliance.policies.rules import VersionStatus, text_sha256, version_sha256
from services.compliance.signatories.rules import Signatory
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class PolicyDocument(Audited, Base):
    """A policy; its text is in its versions."""

    __tablename__ = "policy_document"
    __audit_kind__ = "policy"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[LocalizedText]
    created_at: Mapped[datetime]


class PolicyVersion(Audited, Base):
    """One version: a Chinese and an English text that belong together, each known by its hash.

    `submitted_by` put it forward, `approved_by` is the second person; both are accounts.
    """

    __tablename__ = "policy_version"
    __audit_kind__ = "policy_version"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[IdPk]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("policy_document.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus))
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)
    zh_sha256: Mapped[str] = mapped_column(String(64))
    en_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    change_note: Mapped[str] = mapped_column(String(400), default="")
    submitted_by: Mapped[UUID | None] = mapped_column(Uuid())
    submitted_person_id: Mapped[UUID | None] = mapped_column(Uuid())
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(Uuid())
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own protocol

    def set_text(self, text: LocalizedText) -> None:
        """Take over both texts and their hashes."""
        self.zh, self.en = text.zh, text.en
        self.zh_sha256, self.en_sha256 = text_sha256(text.zh), text_sha256(text.en)
        self.sha256 = version_sha256(text)

    def text_in(self, language: str) -> str:
        """Return the text in `zh` or `en`."""
        return self.zh if language == "zh" else self.en

    def sha256_in(self, language: str) -> str:
        """Return the hash of the text in `zh` or `en`."""
        return self.zh_sha256 if language == "zh" else self.en_sha256

    @property
    def submitter(self) -> Signatory | None:
        """Who put it forward."""
        return Signatory(self.submitted_by, self.submitted_person_id) if self.submitted_by else None
