"""The table of feedback."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.feedback.rules import Answer
from shared.db.base import Audited, IdPk


class SessionFeedback(Audited, Base):
    """What one person said of a session. Whose it is serves only to let them change it; no page shows it."""

    __tablename__ = "session_feedback"
    __audit_kind__: ClassVar[str] = "session_feedback"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[IdPk]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    content: Mapped[int]
    instructor: Mapped[int]
    relevance: Mapped[int]
    comment: Mapped[str] = mapped_column(Text)
    given_on: Mapped[date]

    @property
    def answer(self) -> Answer:
        """What was said."""
        return Answer(self.content, self.instructor, self.relevance, self.comment)
