"""The table of badges."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.db.base import Audited, IdPk


class Badge(Audited, Base):
    """The credential for a certificate, signed once; whether it still holds is in the status list at its place."""

    __tablename__ = "badge"
    __audit_kind__: ClassVar[str] = "badge"
    __table_args__ = (UniqueConstraint("list_number", "list_index"),)

    id: Mapped[IdPk]
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), unique=True)
    person_id: Mapped[UUID] = mapped_column(Uuid())
    list_number: Mapped[int]
    list_index: Mapped[int]
    token: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.key_id"))
    signed_at: Mapped[datetime]
