"""Filling the database with a year of contracts and receivables."""

from datetime import timedelta

from services.contracts.agreements.models import Contract, ContractApproval, ContractVersion
from services.contracts.counterparties.models import Counterparty, sort_name_of
from services.contracts.counterparties.rules import CounterpartyKind
from services.contracts.demo.business import LONGEST, do_business
from services.contracts.demo.ledger import Ledger, at
from services.contracts.demo.market import Market
from services.contracts.demo.today import set_the_day
from services.contracts.files.models import FileContent
from services.contracts.receivables.models import Receipt, Receivable, ReceivableOwnership
from services.contracts.reviews.models import ReviewRound, ReviewStep
from shared.db.uow import Database
from shared.demo import DemoCompany, DemoCustomer, DemoPerson
from shared.messages.contracts import CounterpartyRegistered

# In the order in which rows refer to each other.
MODELS = (
    Counterparty, FileContent, Contract, ContractVersion, ContractApproval, ReviewRound, ReviewStep,
    Receivable, ReceivableOwnership, Receipt,
)  # fmt: skip
# So many sellers have contracts; in a larger company the others have none, so that loading takes seconds.
MOST_SELLERS = 4_000


def load_demo(database: Database, company: DemoCompany) -> None:
    """Fill a database that has nothing but, perhaps, the roster from people's feed."""
    market = Market(Ledger(), company, _customers_by_region(company))
    _register_counterparties(market)
    sellers = _sellers(company)
    for rep in sellers:
        do_business(market, rep)
    set_the_day(market, sellers)
    with database.write() as uow:
        market.ledger.write(uow.session.connection(), MODELS)


def _customers_by_region(company: DemoCompany) -> dict[str, list[DemoCustomer]]:
    found: dict[str, list[DemoCustomer]] = {"": company.hospitals}
    for one in (*company.hospitals, *company.distributors):
        found.setdefault(one.region, []).append(one)
    return found


def _sellers(company: DemoCompany) -> list[DemoPerson]:
    """Return who has contracts: those on the sales ladder who are here."""
    here = [one for one in company.reps if one.left_on is None]
    if len(here) <= MOST_SELLERS:
        return here
    kept = set(company.random("contracts", "sellers").sample(range(len(here)), MOST_SELLERS))
    return [one for number, one in enumerate(here) if number in kept or one.persona]


def _register_counterparties(market: Market) -> None:
    begun = at(market.today - timedelta(days=LONGEST + 10))
    actor = market.company.account_actor("legal")
    for one in (*market.company.hospitals, *market.company.distributors):
        row = {
            "id": one.id, "kind": CounterpartyKind(one.kind), "name": one.name, "region": one.region,
            "sort_name": sort_name_of(one.name), "credit_code": one.credit_code, "registered_at": begun,
        }  # fmt: skip
        message = CounterpartyRegistered(one.id, one.kind, one.region, one.credit_code)
        market.ledger.tell(message, "counterparty", one.id, begun, actor)
        market.ledger.keep(Counterparty, row)
