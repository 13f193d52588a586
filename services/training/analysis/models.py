"""The table that item analysis reads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base


class QuestionMark(Base):
    """How one question of one sitting was answered: computed from audited rows, and again whenever wanted.

    `share` is what it earned and `rest` what all other questions of the sitting earned, in thousandths.
    `chosen` has bit i set when option i of the revision was chosen (for ordering: stands in its right place).
    `typed` is what was written, normalised and cut to 200 characters.
    """

    __tablename__ = "question_mark"
    __table_args__ = (
        Index("ix_question_mark_question", "question_id"),
        Index("ix_question_mark_topic", "topic_id"),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic_id: Mapped[UUID] = mapped_column(Uuid())
    question_id: Mapped[UUID] = mapped_column(Uuid())
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("question_revision.id"))
    answered: Mapped[bool]
    share: Mapped[int]
    rest: Mapped[int]
    chosen: Mapped[int]
    typed: Mapped[str | None] = mapped_column(String(200))
    marked_at: Mapped[datetime]
