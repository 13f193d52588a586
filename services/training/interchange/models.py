"""The table of files of questions that were looked at."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.interchange.rules import ImportStatus
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class QuestionImport(Audited, Base):
    """A file as it was read; what it would change is found out anew whenever it is looked at."""

    __tablename__ = "question_import"
    __audit_kind__: ClassVar[str] = "question_import"
    __table_args__ = (Index("ix_question_import_made_at", "made_at", "id"),)

    id: Mapped[IdPk]
    name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus))
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    made_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    added: Mapped[int | None]
    revised: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
