"""The table of evidence."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.evidence.rules import EvidenceStatus
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Evidence(Audited, Base):
    """A file that somebody handed in for a part of a course, known by its SHA-256, and what became of it."""

    __tablename__ = "evidence"
    __audit_kind__: ClassVar[str] = "evidence"
    __table_args__ = (
        Index("ix_evidence_status_handed_in_at", "status", "handed_in_at", "id"),
        Index("ix_evidence_person", "person_id", "handed_in_at"),
        # One at a time waits for a decision, however often the button is pressed.
        Index(
            "uq_evidence_waiting",
            "attempt_id",
            "part_id",
            unique=True,
            sqlite_where=text("status = 'handed_in'"),
            postgresql_where=text("status = 'handed_in'"),
        ),
    )

    id: Mapped[IdPk]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    part_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    status: Mapped[EvidenceStatus] = mapped_column(enum_type(EvidenceStatus))
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    handed_in_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
