"""One receivable from its invoice to today, step by step through the service's own rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.contracts.counterparties.rules import CounterpartyKind
from services.contracts.demo.contract_story import ContractStory
from services.contracts.demo.ledger import Ledger
from services.contracts.receivables.commands import statements_of
from services.contracts.receivables.models import Receipt, Receivable, ReceivableOwnership
from services.contracts.receivables.rules import Settlement, SettlementStep, next_settlement
from shared.core.zones import local_date
from shared.demo import DemoCompany
from shared.messages.contracts import (
    ReceiptRecorded,
    ReceivableAdvanced,
    ReceivableHandedOver,
    ReceivableOwned,
    ReceivableReduced,
    ReceivableRegistered,
)


class ReceivableStory:
    """A receivable's rows as they come about; `keep` hands them to the ledger when the story is told."""

    def __init__(
        self, ledger: Ledger, company: DemoCompany, contract: ContractStory, key: str, *,
        owner_id: UUID, amount_minor: int, due_on: date, registered: datetime,
    ) -> None:  # fmt: skip
        self.ledger, self.company, self.contract, self.key = ledger, company, contract, key
        self.actor = company.account_actor("finance")
        self.id = self._make_id("receivable", registered)
        self.found: dict[str, Any] = {
            "id": self.id, "contract_id": contract.id, "counterparty_id": contract.asked.customer.id,
            "invoice_no": f"{registered:%y}31{self.id.int % 10**16:016d}", "amount_minor": amount_minor,
            "paid_minor": 0, "currency": "CNY", "due_on": due_on, "settlement": Settlement.OPEN,
            "settled_on": None, "owner_id": owner_id, "registered_at": registered, "revision": 1,
        }  # fmt: skip
        self.ownerships: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        message = ReceivableRegistered(
            self.id, contract.id, contract.asked.customer.id, self.found["invoice_no"], owner_id,
            amount_minor, "CNY", due_on,
        )  # fmt: skip
        self._tell(message, "receivable", self.id, registered)
        self._own(owner_id, "", registered)
        self.ledger.state([], self._statements(amount_minor), registered, self.actor)

    @property
    def outstanding(self) -> int:
        """What is still owed, in fen."""
        return 0 if self.found["settled_on"] else self.found["amount_minor"] - self.found["paid_minor"]

    def receive(self, amount_minor: int, at: datetime) -> None:
        """Book money that came in on that day."""
        number = len(self.receipts) + 1
        receipt: dict[str, Any] = {
            "id": self._make_id(f"receipt-{number}", at), "receivable_id": self.id,
            "amount_minor": amount_minor, "currency": "CNY", "received_on": local_date(at),
            "reference": f"ICBC{at:%Y%m%d}{self.id.int % 10**6:06d}{number}", "recorded_at": at,
            "recorded_by": self.actor,
        }  # fmt: skip
        self.receipts.append(receipt)
        booked = ReceiptRecorded(
            receipt["id"], self.id, amount_minor, "CNY", receipt["received_on"], receipt["reference"]
        )
        self._tell(booked, "receipt", receipt["id"], at)
        with self._restating(at):
            self.found["paid_minor"] += amount_minor
            if self.found["paid_minor"] == self.found["amount_minor"]:
                self.found["settlement"] = next_settlement(self.found["settlement"], SettlementStep.SETTLE)
                self.found["settled_on"] = local_date(at)
        reduced = ReceivableReduced(self.id, self.found["paid_minor"], "CNY", self.found["settlement"].value)
        self._tell(reduced, "receivable", self.id, at)

    def advance(self, step: SettlementStep, at: datetime) -> None:
        """Dispute it or write it off."""
        with self._restating(at):
            self.found["settlement"] = next_settlement(self.found["settlement"], step)
            if step == SettlementStep.WRITE_OFF:
                self.found["settled_on"] = local_date(at)
        self._tell(
            ReceivableAdvanced(self.id, step.value, self.found["settlement"].value), "receivable", self.id, at
        )

    def hand_over(self, person_id: UUID, reason: str, at: datetime) -> None:
        """Give collection to somebody else."""
        former = self.found["owner_id"]
        with self._restating(at):
            self.found["owner_id"] = person_id
            self._own(person_id, reason, at)
        self._tell(ReceivableHandedOver(self.id, former, person_id), "receivable", self.id, at)

    def keep(self) -> None:
        """Hand over the rows as they now are."""
        self.ledger.keep(Receivable, self.found)
        for ownership in self.ownerships:
            self.ledger.keep(ReceivableOwnership, ownership)
        for receipt in self.receipts:
            self.ledger.keep(Receipt, receipt)

    def _own(self, person_id: UUID, reason: str, at: datetime) -> None:
        ownership: dict[str, Any] = {
            "id": self._make_id(f"ownership-{len(self.ownerships)}", at), "receivable_id": self.id,
            "person_id": person_id, "since": at, "reason": reason,
        }  # fmt: skip
        self.ownerships.append(ownership)
        message = ReceivableOwned(self.id, ownership["id"], person_id)
        self._tell(message, "receivable_ownership", ownership["id"], at, person_id)

    @contextmanager
    def _restating(self, at: datetime) -> Iterator[None]:
        owed = self.outstanding
        before = self._statements(owed)
        yield
        self.found["revision"] += 1
        self.ledger.state(before, self._statements(self.outstanding or owed), at, self.actor)

    def _statements(self, owed: int) -> list[Any]:
        customer = self.contract.asked.customer
        seen: Any = SimpleNamespace(
            **self.found,
            counterparty=SimpleNamespace(name=customer.name, kind=CounterpartyKind(customer.kind)),
        )
        ownerships: Any = [SimpleNamespace(**one) for one in self.ownerships]
        return list(statements_of(seen, ownerships, owed))

    def _tell(
        self, message: Any, kind: str, row_id: UUID, at: datetime, person_id: UUID | None = None
    ) -> None:
        concerned = person_id or (self.found["owner_id"] if kind == "receivable" else None)
        self.ledger.tell(message, kind, row_id, at, self.actor, concerned)

    def _make_id(self, what: str, at: datetime) -> UUID:
        return self.company.make_id("contracts", what, str(self.contract.id), self.key, at=at)
