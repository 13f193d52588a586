"""The demo company's contracts: like the real thing, the same every time, and true to the service's own rules."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from services.contracts.access.queries import Scope
from services.contracts.agreements.commands import statement_of
from services.contracts.agreements.models import Contract
from services.contracts.agreements.queries import list_approvals
from services.contracts.agreements.rules import ContractStatus, is_unapproved_in_effect
from services.contracts.app import AUDITED
from services.contracts.counterparties.models import Counterparty
from services.contracts.counterparties.rules import check_credit_code
from services.contracts.demo import load_demo
from services.contracts.receivables.commands import statements_of
from services.contracts.receivables.models import Receipt, Receivable
from services.contracts.receivables.queries import list_ownerships
from services.contracts.receivables.rules import OWED, Settlement
from services.contracts.reviews.queries import list_queue
from shared.core.principals import Principal, Role
from shared.demo import DemoCompany
from shared.directory.handlers import apply_snapshot
from shared.eventlog import FeedEvent, LocalFeed, export_log, load_or_create_key
from shared.eventlog.verify import verify
from tests.harness import Harness

STATED = "contracts.impediment.stated.v1"
KINDS = ("contract_unapproved", "receivable_overdue")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """What the demo holds does not depend on the engine; that it can be loaded and used on both, one test shows."""
    return str(request.param)


@pytest.fixture
def company(harness: Harness) -> DemoCompany:
    """A company of 150 people, loaded, with its roster."""
    made = DemoCompany(150, now=harness.clock.now())
    with harness.write("contracts") as uow:
        for one in made.people:
            apply_snapshot(uow, one.snapshot)
    load_demo(harness.suite.databases["contracts"], made)
    return made


def _log(harness: Harness, kind: str | None = None) -> list[FeedEvent]:
    """Return the whole log, or its events of one type."""
    feed, found = LocalFeed(harness.suite.databases["contracts"], "contracts"), list[FeedEvent]()
    while more := feed.read(len(found), 1_000):
        found += more
    return [one for one in found if kind is None or one.type == kind]


def _held(harness: Harness, kind: str) -> set[UUID]:
    """Return whom the last statement about anything of this kind holds now."""
    last = {
        one.message().reference: one.message() for one in _log(harness, STATED) if one.message().kind == kind
    }
    now = harness.clock.now()
    return {
        one.person_id
        for one in last.values()
        if any(part.start <= now and (part.until is None or now < part.until) for part in one.intervals)
    }


def test_some_reps_are_held_and_no_persona_is(harness: Harness, company: DemoCompany) -> None:
    unapproved, overdue = (_held(harness, kind) for kind in KINDS)
    assert len(unapproved) == 5
    assert len(overdue) == 12
    assert not (unapproved | overdue) & {one.id for one in company.people if one.persona}


def test_what_the_log_states_is_what_the_rows_mean(harness: Harness, company: DemoCompany) -> None:
    stated = {}
    for event in _log(harness, STATED):
        message = event.message()
        stated[message.kind, message.reference] = message.intervals
    meant = {}
    with harness.read("contracts") as uow:
        session = uow.session
        for contract in session.scalars(select(Contract).options(joinedload(Contract.counterparty))):
            one = statement_of(contract, list_approvals(session, contract.id))
            meant[one.kind, one.reference] = one.intervals
        for found in session.scalars(select(Receivable).options(joinedload(Receivable.counterparty))):
            for one in statements_of(found, list_ownerships(session, found.id), found.outstanding_minor):
                meant[one.kind, one.reference] = one.intervals
    # What never had an interval was never stated.
    assert {key: intervals for key, intervals in meant.items() if intervals} == {
        key: intervals for key, intervals in stated.items() if intervals
    }
    assert all(not stated.get(key) for key, intervals in meant.items() if not intervals)


def test_legal_has_six_reviews_one_of_which_holds_pay_and_finance_has_three(
    harness: Harness, company: DemoCompany
) -> None:
    with harness.read("contracts") as uow:
        queues = {
            name: list_queue(uow.session, _principal(company, name, role)).items
            for name, role in (("legal", Role.LEGAL), ("legal2", Role.LEGAL), ("finance", Role.FINANCE))
        }
        contracts = [step.review_round.contract for step in queues["legal"]]
        holding = [
            one for one in contracts if is_unapproved_in_effect(one.status, one.effective_on, company.today)
        ]
    assert [len(queue) for queue in queues.values()] == [6, 6, 3]
    assert len(holding) == 1
    assert holding[0] is contracts[0]


def test_every_state_occurs_and_every_amount_adds_up(harness: Harness, company: DemoCompany) -> None:
    with harness.read("contracts") as uow:
        session = uow.session
        assert set(session.scalars(select(Contract.status).distinct())) >= set(ContractStatus) - {
            ContractStatus.SUPERSEDED,
            ContractStatus.TERMINATED,
        }
        assert set(session.scalars(select(Receivable.settlement).distinct())) == set(Settlement)
        sums = select(Receipt.receivable_id, func.sum(Receipt.amount_minor)).group_by(Receipt.receivable_id)
        paid = {row[0]: row[1] for row in session.execute(sums)}
        receivables = session.scalars(select(Receivable)).all()
        assert all(paid.get(one.id, 0) == one.paid_minor for one in receivables)
        assert all((one.settled_on is None) == (one.settlement in OWED) for one in receivables)
        assert _codes_hold(session)


def test_nothing_happened_after_now_or_before_its_cause(harness: Harness, company: DemoCompany) -> None:
    events = _log(harness)
    times = [one.recorded_at for one in events]
    assert times == sorted(times)
    assert times[-1] <= company.now
    assert times[0] > company.now - timedelta(days=366)
    seen: set[str] = set()
    for event in events:
        begins = event.type.endswith((".requested.v1", ".registered.v1"))
        if event.subject.startswith(("contract/", "receivable/")):
            assert begins == (event.subject not in seen), event
        seen.add(event.subject)


def test_the_verifier_finds_the_demo_log_whole(
    harness: Harness, company: DemoCompany, tmp_path: Path
) -> None:
    key = load_or_create_key(harness.settings.key_dir, "contracts")
    target = tmp_path / "contracts.zip"
    export_log(
        harness.suite.databases["contracts"], target, service="contracts", audited_models=AUDITED, key=key
    )
    report = verify(str(target), str(key.verifier_key), None)
    assert (report.integrity, report.completeness) == ([], [])


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"], indirect=True)
def test_what_people_do_next_finds_the_demo_rows_as_if_made_by_hand(
    harness: Harness, company: DemoCompany
) -> None:
    """Legal approves the review that holds pay, finance books the oldest debt: both end an impediment."""
    before = {kind: _held(harness, kind) for kind in KINDS}
    legal = harness.api(principal=_principal(company, "legal", Role.LEGAL))
    step = legal.get("/contracts/v1/reviews/").get_json()["items"][0]
    decision = {"decision": "approve", "sha256": step["review_round"]["sha256"]}
    assert legal.post(f"/contracts/v1/reviews/{step['id']}/decision", json=decision).status_code == 200
    finance = harness.api(principal=_principal(company, "finance", Role.FINANCE))
    oldest = finance.get("/contracts/v1/receivables/?bucket=over-120&limit=1").get_json()["items"][0]
    receipt = {
        "amount_minor": oldest["amount_minor"] - oldest["paid_minor"], "currency": "CNY",
        "received_on": company.today.isoformat(), "reference": "ICBC-TEST",
    }  # fmt: skip
    assert finance.post(f"/contracts/v1/receivables/{oldest['id']}/receipts", json=receipt).status_code == 201
    assert [len(before[kind]) - len(_held(harness, kind)) for kind in KINDS] == [1, 1]


def test_the_same_company_gets_the_same_rows(harness: Harness, company: DemoCompany) -> None:
    again = DemoCompany(150, now=company.now)
    with harness.read("contracts") as uow:
        numbers = sorted(uow.session.scalars(select(Contract.number)))
        scope = Scope(everyone=False, person_id=again.persona("rep").id, manages=False)
        mine = uow.session.scalars(select(Contract.id).where(scope.where(Contract.owner_id))).all()
    with harness.write("contracts") as uow:
        for metadata in harness.suite.services["contracts"].schema.metadatas:
            for table in reversed(metadata.sorted_tables):
                uow.session.execute(table.delete())
    load_demo(harness.suite.databases["contracts"], again)
    with harness.read("contracts") as uow:
        assert sorted(uow.session.scalars(select(Contract.number))) == numbers
    assert mine


def _principal(company: DemoCompany, name: str, role: Role) -> Principal:
    person = company.persona(name)
    return Principal(person.account_id, person.name, frozenset({role}), person.id)


def _codes_hold(session: Session) -> bool:
    return all(check_credit_code(code) == code for code in session.scalars(select(Counterparty.credit_code)))
