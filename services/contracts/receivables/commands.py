"""What finance does with receivables. Standing is restated for all who ever collected the one at hand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from services.contracts.access.queries import get_active_person
from services.contracts.agreements.models import Contract
from services.contracts.receivables.models import Receipt, Receivable, ReceivableOwnership
from services.contracts.receivables.queries import (
    find_by_invoice,
    find_receipt,
    list_ownerships,
    list_receipts,
)
from services.contracts.receivables.rules import (
    Settlement,
    SettlementStep,
    check_due_day,
    check_handover,
    check_receipt,
    impediment_title,
    next_settlement,
)
from services.contracts.standing.commands import make_reference, state_changes, stated
from services.contracts.standing.rules import (
    RECEIVABLE_OVERDUE,
    Ownership,
    overdue_interval,
    split_by_owner,
)
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.contracts import (
    ReceiptRecorded,
    ReceivableHandedOver,
    ReceivableOwned,
    ReceivableReduced,
    ReceivableRegistered,
)
from shared.messages.standing import ContractsImpedimentStated


def register_receivable(
    uow: UnitOfWork,
    contract: Contract,
    *,
    invoice_no: str,
    amount_minor: int,
    currency: str,
    due_on: date,
    principal: Principal,
    now: datetime,
    owner_id: UUID | None = None,
) -> Receivable:
    """Add what a contract's customer owes; the contract's owner collects it unless somebody else is named.

    Raises Conflict for an invoice that is there already, NotFound for an owner who does not work here.
    """
    check_due_day(due_on)
    if find_by_invoice(uow.session, invoice_no) is not None:
        raise Conflict(
            N_("This invoice is registered already"), fields={"invoice_no": [N_("Registered already")]}
        )
    owner = get_active_person(uow.session, owner_id or contract.owner_id, now)
    found = Receivable(
        id=new_id(), contract_id=contract.id, contract=contract, counterparty_id=contract.counterparty_id,
        counterparty=contract.counterparty, invoice_no=invoice_no,
        amount_minor=amount_minor, paid_minor=0, currency=currency, due_on=due_on,
        settlement=Settlement.OPEN, owner_id=owner.id, registered_at=now,
    )  # fmt: skip
    uow.session.add(found)
    message = ReceivableRegistered(
        receivable_id=found.id, contract_id=contract.id, counterparty_id=contract.counterparty.id,
        invoice_no=invoice_no, owner_id=owner.id, amount_minor=amount_minor, currency=currency, due_on=due_on,
    )  # fmt: skip
    append(uow, message, row=found, actor=principal, now=now, person_id=owner.id)
    ownership = _own(uow, found, owner.id, "", principal, now)
    state_changes(uow, [], statements_of(found, [ownership], amount_minor), actor=principal, now=now)
    return found


def record_receipt(
    uow: UnitOfWork,
    found: Receivable,
    *,
    amount_minor: int,
    currency: str,
    received_on: date,
    reference: str,
    principal: Principal,
    now: datetime,
) -> Receipt:
    """Book money on a debt; what settles it ends what impeded its collector, from the day it came in.

    Raises Conflict for a reference booked already and for what check_receipt refuses, IllegalTransition when
    nothing is owed any more.
    """
    if find_receipt(uow.session, found.id, reference) is not None:
        raise Conflict(
            N_("This receipt is booked already: the same reference on the same receivable"),
            fields={"reference": [N_("Booked already")]},
        )
    check_receipt(
        settlement=found.settlement, outstanding=found.outstanding_minor, currency=found.currency,
        amount=amount_minor, received_in=currency, received_on=received_on, today=local_date(now),
    )  # fmt: skip
    receipt = Receipt(
        id=new_id(), receivable=found, amount_minor=amount_minor, currency=currency, received_on=received_on,
        reference=reference, recorded_at=now, recorded_by=principal.actor,
    )  # fmt: skip
    days = [received_on, *(one.received_on for one in list_receipts(uow.session, found.id))]
    uow.session.add(receipt)
    append(uow, _recorded(receipt), row=receipt, actor=principal, now=now)
    with _restating(uow, found, principal, now):
        found.paid_minor += amount_minor
        if found.paid_minor == found.amount_minor:
            found.settlement = next_settlement(found.settlement, SettlementStep.SETTLE)
            found.settled_on = max(days)
    reduced = ReceivableReduced(found.id, found.paid_minor, found.currency, found.settlement.value)
    append(uow, reduced, row=found, actor=principal, now=now, person_id=found.owner_id)
    return receipt


def hand_over(
    uow: UnitOfWork,
    found: Receivable,
    *,
    person_id: UUID,
    reason: str,
    principal: Principal,
    now: datetime,
) -> None:
    """Give collection to somebody else from now on; what was overdue until now stays the former collector's.

    Raises Conflict when it is theirs already or nothing is owed any more, NotFound for who is not here.
    """
    check_handover(found.settlement, found.owner_id, person_id)
    person = get_active_person(uow.session, person_id, now)
    former = found.owner_id
    with _restating(uow, found, principal, now) as ownerships:
        found.owner_id = person.id
        ownerships.append(_own(uow, found, person.id, reason, principal, now))
    message = ReceivableHandedOver(found.id, former, person.id)
    append(uow, message, row=found, actor=principal, now=now, person_id=person.id)


@contextmanager
def _restating(
    uow: UnitOfWork, found: Receivable, principal: Principal, now: datetime
) -> Iterator[list[ReceivableOwnership]]:
    """Give the ownerships, to be added to, and state what the change means for everybody's standing."""
    ownerships = list_ownerships(uow.session, found.id)
    owed = found.outstanding_minor
    before = statements_of(found, ownerships, owed)
    yield ownerships
    # Once settled, what is stated stays what was still owed while it was overdue.
    after = statements_of(found, ownerships, found.outstanding_minor or owed)
    state_changes(uow, before, after, actor=principal, now=now)


def _recorded(receipt: Receipt) -> ReceiptRecorded:
    return ReceiptRecorded(
        receipt.id,
        receipt.receivable.id,
        receipt.amount_minor,
        receipt.currency,
        receipt.received_on,
        receipt.reference,
    )


def _own(
    uow: UnitOfWork, found: Receivable, person_id: UUID, reason: str, principal: Principal, now: datetime
) -> ReceivableOwnership:
    ownership = ReceivableOwnership(
        id=new_id(), receivable=found, person_id=person_id, since=now, reason=reason.strip()
    )
    uow.session.add(ownership)
    message = ReceivableOwned(found.id, ownership.id, person_id)
    append(uow, message, row=ownership, actor=principal, now=now, person_id=person_id)
    return ownership


def statements_of(
    found: Receivable, ownerships: Sequence[ReceivableOwnership], owed: int
) -> list[ContractsImpedimentStated]:
    """Return one statement for each person who ever collected it; only the present one can cure it."""
    title = impediment_title(found.invoice_no, found.counterparty.name)
    parts = split_by_owner(
        overdue_interval(found.due_on, found.settled_on),
        [Ownership(one.person_id, one.since) for one in ownerships],
    )
    return [
        ContractsImpedimentStated(
            person_id=person_id,
            kind=RECEIVABLE_OVERDUE,
            reference=make_reference(found.id, person_id),
            intervals=stated(intervals),
            tags=(found.counterparty.kind.value,),
            amount_minor=owed,
            currency=found.currency,
            title_zh=title.zh,
            title_en=title.en,
            cure_url=f"/contracts/receivables/{found.id}" if person_id == found.owner_id else "",
        )
        for person_id, intervals in parts.items()
    ]
