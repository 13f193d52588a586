"""The table of attempts."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.attempts.rules import AttemptStatus
from services.training.base import Base
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class Attempt(Audited, Base):
    """One go at an assignment, bound to the version it began with. `answers`: an option's index each."""

    __tablename__ = "attempt"
    __audit_kind__: ClassVar[str] = "attempt"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        # A double click on "start" begins one attempt.
        Index(
            "uq_attempt_launched",
            "assignment_id",
            unique=True,
            sqlite_where=text("status = 'launched'"),
            postgresql_where=text("status = 'launched'"),
        ),
    )

    id: Mapped[IdPk]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_version.id"))
    number: Mapped[int]
    status: Mapped[AttemptStatus] = mapped_column(enum_type(AttemptStatus))
    launched_at: Mapped[datetime]
    pages_read: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    score: Mapped[int | None]
    answers: Mapped[list[int] | None] = mapped_column(JsonDocument)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
