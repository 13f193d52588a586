"""Reading receivables: lists, ageing by owner or customer, one with its history. Always within a scope."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from services.contracts.access.queries import Scope
from services.contracts.counterparties.models import Counterparty
from services.contracts.receivables.models import Receipt, Receivable, ReceivableOwnership
from services.contracts.receivables.rules import (
    OWED,
    Bucket,
    ReceivableStatus,
    Settlement,
    due_range,
)
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


class AgeingBy(StrEnum):
    """Whose debts are added up."""

    OWNER = "owner"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; empty conditions do not narrow."""

    search: str = ""
    status: ReceivableStatus | None = None
    bucket: Bucket | None = None
    currency: str | None = None
    owner_id: UUID | None = None
    counterparty_id: UUID | None = None


@dataclass(frozen=True)
class AgeingRow:
    """Outstanding minor units by bucket for one owner or customer; `id` is theirs."""

    id: UUID
    buckets: dict[Bucket, int]
    count: int

    @property
    def total(self) -> int:
        """All that is outstanding."""
        return sum(self.buckets.values())

    @property
    def past_due(self) -> int:
        """What is past due."""
        return self.total - self.buckets[Bucket.CURRENT]


@dataclass(frozen=True)
class Ageing:
    """Rows with most past due on top; `total` is over all of them, also those beyond the limit."""

    rows: Sequence[AgeingRow]
    total: AgeingRow
    groups: int
    names: dict[UUID, str] = field(default_factory=dict)


def get_receivable(session: Session, receivable_id: UUID, scope: Scope) -> Receivable:
    """Return it with its contract and counterparty; raise NotFound, also for one outside of the scope."""
    found: Receivable | None = session.scalar(
        select(Receivable)
        .where(Receivable.id == receivable_id, scope.where(Receivable.owner_id))
        .options(joinedload(Receivable.contract), joinedload(Receivable.counterparty))
    )
    if found is None:
        raise NotFound(N_("There is no such receivable"))
    return found


def list_receivables(
    session: Session,
    scope: Scope,
    narrowed: Filter,
    *,
    today: date,
    sort: str = "due_on",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Receivable]:
    """Return one page with counterparties; `sort` is due_on or amount, with a minus to turn it around."""
    key = Receivable.amount_minor if sort.lstrip("-") == "amount" else Receivable.due_on
    return paginate(
        session,
        _narrow(select(Receivable), scope, narrowed, today).options(joinedload(Receivable.counterparty)),
        keys=[key, Receivable.id],
        cursor=cursor,
        limit=limit,
        descending=sort.startswith("-"),
    )


def list_for_export(
    session: Session, scope: Scope, narrowed: Filter, *, today: date, sort: str
) -> Sequence[Receivable]:
    """Return all that the list would show on its pages, in its order."""
    key = Receivable.amount_minor if sort.lstrip("-") == "amount" else Receivable.due_on
    order = [key.desc(), Receivable.id.desc()] if sort.startswith("-") else [key.asc(), Receivable.id.asc()]
    statement = _narrow(select(Receivable), scope, narrowed, today)
    return session.scalars(statement.options(joinedload(Receivable.counterparty)).order_by(*order)).all()


def list_of_contract(session: Session, scope: Scope, contract_id: UUID) -> Sequence[Receivable]:
    """Return a contract's receivables within the scope, what is due first on top."""
    statement = select(Receivable).where(
        Receivable.contract_id == contract_id, scope.where(Receivable.owner_id)
    )
    return session.scalars(statement.order_by(Receivable.due_on, Receivable.id)).all()


def age_receivables(
    session: Session,
    scope: Scope,
    *,
    by: AgeingBy,
    today: date,
    currency: str = "CNY",
    limit: int | None = None,
) -> Ageing:
    """Add up what is owed in one currency, by owner or customer and bucket."""
    key = Receivable.owner_id if by == AgeingBy.OWNER else Receivable.counterparty_id
    outstanding = Receivable.amount_minor - Receivable.paid_minor
    sums = [
        func.sum(case((Receivable.due_on.between(*due_range(bucket, today)), outstanding), else_=0))
        for bucket in Bucket
    ]
    statement = (
        select(key, func.count(), *sums)
        .where(
            scope.where(Receivable.owner_id),
            Receivable.settlement.in_(OWED),
            Receivable.currency == currency,
        )
        .group_by(key)
    )
    rows = [
        # PostgreSQL adds up BIGINT as NUMERIC.
        AgeingRow(row[0], {bucket: int(part) for bucket, part in zip(Bucket, row[2:], strict=True)}, row[1])
        for row in session.execute(statement)
    ]
    rows.sort(key=lambda one: (-one.past_due, -one.total, one.id))
    total = AgeingRow(
        UUID(int=0),
        {bucket: sum(row.buckets[bucket] for row in rows) for bucket in Bucket},
        sum(row.count for row in rows),
    )
    return Ageing(rows[:limit], total, len(rows))


def find_by_invoice(session: Session, invoice_no: str) -> Receivable | None:
    """Return the receivable of this invoice, whoever may see it, or None."""
    return session.scalar(select(Receivable).where(Receivable.invoice_no == invoice_no))


def find_receipt(session: Session, receivable_id: UUID, reference: str) -> Receipt | None:
    """Return the receipt with this reference on the receivable, or None."""
    return session.scalar(
        select(Receipt).where(Receipt.receivable_id == receivable_id, Receipt.reference == reference)
    )


def list_receipts(session: Session, receivable_id: UUID) -> Sequence[Receipt]:
    """Return what came in, in the order of days."""
    statement = select(Receipt).where(Receipt.receivable_id == receivable_id)
    return session.scalars(statement.order_by(Receipt.received_on, Receipt.id)).all()


def list_ownerships(session: Session, receivable_id: UUID) -> list[ReceivableOwnership]:
    """Return who has collected it, in order."""
    statement = select(ReceivableOwnership).where(ReceivableOwnership.receivable_id == receivable_id)
    return list(session.scalars(statement.order_by(ReceivableOwnership.since, ReceivableOwnership.id)))


def _narrow(statement: Select[Receivable], scope: Scope, narrowed: Filter, today: date) -> Select[Receivable]:
    statement = statement.where(scope.where(Receivable.owner_id))
    if narrowed.status is not None:
        statement = statement.where(_has_status(narrowed.status, today))
    if narrowed.bucket is not None:
        due = Receivable.due_on.between(*due_range(narrowed.bucket, today))
        statement = statement.where(due, Receivable.settlement.in_(OWED))
    if narrowed.currency:
        statement = statement.where(Receivable.currency == narrowed.currency)
    if narrowed.owner_id is not None:
        statement = statement.where(Receivable.owner_id == narrowed.owner_id)
    if narrowed.counterparty_id is not None:
        statement = statement.where(Receivable.counterparty_id == narrowed.counterparty_id)
    if narrowed.search:
        named = select(Counterparty.id).where(
            Counterparty.sort_name.contains(narrowed.search, autoescape=True)
        )
        statement = statement.where(
            or_(
                Receivable.invoice_no.contains(narrowed.search, autoescape=True),
                Receivable.counterparty_id.in_(named),
            )
        )
    return statement


def _has_status(status: ReceivableStatus, today: date) -> Any:
    match status:
        case ReceivableStatus.NOT_DUE:
            return and_(Receivable.settlement == Settlement.OPEN, Receivable.due_on > today)
        case ReceivableStatus.DUE:
            return and_(Receivable.settlement == Settlement.OPEN, Receivable.due_on == today)
        case ReceivableStatus.OVERDUE:
            return and_(Receivable.settlement == Settlement.OPEN, Receivable.due_on < today)
        case _:
            return Receivable.settlement == Settlement(status.value)
