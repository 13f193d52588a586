"""Tables of sittings."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.sittings.rules import Before, Drawn, Given, SittingStatus, drawn_from_json
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class Sitting(Audited, Base):
    """One go at the assessment of an assignment's course: what was asked, until when, and what came of it.

    `deadline_at` None: no time limit. `timed_out`: it was graded because its time was over.
    """

    __tablename__ = "sitting"
    __audit_kind__: ClassVar[str] = "sitting"
    __table_args__ = (
        UniqueConstraint("assignment_id", "part_id", "number"),
        # A double click on "start" begins one sitting.
        Index(
            "uq_sitting_started",
            "assignment_id",
            "part_id",
            unique=True,
            sqlite_where=text("status = 'started'"),
            postgresql_where=text("status = 'started'"),
        ),
        Index("ix_sitting_status_deadline", "status", "deadline_at"),
        Index("ix_sitting_started_at", "started_at", "id"),
    )

    id: Mapped[IdPk]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_version.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    part_id: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    status: Mapped[SittingStatus] = mapped_column(enum_type(SittingStatus))
    seed: Mapped[int] = mapped_column(BigInteger)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    pass_mark: Mapped[int]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    timed_out: Mapped[bool] = mapped_column(default=False)
    score: Mapped[int | None]
    void_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def drawn(self) -> tuple[Drawn, ...]:
        """What is asked, in the order in which it is."""
        return drawn_from_json(self.questions)

    @property
    def before(self) -> Before:
        """What it means for the next sitting."""
        return Before(self.status, self.ended_at)


class SittingAnswer(Audited, Base):
    """The answer to one question as it was given; each change of it counts `sequence` up by one."""

    __tablename__ = "sitting_answer"
    __audit_kind__: ClassVar[str] = "sitting_answer"
    __table_args__ = (UniqueConstraint("sitting_id", "place"),)

    id: Mapped[IdPk]
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sitting.id"))
    place: Mapped[int]
    given: Mapped[Given] = mapped_column(JsonDocument)
    saved_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": sequence}
