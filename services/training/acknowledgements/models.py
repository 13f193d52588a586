"""Signatures under what was read."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.db.base import Audited, IdPk


class Acknowledgement(Audited, Base):
    """Somebody's signature (21 CFR 11.50): printed name, time, meaning, and what exactly was shown, by its digest.

    `confirmed_at` is when the password was given (21 CFR 11.200), `statement` what was signed, in `language`.
    """

    __tablename__ = "acknowledgement"
    __audit_kind__: ClassVar[str] = "acknowledgement"
    __table_args__ = (UniqueConstraint("attempt_id", "part_id"),)

    id: Mapped[IdPk]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    part_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[UUID] = mapped_column(Uuid(), index=True)
    printed_name: Mapped[str] = mapped_column(String(200))
    meaning: Mapped[str] = mapped_column(String(40))
    statement: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(4))
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    confirmed_at: Mapped[datetime]
    signed_at: Mapped[datetime]
