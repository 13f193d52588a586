"""Payout runs and their lines."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.eligibility.base import Base
from services.eligibility.payouts.rules import RunStatus
from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.rules import Outcome, outcome_of
from shared.db.base import Audited, CurrencyCode, IdPk, MinorUnits
from shared.db.types import JsonDocument, enum_type


class PayoutRun(Audited, Base):
    """A payroll file and what was decided about it.

    `layout` is how the file came in ({headers, columns, encoding, delimiter}), so that it goes out the same way.
    `known_at` has a position for each source. `totals` adds up lines and amounts by currency and outcome. The
    digests are SHA-256 over `salt` and what they cover. `name_mismatches` are rows whose name is not that of
    the person with the number.
    """

    __tablename__ = "payout_run"
    __audit_kind__: ClassVar[str] = "payout_run"
    __table_args__ = (
        UniqueConstraint("file_sha256", "period"),
        CheckConstraint("line_count > 0", name="has_lines"),
        CheckConstraint("approved_by IS NULL OR approved_by <> created_by", name="two_people"),
        Index("ix_payout_run_created_at_id", "created_at", "id"),
    )

    id: Mapped[IdPk]
    period: Mapped[str] = mapped_column(String(10))
    cutoff: Mapped[datetime]
    status: Mapped[RunStatus] = mapped_column(enum_type(RunStatus))
    filename: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    layout: Mapped[Any] = mapped_column(JsonDocument)
    line_count: Mapped[int]
    name_mismatches: Mapped[Any] = mapped_column(JsonDocument)
    totals: Mapped[Any] = mapped_column(JsonDocument)
    salt: Mapped[str] = mapped_column(String(64))
    policy_version_id: Mapped[UUID | None] = mapped_column(ForeignKey(PolicyVersion.id))
    policy_digest: Mapped[str | None] = mapped_column(String(64))
    known_at: Mapped[Any | None] = mapped_column(JsonDocument)
    facts_digest: Mapped[str | None] = mapped_column(String(64))
    decisions_digest: Mapped[str | None] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    gated_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None]
    exported_by: Mapped[str | None] = mapped_column(String(80))
    exported_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__: ClassVar[dict[str, object]] = {"version_id_col": version}


class PayoutLine(Base):
    """One line of the file, with its cells as they came in. `mask` is NULL until it is gated.

    `decision_id` is random, so that nothing can be read out of it; it names the decision to everybody.
    """

    __tablename__ = "payout_line"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        UniqueConstraint("decision_id"),
        Index("ix_payout_line_run_id_person_id", "run_id", "person_id", unique=True),
        Index("ix_payout_line_run_id_amount_minor", "run_id", "amount_minor", "row_number"),
        Index("ix_payout_line_run_id_employee_no", "run_id", "employee_no", "row_number"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey(PayoutRun.id), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision_id: Mapped[UUID] = mapped_column(Uuid())
    employee_no: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    amount_minor: Mapped[MinorUnits]
    currency: Mapped[CurrencyCode]
    cells: Mapped[Any] = mapped_column(JsonDocument)
    mask: Mapped[int | None] = mapped_column(BigInteger)
    notices: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def outcome(self) -> Outcome | None:
        """What was decided: read off the mask, so that the two cannot differ."""
        return None if self.mask is None else outcome_of(self.mask)
