"""Tables of waivers, of what counts in a course's stead, and of courses that stand in for one another."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.waivers.rules import Credit, CreditKind, WaiverStatus
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Waiver(Audited, Base):
    """Somebody asks that evidence count in a course's stead. `until` is the last day on which it counts.

    `evidence_sha256` and `evidence_name` are the file, when there is one; `requested_by` and `decided_by` are the
    people who did, None for a program.
    """

    __tablename__ = "waiver"
    __audit_kind__: ClassVar[str] = "waiver"
    __table_args__ = (
        Index("ix_waiver_status_requested_at", "status", "requested_at", "id"),
        Index("ix_waiver_person_course", "person_id", "course_id"),
        # One question at a time about the same thing.
        Index(
            "uq_waiver_requested",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("status = 'requested'"),
            postgresql_where=text("status = 'requested'"),
        ),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    status: Mapped[WaiverStatus] = mapped_column(enum_type(WaiverStatus))
    reason: Mapped[str] = mapped_column(Text)
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    evidence_name: Mapped[str | None] = mapped_column(String(200))
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID | None] = mapped_column(Uuid())
    until: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(Uuid())
    decision_reason: Mapped[str | None] = mapped_column(Text)
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class Equivalence(Audited, Base):
    """Whoever has completed `by_course_id` need not take `course_id`, for at most `max_age_months`."""

    __tablename__ = "equivalence"
    __audit_kind__: ClassVar[str] = "equivalence"
    __table_args__ = (
        Index(
            "uq_equivalence_in_force",
            "course_id",
            "by_course_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_equivalence_by_course", "by_course_id"),
    )

    id: Mapped[IdPk]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    by_course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    max_age_months: Mapped[int | None]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(Uuid())
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class CourseCredit(Audited, Base):
    """A course counts as done for somebody, or is not required of them: see rules.Credit.

    `source_id` is the waiver, or the completed assignment of the course that stands in. `ended_at`: taken back
    before its time, and as if it had never been from then on.
    """

    __tablename__ = "course_credit"
    __audit_kind__: ClassVar[str] = "course_credit"
    __table_args__ = (
        Index("ix_course_credit_person_course", "person_id", "course_id"),
        Index("ix_course_credit_source", "source_id"),
        # Applied twice, an equivalence gives nobody anything twice.
        UniqueConstraint("equivalence_id", "source_id"),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[CreditKind] = mapped_column(enum_type(CreditKind))
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    given_at: Mapped[datetime]
    given_by: Mapped[UUID | None] = mapped_column(Uuid())
    source_id: Mapped[UUID | None] = mapped_column(Uuid())
    equivalence_id: Mapped[UUID | None] = mapped_column(ForeignKey("equivalence.id"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def credit(self) -> Credit:
        """What it says, as a value."""
        return Credit(self.course_id, self.since, self.until, self.kind is CreditKind.EXEMPTION)
