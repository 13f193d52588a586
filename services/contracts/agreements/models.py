"""Contracts, their versions, and the approvals they were given."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.agreements.rules import ContractStatus, ContractType, VersionStatus
from services.contracts.base import Base
from services.contracts.counterparties.models import Counterparty
from services.contracts.files.models import FileContent
from shared.db.base import Audited, CurrencyCode, IdPk, MinorUnits
from shared.db.types import enum_type


class Contract(Audited, Base):
    """One agreement. `effective_on` and `ends_on` are its first and last day; `ended_at` when it was ended.

    `revision` counts changes, so that of two people who decide at once one is told.
    """

    __tablename__ = "contract"
    __audit_kind__: ClassVar[str] = "contract"
    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        Index("ix_contract_requested", "requested_at", "id"),
        Index("ix_contract_owner", "owner_id", "requested_at"),
        Index("ix_contract_status", "status", "id"),
        Index("ix_contract_counterparty", "counterparty_id"),
    )

    id: Mapped[IdPk]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    type: Mapped[ContractType] = mapped_column(enum_type(ContractType))
    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    owner_id: Mapped[UUID]
    product_lines: Mapped[list[str]]
    amount_minor: Mapped[MinorUnits]
    currency: Mapped[CurrencyCode]
    signed_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    status: Mapped[ContractStatus] = mapped_column(enum_type(ContractStatus))
    requested_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    counterparty: Mapped[Counterparty] = relationship(lazy="raise")

    __mapper_args__: ClassVar[dict[str, object]] = {"version_id_col": revision}


class ContractVersion(Audited, Base):
    """One text of a contract; from its submission on it never changes and is known by its SHA-256."""

    __tablename__ = "contract_version"
    __audit_kind__: ClassVar[str] = "contract_version"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[IdPk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey(FileContent.sha256))
    status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    submitted_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(lazy="raise")


class ContractApproval(Audited, Base):
    """The text with this hash is approved from `approved_at` until `voided_at`; one at a time."""

    __tablename__ = "contract_approval"
    __audit_kind__: ClassVar[str] = "contract_approval"
    __table_args__ = (
        Index("ix_contract_approval_contract", "contract_id", "approved_at"),
        Index(
            "uq_contract_approval_standing",
            "contract_id",
            unique=True,
            postgresql_where=text("voided_at IS NULL"),
            sqlite_where=text("voided_at IS NULL"),
        ),
    )

    id: Mapped[IdPk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("contract_version.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    approved_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(lazy="raise")
    contract_version: Mapped[ContractVersion] = relationship(lazy="raise")
