"""Receivables, who has looked after them since when, and the money that came in."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.agreements.models import Contract
from services.contracts.base import Base
from services.contracts.counterparties.models import Counterparty
from services.contracts.receivables.rules import Settlement
from shared.db.base import Audited, CurrencyCode, IdPk, MinorUnits
from shared.db.types import enum_type


class Receivable(Audited, Base):
    """One invoice that is owed. `owner_id` collects it now; `settled_on` is the day that ended it."""

    __tablename__ = "receivable"
    __audit_kind__: ClassVar[str] = "receivable"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("paid_minor >= 0 AND paid_minor <= amount_minor", name="paid_within_amount"),
        Index("ix_receivable_settlement_due", "settlement", "due_on", "id"),
        Index("ix_receivable_owner", "owner_id", "due_on"),
        Index("ix_receivable_counterparty", "counterparty_id"),
        Index("ix_receivable_contract", "contract_id"),
    )

    id: Mapped[IdPk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey(Contract.id))
    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey(Counterparty.id))
    invoice_no: Mapped[str] = mapped_column(String(40), unique=True)
    amount_minor: Mapped[MinorUnits]
    paid_minor: Mapped[MinorUnits]
    currency: Mapped[CurrencyCode]
    due_on: Mapped[date]
    settlement: Mapped[Settlement] = mapped_column(enum_type(Settlement))
    settled_on: Mapped[date | None]
    owner_id: Mapped[UUID]
    registered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    contract: Mapped[Contract] = relationship(lazy="raise")
    counterparty: Mapped[Counterparty] = relationship(lazy="raise")

    __mapper_args__: ClassVar[dict[str, object]] = {"version_id_col": revision}

    @property
    def outstanding_minor(self) -> int:
        """What is still owed, in minor units; nothing once it is paid or written off."""
        return self.amount_minor - self.paid_minor if self.settled_on is None else 0


class ReceivableOwnership(Audited, Base):
    """From `since` until the next one begins, collection is this person's task. Rows are never changed."""

    __tablename__ = "receivable_ownership"
    __audit_kind__: ClassVar[str] = "receivable_ownership"
    __table_args__ = (Index("ix_receivable_ownership_receivable", "receivable_id", "since"),)

    id: Mapped[IdPk]
    receivable_id: Mapped[UUID] = mapped_column(ForeignKey(Receivable.id))
    person_id: Mapped[UUID]
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))

    receivable: Mapped[Receivable] = relationship(lazy="raise")


class Receipt(Audited, Base):
    """Money that came in; the bank's `reference` is booked once per receivable."""

    __tablename__ = "receipt"
    __audit_kind__: ClassVar[str] = "receipt"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        UniqueConstraint("receivable_id", "reference"),
    )

    id: Mapped[IdPk]
    receivable_id: Mapped[UUID] = mapped_column(ForeignKey(Receivable.id))
    amount_minor: Mapped[MinorUnits]
    currency: Mapped[CurrencyCode]
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(80))

    receivable: Mapped[Receivable] = relationship(lazy="raise")
