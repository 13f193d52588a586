"""Reading contracts: always within a scope, so that what one may not see is not there."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from services.contracts.access.queries import Scope
from services.contracts.agreements.models import Contract, ContractApproval, ContractVersion
from services.contracts.agreements.rules import ContractStatus, ContractType
from services.contracts.counterparties.models import Counterparty
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


def get_contract(session: Session, contract_id: UUID, scope: Scope) -> Contract:
    """Return the contract with its counterparty; raise NotFound, also for one outside of the scope."""
    statement = (
        select(Contract)
        .where(Contract.id == contract_id, scope.where(Contract.owner_id))
        .options(joinedload(Contract.counterparty))
    )
    found: Contract | None = session.scalar(statement)
    if found is None:
        raise NotFound(N_("There is no such contract"))
    return found


def list_contracts(
    session: Session,
    scope: Scope,
    *,
    search: str = "",
    status: ContractStatus | None = None,
    kind: ContractType | None = None,
    owner_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Contract]:
    """Return one page, newest first, with counterparties; `search` is part of number, title or customer."""
    statement = (
        select(Contract).where(scope.where(Contract.owner_id)).options(joinedload(Contract.counterparty))
    )
    if search:
        customers = select(Counterparty.id).where(Counterparty.sort_name.contains(search, autoescape=True))
        statement = statement.where(
            or_(
                Contract.number.contains(search, autoescape=True),
                Contract.title.contains(search, autoescape=True),
                Contract.counterparty_id.in_(customers),
            )
        )
    if status is not None:
        statement = statement.where(Contract.status == status)
    if kind is not None:
        statement = statement.where(Contract.type == kind)
    if owner_id is not None:
        statement = statement.where(Contract.owner_id == owner_id)
    return paginate(
        session,
        statement,
        keys=[Contract.requested_at, Contract.id],
        cursor=cursor,
        limit=limit,
        descending=True,
    )


def find_by_number(session: Session, number: str) -> Contract | None:
    """Return the contract with this number, whoever may see it, or None: numbers are the company's."""
    return session.scalar(select(Contract).where(Contract.number == number))


def list_ended(session: Session, today: date, limit: int) -> list[Contract]:
    """Return contracts in effect whose last day was before `today`."""
    statement = select(Contract).where(Contract.status == ContractStatus.IN_EFFECT, Contract.ends_on < today)
    return list(session.scalars(statement.order_by(Contract.ends_on, Contract.id).limit(limit)))


def list_versions(session: Session, contract_id: UUID) -> list[ContractVersion]:
    """Return a contract's versions, the latest first."""
    statement = (
        select(ContractVersion)
        .where(ContractVersion.contract_id == contract_id)
        .order_by(ContractVersion.number.desc())
    )
    return list(session.scalars(statement))


def find_latest_version(session: Session, contract_id: UUID) -> ContractVersion | None:
    """Return the version with the highest number, or None."""
    return next(iter(list_versions(session, contract_id)), None)


def get_version(session: Session, contract_id: UUID, number: int) -> ContractVersion:
    """Return a contract's version by its number; raise NotFound."""
    found: ContractVersion | None = session.scalar(
        select(ContractVersion).where(
            ContractVersion.contract_id == contract_id, ContractVersion.number == number
        )
    )
    if found is None:
        raise NotFound(N_("This contract has no such version"))
    return found


def list_approvals(session: Session, contract_id: UUID) -> list[ContractApproval]:
    """Return the approvals that a contract was given, in their order."""
    statement = (
        select(ContractApproval)
        .where(ContractApproval.contract_id == contract_id)
        .order_by(ContractApproval.approved_at, ContractApproval.id)
    )
    return list(session.scalars(statement))
