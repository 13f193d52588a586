"""What people do with contracts. Standing is restated around every change that could alter it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.contracts.access.queries import (
    DRAFTS_ALL_CONTRACTS,
    get_active_person,
    reaches,
    scope_of,
)
from services.contracts.agreements.models import Contract, ContractApproval, ContractVersion
from services.contracts.agreements.queries import (
    find_by_number,
    find_latest_version,
    list_approvals,
    list_ended,
)
from services.contracts.agreements.rules import (
    ContractStatus,
    ContractStep,
    ContractType,
    VersionStatus,
    VersionStep,
    approved_spans,
    check_days,
    impediment_title,
    make_number,
    next_contract_status,
    next_version_status,
)
from services.contracts.counterparties.models import Counterparty
from services.contracts.counterparties.queries import get_counterparty
from services.contracts.files.commands import store_content
from services.contracts.files.rules import clean_name, recognise
from services.contracts.standing.commands import make_reference, state_changes, stated
from services.contracts.standing.rules import CONTRACT_UNAPPROVED, unapproved_intervals
from shared.core.errors import Conflict, Forbidden, IllegalTransition, NotFound
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.contracts import (
    ApprovalGiven,
    ApprovalVoided,
    ContractAdvanced,
    ContractRequested,
    VersionAdvanced,
    VersionDrafted,
)
from shared.messages.standing import ContractsImpedimentStated


@dataclass(frozen=True)
class NewContract:
    """What a contract is asked for with; without an owner it is the principal's, without a number one is made."""

    title: str
    type: ContractType
    counterparty_id: UUID
    amount_minor: int
    currency: str
    number: str | None = None
    owner_id: UUID | None = None
    product_lines: Sequence[str] = ()
    signed_on: date | None = None
    effective_on: date | None = None
    ends_on: date | None = None


def request_contract(
    uow: UnitOfWork, wanted: NewContract, *, principal: Principal, now: datetime
) -> Contract:
    """Ask for a contract. Its owner is the principal, or somebody within the principal's reach.

    Raises NotFound for an owner or counterparty that does not exist (for the principal), Conflict for days
    that do not go together or a number that is taken.
    """
    check_days(wanted.signed_on, wanted.effective_on, wanted.ends_on)
    contract_id = new_id()
    counterparty = get_counterparty(uow.session, wanted.counterparty_id)
    contract = Contract(
        id=contract_id, number=wanted.number or make_number(contract_id, local_date(now).year),
        title=wanted.title, type=wanted.type, counterparty_id=counterparty.id, counterparty=counterparty,
        owner_id=_owner_for(uow, principal, wanted.owner_id, now),
        product_lines=sorted(set(wanted.product_lines)), amount_minor=wanted.amount_minor,
        currency=wanted.currency, signed_on=wanted.signed_on, effective_on=wanted.effective_on,
        ends_on=wanted.ends_on, status=ContractStatus.REQUEST, requested_at=now,
    )  # fmt: skip
    if find_by_number(uow.session, contract.number) is not None:
        raise Conflict(
            N_("A contract with this number exists already"), fields={"number": [N_("Taken already")]}
        )
    uow.session.add(contract)
    append(uow, _requested(contract), row=contract, actor=principal, now=now, person_id=contract.owner_id)
    state_changes(uow, [], [statement_of(contract, [])], actor=principal, now=now)
    return contract


def save_version(
    uow: UnitOfWork,
    contract: Contract,
    *,
    file_name: str,
    content: bytes,
    principal: Principal,
    now: datetime,
) -> ContractVersion:
    """Put in a text: into the draft if there is one, as the next version otherwise.

    A text that was approved loses its approval. Raises Conflict while a review is open (withdraw it first),
    when the text is there already, and for what is not a contract's file.
    """
    check_may_draft(uow, contract, principal)
    media_type = recognise(content)
    sha256 = store_content(uow, content, now=now)
    latest = find_latest_version(uow.session, contract.id)
    _check_new_text(contract, latest, sha256)
    with restating(uow, contract, principal, now) as approvals:
        if contract.status == ContractStatus.REQUEST:
            advance(uow, contract, ContractStep.DRAFT, principal, now)
        elif contract.status != ContractStatus.DRAFTING:
            advance(uow, contract, ContractStep.REVISE, principal, now)
            _void(uow, contract, approvals, principal, now)
        version = latest if latest is not None and latest.status == VersionStatus.DRAFT else None
        if version is None:
            if latest is not None:
                advance_version(uow, latest, VersionStep.SUPERSEDE, principal, now)
            version = _next_version(contract, latest, principal, now)
            uow.session.add(version)
        version.file_name, version.media_type = clean_name(file_name, media_type), media_type
        version.size, version.sha256 = len(content), sha256
    drafted = VersionDrafted(contract.id, version.id, version.number, sha256)
    append(uow, drafted, row=version, actor=principal, now=now)
    return version


def conclude(
    uow: UnitOfWork,
    contract: Contract,
    step: ContractStep,
    *,
    signed_on: date | None = None,
    principal: Principal,
    now: datetime,
) -> None:
    """Send an approved contract for signature, put it in effect when all have signed, or end it.

    A contract put in effect takes effect on its effective day, or on the day it was signed if it has none.
    Raises IllegalTransition for every other step and when it is not the contract's turn.
    """
    with restating(uow, contract, principal, now):
        match step:
            case ContractStep.START_SIGNING:
                advance(uow, contract, step, principal, now)
            case ContractStep.PUT_IN_EFFECT:
                _put_in_effect(uow, contract, signed_on or local_date(now), principal, now)
            case ContractStep.TERMINATE:
                advance(uow, contract, step, principal, now)
                contract.ended_at = now
            case _:
                raise IllegalTransition("contract", contract.status.value, step.value)


def give_approval(
    uow: UnitOfWork, contract: Contract, version: ContractVersion, *, principal: Principal, now: datetime
) -> None:
    """Approve this very text: what impeded its owner for want of approval ends now."""
    with restating(uow, contract, principal, now) as approvals:
        advance(uow, contract, ContractStep.APPROVE, principal, now)
        approval = ContractApproval(
            id=new_id(), contract=contract, contract_version=version, sha256=version.sha256, approved_at=now,
        )  # fmt: skip
        uow.session.add(approval)
        message = ApprovalGiven(contract.id, approval.id, approval.sha256)
        append(uow, message, row=approval, actor=principal, now=now)
        approvals.append(approval)


def expire_contracts(uow: UnitOfWork, *, now: datetime, limit: int = 200) -> int:
    """Let contracts in effect expire whose last day is over, at most `limit`; return how many did."""
    ended = list_ended(uow.session, local_date(now), limit)
    for contract in ended:
        advance(uow, contract, ContractStep.EXPIRE, SYSTEM, now)
        contract.ended_at = now
    return len(ended)


def advance(
    uow: UnitOfWork, contract: Contract, step: ContractStep, principal: Principal, now: datetime
) -> None:
    """Take one step of the contract's state table; raise IllegalTransition."""
    contract.status = next_contract_status(contract.status, step)
    message = ContractAdvanced(contract.id, step.value, contract.status.value)
    append(uow, message, row=contract, actor=principal, now=now, person_id=contract.owner_id)


def advance_version(
    uow: UnitOfWork, version: ContractVersion, step: VersionStep, principal: Principal, now: datetime
) -> None:
    """Take one step of the version's state table; raise IllegalTransition."""
    version.status = next_version_status(version.status, step)
    if step == VersionStep.SUBMIT:
        version.submitted_at = now
    message = VersionAdvanced(version.contract_id, version.id, version.sha256, version.status.value)
    append(uow, message, row=version, actor=principal, now=now)


def check_may_draft(uow: UnitOfWork, contract: Contract, principal: Principal) -> None:
    """Raise Forbidden unless the contract is the principal's, their team's, or the principal is of legal."""
    if not reaches(uow.session, scope_of(principal, DRAFTS_ALL_CONTRACTS), contract.owner_id):
        raise Forbidden(N_("Only its owner, their managers and legal change a contract"))


@contextmanager
def restating(
    uow: UnitOfWork, contract: Contract, principal: Principal, now: datetime
) -> Iterator[list[ContractApproval]]:
    """Give the contract's approvals, to be added to or voided; state what the change means for standing."""
    approvals = list_approvals(uow.session, contract.id)
    before = statement_of(contract, approvals)
    yield approvals
    state_changes(uow, [before], [statement_of(contract, approvals)], actor=principal, now=now)


def _put_in_effect(
    uow: UnitOfWork, contract: Contract, signed_on: date, principal: Principal, now: datetime
) -> None:
    check_days(signed_on, contract.effective_on or signed_on, contract.ends_on)
    advance(uow, contract, ContractStep.PUT_IN_EFFECT, principal, now)
    contract.signed_on = signed_on
    contract.effective_on = contract.effective_on or signed_on
    version = find_latest_version(uow.session, contract.id)
    assert version is not None
    advance_version(uow, version, VersionStep.EXECUTE, principal, now)


def statement_of(contract: Contract, approvals: Sequence[ContractApproval]) -> ContractsImpedimentStated:
    """Return what the contract means for its owner's standing."""
    counterparty: Counterparty = contract.counterparty
    title = impediment_title(contract.number, counterparty.name)
    return ContractsImpedimentStated(
        person_id=contract.owner_id,
        kind=CONTRACT_UNAPPROVED,
        reference=make_reference(contract.id, contract.owner_id),
        intervals=stated(
            unapproved_intervals(contract.effective_on, approved_spans(approvals), contract.ended_at)
        ),
        tags=(contract.type.value,),
        amount_minor=contract.amount_minor,
        currency=contract.currency,
        title_zh=title.zh,
        title_en=title.en,
        cure_url=f"/contracts/{contract.id}",
    )


def _owner_for(uow: UnitOfWork, principal: Principal, owner_id: UUID | None, now: datetime) -> UUID:
    wanted = owner_id or principal.person_id
    if wanted is None:
        raise Conflict(
            N_("Say who owns the contract"), fields={"owner_id": [N_("Your account is not a person's")]}
        )
    if not reaches(uow.session, scope_of(principal, DRAFTS_ALL_CONTRACTS), wanted):
        raise NotFound(N_("This person is not on the roster"))
    return get_active_person(uow.session, wanted, now).id


def _requested(contract: Contract) -> ContractRequested:
    return ContractRequested(
        contract_id=contract.id,
        number=contract.number,
        type=contract.type.value,
        counterparty_id=contract.counterparty.id,
        owner_id=contract.owner_id,
        amount_minor=contract.amount_minor,
        currency=contract.currency,
        effective_on=contract.effective_on,
    )


def _check_new_text(contract: Contract, latest: ContractVersion | None, sha256: str) -> None:
    if contract.status == ContractStatus.IN_REVIEW:
        raise Conflict(
            N_("This contract is in review; withdraw it from review before putting in another text")
        )
    if latest is not None and latest.sha256 == sha256:
        raise Conflict(N_("This is the text of version %(number)s, unchanged", number=latest.number))


def _next_version(
    contract: Contract, latest: ContractVersion | None, principal: Principal, now: datetime
) -> ContractVersion:
    return ContractVersion(
        id=new_id(),
        contract=contract,
        number=latest.number + 1 if latest is not None else 1,
        status=VersionStatus.DRAFT,
        created_at=now,
        created_by=principal.actor,
    )


def _void(
    uow: UnitOfWork,
    contract: Contract,
    approvals: Sequence[ContractApproval],
    principal: Principal,
    now: datetime,
) -> None:
    for approval in approvals:
        if approval.voided_at is None:
            approval.voided_at = now
            message = ApprovalVoided(contract.id, approval.id)
            append(uow, message, row=approval, actor=principal, now=now)
