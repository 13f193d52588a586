"""The table of when people are reminded."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.db.base import IdPk


class ReminderStage(Base):
    """People are reminded `days` after a due day (before it, when negative); see rules.Stage."""

    __tablename__ = "reminder_stage"
    __table_args__ = (CheckConstraint("every IS NULL OR (every > 0 AND days > 0)", name="every_after_due"),)

    id: Mapped[IdPk]
    days: Mapped[int] = mapped_column(unique=True)
    every: Mapped[int | None]
    tells_manager: Mapped[bool]
