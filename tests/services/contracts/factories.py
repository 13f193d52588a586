"""Valid contracts, reviews and receivables; a test states only what it is about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.contracts.access.queries import Scope
from services.contracts.agreements.commands import NewContract, request_contract, save_version
from services.contracts.agreements.models import Contract
from services.contracts.agreements.queries import get_contract
from services.contracts.agreements.rules import ContractType
from services.contracts.counterparties.commands import register_counterparty
from services.contracts.counterparties.rules import CounterpartyKind, check_character
from services.contracts.receivables.commands import register_receivable
from services.contracts.receivables.models import Receivable
from services.contracts.receivables.queries import get_receivable
from services.contracts.reviews.commands import Decision, decide, submit_for_review
from services.contracts.reviews.models import ReviewRound, ReviewStep
from services.contracts.reviews.queries import find_open_round, get_step
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from tests.harness import Harness

EVERYTHING = Scope(everyone=True, person_id=None, manages=False)
CREDIT_CODES = [
    body + check_character(body) for body in (f"91310000MA1K{number:05d}" for number in range(60))
]


class World:
    """People with accounts, a hospital, and commands run in units of work of their own."""

    def __init__(self, harness: Harness) -> None:
        self.harness = harness
        self.clock = harness.clock
        self.manager_person = harness.person(name="赵敏", position="supervisor")
        self.rep_person = harness.person(name="李薇", manager_id=self.manager_person.id)
        self.other_person = harness.person(name="王磊")
        self.legal_person = harness.person(name="郑文", position="commercial_operations")
        self.rep = self._account(Role.REP, self.rep_person)
        self.other = self._account(Role.REP, self.other_person)
        self.manager = self._account(Role.MANAGER, self.manager_person)
        self.legal = self._account(Role.LEGAL, self.legal_person)
        self.legal2 = harness.principal(Role.LEGAL)
        self.finance = harness.principal(Role.FINANCE)
        self._numbers = 0
        self.hospital_id = self.counterparty()

    @property
    def now(self) -> datetime:
        """The clock's instant."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The clock's day."""
        return local_date(self.now)

    def do(self, act: Callable[[UnitOfWork], Any]) -> Any:
        """Run `act` in a unit of work that commits."""
        with self.harness.write("contracts") as uow:
            return act(uow)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read; what was loaded may be looked at afterwards."""
        with self.harness.read("contracts") as uow:
            yield uow.session
            uow.session.expunge_all()

    def counterparty(self, **values: Any) -> UUID:
        """Register a hospital."""
        given: dict[str, Any] = {
            "kind": CounterpartyKind.PUBLIC_HOSPITAL,
            "name": LocalizedText(zh="上海市第一人民医院", en="Shanghai First People's Hospital"),
            "region": "east",
            "credit_code": CREDIT_CODES[self._next()],
            **values,
        }
        found = self.do(
            lambda uow: register_counterparty(uow, **given, principal=self.legal, now=self.now).id
        )
        assert isinstance(found, UUID)
        return found

    def contract(self, principal: Principal | None = None, **values: Any) -> UUID:
        """Request a contract of ¥200,000 with the hospital, owned by the rep."""
        given: dict[str, Any] = {
            "title": "人工关节年度采购合同",
            "type": ContractType.SALES,
            "counterparty_id": self.hospital_id,
            "amount_minor": 20_000_000,
            "currency": "CNY",
            **values,
        }
        found = self.do(
            lambda uow: (
                request_contract(uow, NewContract(**given), principal=principal or self.rep, now=self.now).id
            )
        )
        assert isinstance(found, UUID)
        return found

    def version(
        self, contract_id: UUID, text: str = "第一条 标的。", principal: Principal | None = None
    ) -> str:
        """Put a text into the contract and return its hash."""

        def act(uow: UnitOfWork) -> str:
            contract = get_contract(uow.session, contract_id, EVERYTHING)
            made = save_version(
                uow, contract, file_name="合同.txt", content=text.encode(),
                principal=principal or self.rep, now=self.now,
            )  # fmt: skip
            return str(made.sha256)

        return str(self.do(act))

    def submit(self, contract_id: UUID, principal: Principal | None = None) -> UUID:
        """Submit the contract for review and return the round's id."""

        def act(uow: UnitOfWork) -> UUID:
            contract = get_contract(uow.session, contract_id, EVERYTHING)
            found: ReviewRound = submit_for_review(
                uow, contract, principal=principal or self.rep, now=self.now
            )
            return found.id

        found = self.do(act)
        assert isinstance(found, UUID)
        return found

    def in_review(self, **values: Any) -> tuple[UUID, str]:
        """Request a contract, put a text in, submit it; return its id and the text's hash."""
        contract_id = self.contract(**values)
        sha256 = self.version(contract_id)
        self.submit(contract_id)
        return contract_id, sha256

    def approved(self, **values: Any) -> tuple[UUID, str]:
        """Return a contract that legal has approved, with the hash of the approved text."""
        contract_id, sha256 = self.in_review(**values)
        self.decide(self.step(contract_id).id, self.legal, sha256)
        return contract_id, sha256

    def step(self, contract_id: UUID, role: str = "legal") -> ReviewStep:
        """Return the step of a role in the contract's open round."""
        with self.reading() as session:
            found = find_open_round(session, contract_id)
            assert found is not None
            return next(one for one in found.steps if one.role == role)

    def decide(
        self,
        step_id: UUID,
        principal: Principal,
        sha256: str,
        decision: Decision = Decision.APPROVE,
        reason: str = "",
    ) -> None:
        """Decide a step."""
        self.do(
            lambda uow: decide(
                uow, get_step(uow.session, step_id, principal), decision,
                seen_sha256=sha256, reason=reason, principal=principal, now=self.now,
            )
        )  # fmt: skip

    def on_contract(self, contract_id: UUID, command: Callable[..., Any], **values: Any) -> Any:
        """Run a command on a contract; the principal is legal unless said otherwise."""
        given = {"principal": self.legal, "now": self.now, **values}
        return self.do(lambda uow: command(uow, get_contract(uow.session, contract_id, EVERYTHING), **given))

    def receivable(self, *, due_in: int = -70, contract_id: UUID | None = None, **values: Any) -> UUID:
        """Register an invoice of ¥100,000 that was due so many days from today, collected by the rep."""
        contract_id = contract_id or self.contract()
        given: dict[str, Any] = {
            "invoice_no": f"INV{self._next():05d}",
            "amount_minor": 10_000_000,
            "currency": "CNY",
            "due_on": self.today + timedelta(days=due_in),
            "principal": self.finance,
            **values,
        }
        found = self.on_contract(contract_id, register_receivable, **given)
        assert isinstance(found.id, UUID)
        return found.id

    def on_receivable(self, receivable_id: UUID, command: Callable[..., Any], **values: Any) -> Any:
        """Run a command on a receivable as finance."""
        given = {"principal": self.finance, "now": self.now, **values}
        return self.do(
            lambda uow: command(uow, get_receivable(uow.session, receivable_id, EVERYTHING), **given)
        )

    def get_contract(self, contract_id: UUID) -> Contract:
        """Read a contract."""
        with self.reading() as session:
            return get_contract(session, contract_id, EVERYTHING)

    def get_receivable(self, receivable_id: UUID) -> Receivable:
        """Read a receivable."""
        with self.reading() as session:
            return get_receivable(session, receivable_id, EVERYTHING)

    def statements(self, kind: str | None = None) -> list[Any]:
        """Return what was stated about standing, in order."""
        found = [one.message() for one in self.harness.events("contracts", "contracts.impediment.stated.v1")]
        return [one for one in found if kind is None or one.kind == kind]

    def _account(self, role: Role, person: DirectoryPerson) -> Principal:
        make = partial(self.harness.principal, role)
        return make(person_id=person.id, name=person.name)

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers
