"""What contracts does when people tells of somebody, and with contracts whose last day is over."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from services.contracts.agreements.commands import conclude, expire_contracts
from services.contracts.agreements.rules import ContractStatus, ContractStep
from services.contracts.handlers import PEOPLE
from shared.core.zones import start_of_day
from shared.directory import get_person
from shared.eventlog import FeedEvent
from shared.messages import encode, type_of
from shared.messages.people import PersonChanged, PersonHired
from tests.harness import Harness, make_snapshot
from tests.services.contracts.factories import World


def _tell(harness: Harness, message: Any) -> None:
    """Hand a message of people's to the handler, as the consumer does."""
    event = FeedEvent(
        position=0, id=message.person.person_id, source="people", type=type_of(message), subject="person/x",
        person_id=message.person.person_id, actor="system", effective_at=harness.clock.now(),
        recorded_at=harness.clock.now(), data=encode(message),
    )  # fmt: skip
    with harness.write("contracts") as uow:
        PEOPLE[event.type](uow, event)


def test_somebody_who_is_hired_is_covered_from_their_first_day_and_that_is_said_once(
    harness: Harness,
) -> None:
    person = make_snapshot(hired_on=date(2026, 9, 1))
    _tell(harness, PersonHired(person))
    _tell(harness, PersonHired(person))
    _tell(harness, PersonChanged(replace(person, region="south"), ("region",)))
    (stated,) = [one.message() for one in harness.events("contracts", "contracts.coverage.stated.v1")]
    assert stated.person_id == person.person_id
    assert stated.kinds == ("contract_unapproved", "receivable_overdue")
    assert stated.since == start_of_day(date(2026, 9, 1))
    with harness.read("contracts") as uow:
        assert get_person(uow.session, person.person_id).region == "south"


def test_somebody_first_heard_of_by_a_change_is_covered_too(harness: Harness) -> None:
    _tell(harness, PersonChanged(make_snapshot(), ("name",)))
    assert len(harness.events("contracts", "contracts.coverage.stated.v1")) == 1


def test_a_contract_expires_when_its_last_day_is_over(world: World) -> None:
    contract_id, _ = world.approved(ends_on=world.today + timedelta(days=1))
    for step in (ContractStep.START_SIGNING, ContractStep.PUT_IN_EFFECT):
        world.on_contract(contract_id, conclude, step=step)
    assert world.do(lambda uow: expire_contracts(uow, now=world.now + timedelta(days=1))) == 0
    assert world.do(lambda uow: expire_contracts(uow, now=world.now + timedelta(days=2))) == 1
    assert world.get_contract(contract_id).status == ContractStatus.EXPIRED


def test_the_daily_job_lets_contracts_expire(world: World) -> None:
    contract_id, _ = world.approved(ends_on=world.today)
    for step in (ContractStep.START_SIGNING, ContractStep.PUT_IN_EFFECT):
        world.on_contract(contract_id, conclude, step=step)
    world.clock.advance(timedelta(days=1))
    at_five_past_midnight = start_of_day(world.today) + timedelta(minutes=5)
    world.clock.advance(at_five_past_midnight - world.now)
    world.harness.suite.runner.run_due("contracts")
    assert world.get_contract(contract_id).status == ContractStatus.EXPIRED
