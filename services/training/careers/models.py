"""Tables of career steps, of what was signed off, and of requests for a promotion."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.careers.rules import Criteria, RequestStatus, StepKind
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type
from shared.messages.people import Position


class CareerStep(Audited, Base):
    """A way from one position to another and what it asks for; `ended_at`: nobody takes it any more."""

    __tablename__ = "career_step"
    __audit_kind__: ClassVar[str] = "career_step"
    __table_args__ = (
        Index(
            "uq_career_step_open",
            "source",
            "target",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[IdPk]
    source: Mapped[Position] = mapped_column(enum_type(Position))
    target: Mapped[Position] = mapped_column(enum_type(Position))
    kind: Mapped[StepKind] = mapped_column(enum_type(StepKind))
    criteria_rule: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def criteria(self) -> Criteria:
        """What it asks for."""
        return Criteria.from_json(self.criteria_rule)


class CareerSignOff(Audited, Base):
    """Somebody above says that a person is ready for a step; given once, and taken back by `withdrawn_at`."""

    __tablename__ = "career_sign_off"
    __audit_kind__: ClassVar[str] = "career_sign_off"
    __table_args__ = (
        Index(
            "uq_career_sign_off_given",
            "person_id",
            "step_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    step_id: Mapped[UUID] = mapped_column(ForeignKey("career_step.id"))
    note: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[UUID | None] = mapped_column(Uuid())
    signed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class PromotionRequest(Audited, Base):
    """Somebody is to take a step. `evidence` is what it was judged by when it was submitted, with its SHA-256."""

    __tablename__ = "promotion_request"
    __audit_kind__: ClassVar[str] = "promotion_request"
    __table_args__ = (
        Index("ix_promotion_request_status", "status", "created_at", "id"),
        Index("ix_promotion_request_person", "person_id", "created_at"),
        Index(
            "uq_promotion_request_pending",
            "person_id",
            "step_id",
            unique=True,
            sqlite_where=text("status IN ('draft', 'submitted')"),
            postgresql_where=text("status IN ('draft', 'submitted')"),
        ),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    step_id: Mapped[UUID] = mapped_column(ForeignKey("career_step.id"))
    status: Mapped[RequestStatus] = mapped_column(enum_type(RequestStatus))
    reason: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[UUID | None] = mapped_column(Uuid())
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    assessed_on: Mapped[date | None]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(Uuid())
    decision_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}
