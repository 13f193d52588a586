"""Approval policies, review rounds and their steps."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.agreements.models import Contract, ContractVersion
from services.contracts.base import Base
from services.contracts.reviews.rules import Mode, RoundStatus, StepStatus
from shared.db.base import Audited, CurrencyCode, IdPk
from shared.db.types import enum_type


class ApprovalPolicy(Base):
    """Who approves which contracts, as data: the first by `priority` whose conditions hold is the one.

    `types` is a list of contract types (none: all); `steps` is {"steps": [{"role": …, "stage": …}, …]}.
    """

    __tablename__ = "approval_policy"
    __table_args__ = (UniqueConstraint("priority"),)

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    priority: Mapped[int] = mapped_column(SmallInteger)
    types: Mapped[list[str]]
    amount_from_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[CurrencyCode]
    mode: Mapped[Mode] = mapped_column(enum_type(Mode))
    steps: Mapped[dict[str, Any]]
    days: Mapped[int] = mapped_column(SmallInteger)


class ReviewRound(Audited, Base):
    """The review of one text, known by its hash. `decisions` counts them.

    Every decision changes that count, and with it `revision`: two people who decide two steps at once cannot
    both believe that the other is still to come.
    """

    __tablename__ = "review_round"
    __audit_kind__: ClassVar[str] = "review_round"
    __table_args__ = (
        Index("ix_review_round_contract", "contract_id", "opened_at"),
        Index(
            "uq_review_round_open",
            "contract_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
            sqlite_where=text("status = 'open'"),
        ),
    )

    id: Mapped[IdPk]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey(Contract.id))
    version_id: Mapped[UUID] = mapped_column(ForeignKey(ContractVersion.id))
    sha256: Mapped[str] = mapped_column(String(64))
    policy_code: Mapped[str] = mapped_column(String(40))
    mode: Mapped[Mode] = mapped_column(enum_type(Mode))
    status: Mapped[RoundStatus] = mapped_column(enum_type(RoundStatus))
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    decisions: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column()

    contract: Mapped[Contract] = relationship(lazy="raise")
    contract_version: Mapped[ContractVersion] = relationship(lazy="raise")
    steps: Mapped[list["ReviewStep"]] = relationship(
        lazy="raise", back_populates="review_round", order_by="ReviewStep.stage, ReviewStep.role"
    )

    __mapper_args__: ClassVar[dict[str, object]] = {"version_id_col": revision}


class ReviewStep(Audited, Base):
    """One role's part in a round; `seen_sha256` is the hash of the text that its decider had before them."""

    __tablename__ = "review_step"
    __audit_kind__: ClassVar[str] = "review_step"
    __table_args__ = (
        # Nobody takes two steps of one round; steps without a decider do not clash.
        UniqueConstraint("round_id", "decided_by"),
        Index("ix_review_step_queue", "status", "role", "due_at", "id"),
    )

    id: Mapped[IdPk]
    round_id: Mapped[UUID] = mapped_column(ForeignKey(ReviewRound.id))
    stage: Mapped[int] = mapped_column(SmallInteger)
    role: Mapped[str] = mapped_column(String(40))
    status: Mapped[StepStatus] = mapped_column(enum_type(StepStatus))
    due_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_person_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    seen_sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(2000))

    review_round: Mapped[ReviewRound] = relationship(lazy="raise", back_populates="steps")
