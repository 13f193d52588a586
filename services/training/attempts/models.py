"""Tables of attempts and of what was done in them, part by part."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.attempts.rules import AttemptStatus
from services.training.base import Base
from services.training.parts.rules import PartKind
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Attempt(Audited, Base):
    """One go at an assignment, bound to the version it began with: it ends when each of its parts is met.

    `score`, in percent, is that of the assessment which went worst; None where nothing was asked.
    """

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
    ended_at: Mapped[datetime | None]
    score: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class PartProgress(Audited, Base):
    """How far somebody is with one part of an attempt; there is no row before the first step.

    `pages`: so many, from the first, were shown and turned. `reference` names what met it: the id of a sitting,
    a session, an acknowledgement, or the part itself where going through it is all that is asked.
    """

    __tablename__ = "part_progress"
    __audit_kind__: ClassVar[str] = "part_progress"
    __table_args__ = (UniqueConstraint("attempt_id", "part_id"),)

    id: Mapped[IdPk]
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"))
    part_id: Mapped[str] = mapped_column(String(80))
    kind: Mapped[PartKind] = mapped_column(enum_type(PartKind))
    begun_at: Mapped[datetime]
    pages: Mapped[int] = mapped_column(default=0)
    met_at: Mapped[datetime | None]
    reference: Mapped[str | None] = mapped_column(String(200))
    score: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
