"""The table of seminar cases."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument


class SeminarCase(Audited, Base):
    """The case that a seminar is about. `files`: {"sha256": …, "name": …} each; `entry_id`: the library's entry."""

    __tablename__ = "seminar_case"
    __audit_kind__: ClassVar[str] = "seminar_case"

    id: Mapped[IdPk]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"), unique=True)
    title: Mapped[LocalizedText]
    text: Mapped[LocalizedText]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    written_at: Mapped[datetime]
    entry_id: Mapped[UUID | None] = mapped_column(Uuid())
