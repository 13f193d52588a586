"""The table of certification periods."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.certifications.rules import PeriodState, PeriodStatus, state_at
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class CertificationPeriod(Audited, Base):
    """Somebody is certified in a course from `valid_from` to `valid_until` (None: for good), both valid days.

    `window_start`, `due` and `window_end` say when it is to be renewed; all three None: never. Until it is
    earned a period is the open assignment by which it will be, and not written a second time. `archived_at`:
    nobody asks for it (from then on). `predecessor_id` is the period that this one renewed.
    """

    __tablename__ = "certification_period"
    __audit_kind__: ClassVar[str] = "certification_period"
    __table_args__ = (
        Index("ix_certification_period_person_course", "person_id", "course_id"),
        Index("ix_certification_period_valid_until", "valid_until"),
        # However many passes come in at once: one period counts, a period is renewed once, and an
        # assignment earns one that is not revoked.
        Index(
            "uq_certification_period_certified",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("status = 'certified'"),
            postgresql_where=text("status = 'certified'"),
        ),
        Index("uq_certification_period_predecessor", "predecessor_id", unique=True),
        Index(
            "uq_certification_period_assignment",
            "assignment_id",
            unique=True,
            sqlite_where=text("status <> 'revoked'"),
            postgresql_where=text("status <> 'revoked'"),
        ),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    status: Mapped[PeriodStatus] = mapped_column(enum_type(PeriodStatus))
    assignment_id: Mapped[UUID] = mapped_column(Uuid())
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    predecessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("certification_period.id"))
    earned_at: Mapped[datetime]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    window_start: Mapped[date | None]
    due: Mapped[date | None]
    window_end: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    def state(self, at: datetime) -> PeriodState:
        """How it stands at an instant."""
        return state_at(self.status, self.window_start, self.valid_until, self.archived_at, at)
