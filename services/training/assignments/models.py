"""Tables of assignments and of every extension they were given."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.assignments.rules import AssignmentStatus, Origin, is_overdue
from services.training.base import Base
from services.training.standing.rules import AssignmentFacts
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Assignment(Audited, Base):
    """Somebody has to take a course. `ended_at`: completed, exempted or cancelled as of then.

    `released_at` is set, to a moment to come, when it is known that it will not be asked of them any more.
    `made_due_on` is the due date it began with, before any extension; for `grace_days` after it is due it does
    not stand in the way yet. What can be chosen from has one `choice_id` in common. What no learning path asks
    for has an `origin` of its own, and perhaps a `note` from whoever asked. `credit_id` is the waiver, exemption
    or equivalent course by which it ended, if it ended so.
    """

    __tablename__ = "assignment"
    __audit_kind__: ClassVar[str] = "assignment"
    __table_args__ = (
        Index("ix_assignment_person_course", "person_id", "course_id"),
        Index("ix_assignment_status_due_on", "status", "due_on"),
        Index(
            "ix_assignment_choice",
            "choice_id",
            sqlite_where=text("choice_id IS NOT NULL"),
            postgresql_where=text("choice_id IS NOT NULL"),
        ),
        # Somebody is asked for a course once at a time, however many curricula or handlers ask at once.
        Index(
            "uq_assignment_open",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("status IN ('assigned', 'in_progress')"),
            postgresql_where=text("status IN ('assigned', 'in_progress')"),
        ),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    requirement_id: Mapped[UUID | None] = mapped_column(ForeignKey("requirement.id"))
    curriculum_id: Mapped[UUID | None] = mapped_column(ForeignKey("curriculum.id"))
    origin: Mapped[Origin] = mapped_column(enum_type(Origin), default=Origin.AUDIENCE)
    note: Mapped[str | None] = mapped_column(Text)
    credit_id: Mapped[UUID | None] = mapped_column(ForeignKey("course_credit.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    status: Mapped[AssignmentStatus] = mapped_column(enum_type(AssignmentStatus))
    made_at: Mapped[datetime]
    opens_on: Mapped[date]
    due_on: Mapped[date]
    made_due_on: Mapped[date]
    grace_days: Mapped[int] = mapped_column(default=0)
    choice_id: Mapped[UUID | None] = mapped_column(Uuid())
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    score: Mapped[int | None]
    extended_at: Mapped[datetime | None]
    extend_reason: Mapped[str | None] = mapped_column(Text)
    exempt_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @staticmethod
    def __audit_state__(values: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out what says nothing, so that rows from before there was any of it verify as they did."""
        plain = {
            "grace_days": 0,
            "choice_id": None,
            "origin": Origin.AUDIENCE,
            "note": None,
            "credit_id": None,
        }
        return {name: value for name, value in values.items() if name not in plain or value != plain[name]}

    @property
    def facts(self) -> AssignmentFacts:
        """What standing needs to know of it."""
        return AssignmentFacts(self.due_on, self.ended_at, self.released_at, self.grace_days)

    def overdue(self, at: datetime) -> bool:
        """Say whether it is open and its due day is over."""
        return is_overdue(self.status, self.due_on, at)


class AssignmentExtension(Audited, Base):
    """More time was given, from one due day to another, by a manager or by the decision on an exception."""

    __tablename__ = "assignment_extension"
    __audit_kind__: ClassVar[str] = "assignment_extension"
    __table_args__ = (Index("ix_assignment_extension_assignment", "assignment_id", "given_at"),)

    id: Mapped[IdPk]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    due_before: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]
    given_by: Mapped[UUID | None] = mapped_column(Uuid())


class CompletionRetraction(Audited, Base):
    """A completion was taken back, because what it rested on never was: `completed_at` is what it had been."""

    __tablename__ = "completion_retraction"
    __audit_kind__: ClassVar[str] = "completion_retraction"
    __table_args__ = (Index("ix_completion_retraction_assignment", "assignment_id"),)

    id: Mapped[IdPk]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    completed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    taken_back_at: Mapped[datetime]
    taken_back_by: Mapped[UUID | None] = mapped_column(Uuid())
