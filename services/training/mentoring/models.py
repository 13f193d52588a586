"""Tables of mentoring: plans, mentorships, what was ticked, noted and visited."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.mentoring.rules import (
    CustomerKind,
    EndReason,
    MentorshipStatus,
    PlanItem,
    Signatures,
    items_from_json,
)
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.sealing import Sealed
from shared.db.types import JsonDocument, enum_type

_OPEN = "status IN ('proposed', 'active')"


class MentoringPlan(Audited, Base):
    """What is done week by week; signing a mentorship off meets the checklist of `course_id`, if there is one."""

    __tablename__ = "mentoring_plan"
    __audit_kind__: ClassVar[str] = "mentoring_plan"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[LocalizedText]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def plan(self) -> tuple[PlanItem, ...]:
        """Its items."""
        return items_from_json(self.items)


class Mentorship(Audited, Base):
    """A mentor and a mentee. `items` are frozen from the plan when it is proposed.

    `thread_id` is the id of the first mentorship of a mentee that others took over: notes, ticks and visits belong
    to the thread, so they are the successor's as well. `manager_signed_by` is a person, as are the others.
    """

    __tablename__ = "mentorship"
    __audit_kind__: ClassVar[str] = "mentorship"
    __table_args__ = (
        # Nobody has two mentors at a time, whoever is faster.
        Index(
            "uq_mentorship_open_mentee",
            "mentee_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_mentorship_mentor_id_status", "mentor_id", "status"),
        Index("ix_mentorship_mentee_id", "mentee_id"),
        Index("ix_mentorship_thread_id", "thread_id"),
        Index("ix_mentorship_status_proposed_at", "status", "proposed_at"),
    )

    id: Mapped[IdPk]
    thread_id: Mapped[UUID] = mapped_column(Uuid())
    mentee_id: Mapped[UUID] = mapped_column(Uuid())
    mentor_id: Mapped[UUID] = mapped_column(Uuid())
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("mentoring_plan.id"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    status: Mapped[MentorshipStatus] = mapped_column(enum_type(MentorshipStatus))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    proposed_at: Mapped[datetime]
    started_on: Mapped[date | None]
    due_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None] = mapped_column(enum_type(EndReason))
    mentor_signed_by: Mapped[UUID | None] = mapped_column(Uuid())
    mentor_signed_at: Mapped[datetime | None]
    manager_signed_by: Mapped[UUID | None] = mapped_column(Uuid())
    manager_signed_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def plan(self) -> tuple[PlanItem, ...]:
        """What was agreed on."""
        return items_from_json(self.items)

    @property
    def signatures(self) -> Signatures:
        """Who has signed off."""
        return Signatures(self.mentor_signed_by, self.manager_signed_by)


class MentoringTick(Audited, Base):
    """An item that was done, by whom and when."""

    __tablename__ = "mentoring_tick"
    __audit_kind__: ClassVar[str] = "mentoring_tick"
    __table_args__ = (UniqueConstraint("thread_id", "item_id"),)

    id: Mapped[IdPk]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("mentorship.id"))
    item_id: Mapped[str] = mapped_column(String(10))
    ticked_by: Mapped[UUID] = mapped_column(Uuid())
    ticked_at: Mapped[datetime]


class MentoringNote(Sealed, Base):
    """What was said at a check-in: for the two and the mentee's manager alone. Never changed."""

    __tablename__ = "mentoring_note"
    __audit_kind__: ClassVar[str] = "mentoring_note"
    __sealed__ = frozenset(("body",))
    __table_args__ = (Index("ix_mentoring_note_thread_id_written_at", "thread_id", "written_at"),)

    id: Mapped[IdPk]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("mentorship.id"))
    author_id: Mapped[UUID] = mapped_column(Uuid())
    written_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class MentoringVisit(Sealed, Base):
    """A customer visited together; what was wanted and what came of it is for the same three."""

    __tablename__ = "mentoring_visit"
    __audit_kind__: ClassVar[str] = "mentoring_visit"
    __sealed__ = frozenset(("goal", "outcome"))
    __table_args__ = (Index("ix_mentoring_visit_thread_id_visited_on", "thread_id", "visited_on"),)

    id: Mapped[IdPk]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("mentorship.id"))
    author_id: Mapped[UUID] = mapped_column(Uuid())
    visited_on: Mapped[date]
    customer: Mapped[CustomerKind] = mapped_column(enum_type(CustomerKind))
    goal: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
