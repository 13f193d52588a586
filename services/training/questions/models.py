"""Tables of the question bank."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.questions.rules import Feedback, QuestionBody, QuestionKind, body_from_json
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class Topic(Audited, Base):
    """What questions are about; `feedback` is what its learners are told after handing in."""

    __tablename__ = "question_topic"
    __audit_kind__: ClassVar[str] = "question_topic"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[LocalizedText]
    feedback: Mapped[Feedback] = mapped_column(enum_type(Feedback))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class Question(Audited, Base):
    """A question through all its revisions; a retired one is in no new version of a course."""

    __tablename__ = "question"
    __audit_kind__: ClassVar[str] = "question"
    __table_args__ = (Index("ix_question_topic", "topic_id", "code"),)

    id: Mapped[IdPk]
    topic_id: Mapped[UUID] = mapped_column(ForeignKey("question_topic.id"))
    code: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class QuestionRevision(Audited, Base):
    """How a question read from some moment on; never changed. The one with the highest number is current."""

    __tablename__ = "question_revision"
    __audit_kind__: ClassVar[str] = "question_revision"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[IdPk]
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(enum_type(QuestionKind))
    content: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    points: Mapped[int]
    # What a search looks through.
    words: Mapped[str] = mapped_column(Text)
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime]

    @property
    def body(self) -> QuestionBody:
        """The question as a value."""
        return body_from_json(self.content)
