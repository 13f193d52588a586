"""The table of due-date exceptions."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.exceptions.rules import Cause, ExceptionStatus
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class DueException(Audited, Base):
    """The due day `due_on` of an assignment cannot be met. `wished_on` is what was asked for, `granted_on` given.

    `cause` is what a rule found, or ASKED with a `reason` in words; `requested_by` and `decided_by` are people.
    """

    __tablename__ = "due_exception"
    __audit_kind__: ClassVar[str] = "due_exception"
    __table_args__ = (
        Index("ix_due_exception_status_requested_at", "status", "requested_at", "id"),
        Index("ix_due_exception_assignment", "assignment_id"),
        # One open question about an assignment at a time.
        Index(
            "uq_due_exception_requested",
            "assignment_id",
            unique=True,
            sqlite_where=text("status = 'requested'"),
            postgresql_where=text("status = 'requested'"),
        ),
    )

    id: Mapped[IdPk]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    cause: Mapped[Cause] = mapped_column(enum_type(Cause))
    status: Mapped[ExceptionStatus] = mapped_column(enum_type(ExceptionStatus))
    reason: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date]
    wished_on: Mapped[date | None]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None] = mapped_column(Uuid())
    granted_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(Uuid())
    decision_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
