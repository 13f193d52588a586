"""Where the demo company sells: the ledger that is being filled, and contracts as they are asked for and signed."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.contracts.agreements.rules import ContractStep, ContractType
from services.contracts.demo.contract_story import Asked, ContractStory
from services.contracts.demo.ledger import Ledger, at
from shared.demo import DemoCompany, DemoCustomer, DemoPerson

_KINDS = (
    ContractType.SALES,
    ContractType.SALES,
    ContractType.TENDER,
    ContractType.CONSIGNMENT,
    ContractType.SERVICE,
)


@dataclass(frozen=True)
class Market:
    """`customers` by region; a seller without a region sells to all hospitals."""

    ledger: Ledger
    company: DemoCompany
    customers: dict[str, list[DemoCustomer]]

    @property
    def today(self) -> date:
        """The company's day."""
        return self.company.today

    def ask(
        self,
        rep: DemoPerson,
        chance: Random,
        key: str,
        ago: int,
        *,
        large: bool,
        effective_on: date | None = None,
    ) -> ContractStory:
        """Begin a contract so many days ago: of more than a million if `large`, of less otherwise (fen)."""
        amount = chance.randrange(105, 480) * 1_000_000 if large else chance.randrange(60, 950) * 100_000
        customer = chance.choice(self.customers.get(rep.region) or self.customers[""])
        kind = ContractType.DISTRIBUTION if customer.kind == "distributor" else chance.choice(_KINDS)
        requested = at(self.today - timedelta(days=ago), 9, chance.randrange(60))
        asked = Asked(rep, customer, kind, amount, key, requested, effective_on)
        return ContractStory(self.ledger, self.company, asked)

    def sign(self, story: ContractStory, begun: date, signed: date, ends: date) -> None:
        """Take a contract from its text to its effect, approved on the way by those who must."""
        self.approve(story, begun)
        story.conclude(ContractStep.START_SIGNING, at(begun + timedelta(days=5), 9))
        story.conclude(
            ContractStep.PUT_IN_EFFECT, at(signed, 16), signed_on=signed, effective_on=signed, ends_on=ends
        )

    def approve(self, story: ContractStory, begun: date, *, by: str = "legal") -> None:
        """Take a contract from its text to its approval: by legal, then finance where the policy asks it."""
        story.draft(at(begun + timedelta(days=1), 14))
        story.submit(at(begun + timedelta(days=2), 10))
        story.decide(by, at(begun + timedelta(days=3), 15))
        if len(story.steps) > 1:
            story.decide("finance", at(begun + timedelta(days=4), 11))
