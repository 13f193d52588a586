"""The table of reminders."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.reminders.rules import ReminderKind
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Reminder(Audited, Base):
    """Somebody was reminded. `mark` is the due date it was about, or the day a manager asked for it."""

    __tablename__ = "reminder"
    __audit_kind__: ClassVar[str] = "reminder"
    __table_args__ = (
        UniqueConstraint("assignment_id", "kind", "mark"),
        Index("ix_reminder_person", "person_id", "sent_at"),
    )

    id: Mapped[IdPk]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    kind: Mapped[ReminderKind] = mapped_column(enum_type(ReminderKind))
    mark: Mapped[date]
    sent_at: Mapped[datetime]
