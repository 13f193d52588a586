"""Receivables: receipts, handovers, ageing, and whom an overdue one impedes."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from services.contracts.access.queries import Scope
from services.contracts.receivables.commands import hand_over, record_receipt
from services.contracts.receivables.queries import AgeingBy, Filter, age_receivables, list_receivables
from services.contracts.receivables.rules import Bucket, Debt, ReceivableStatus, Settlement, age, status_on
from shared.core.errors import Conflict, IllegalTransition, NotFound
from shared.core.zones import end_of_day, start_of_day
from shared.messages.standing import StatedInterval
from tests.services.contracts.factories import EVERYTHING, World

SIXTY = timedelta(days=60)


def _pay(world: World, receivable_id: UUID, amount: int = 10_000_000, **values: Any) -> None:
    given = {
        "amount_minor": amount,
        "currency": "CNY",
        "received_on": world.today,
        "reference": "B1",
        **values,
    }
    world.on_receivable(receivable_id, record_receipt, **given)


def test_an_overdue_receivable_impedes_its_collector_until_it_is_paid_in_full(world: World) -> None:
    receivable_id = world.receivable(due_in=-70, invoice_no="FP-0001")
    start = end_of_day(world.today - timedelta(days=70)) + SIXTY
    (stated,) = world.statements("receivable_overdue")
    assert (stated.person_id, stated.intervals) == (world.rep_person.id, (StatedInterval(start),))
    assert (stated.amount_minor, stated.currency) == (10_000_000, "CNY")
    assert stated.title_zh == "发票 FP-0001 · 上海市第一人民医院"
    assert stated.title_en == "Invoice FP-0001 · Shanghai First People's Hospital"
    assert stated.cure_url == f"/contracts/receivables/{receivable_id}"
    _pay(world, receivable_id, 4_000_000)
    partly = world.statements("receivable_overdue")[-1]
    assert (partly.intervals, partly.amount_minor) == (stated.intervals, 6_000_000)
    _pay(world, receivable_id, 6_000_000, reference="BANK-2")
    paid = world.statements("receivable_overdue")[-1]
    assert (paid.reference, paid.amount_minor) == (stated.reference, 6_000_000)
    assert paid.intervals == (StatedInterval(start, start_of_day(world.today)),)


def test_a_receivable_that_is_not_due_states_ahead_when_it_will_impede_and_money_takes_that_back(
    world: World,
) -> None:
    receivable_id = world.receivable(due_in=10)
    _pay(world, receivable_id)
    assert [one.intervals for one in world.statements("receivable_overdue")] == [
        (StatedInterval(end_of_day(world.today + timedelta(days=10)) + SIXTY),),
        (),
    ]


def test_the_last_money_counts_from_the_day_it_came_in_not_from_when_it_was_booked(world: World) -> None:
    receivable_id = world.receivable(due_in=-90)
    _pay(world, receivable_id, 4_000_000, received_on=world.today - timedelta(days=3))
    _pay(world, receivable_id, 6_000_000, received_on=world.today - timedelta(days=8), reference="B2")
    until = start_of_day(world.today - timedelta(days=3))
    assert world.statements("receivable_overdue")[-1].intervals[0].until == until


def test_a_handover_leaves_the_past_with_the_former_collector_and_the_rest_to_the_next(world: World) -> None:
    receivable_id = world.receivable(due_in=-70)
    start = end_of_day(world.today - timedelta(days=70)) + SIXTY
    world.clock.advance(timedelta(days=2))
    handed_at = world.now
    world.on_receivable(receivable_id, hand_over, person_id=world.other_person.id, reason="区域调整")
    last = {one.person_id: one for one in world.statements("receivable_overdue")}
    mine, theirs = last[world.rep_person.id], last[world.other_person.id]
    assert mine.intervals == (StatedInterval(start, handed_at),)
    assert theirs.intervals == (StatedInterval(handed_at),)
    assert mine.reference != theirs.reference
    assert (mine.cure_url, theirs.cure_url) == ("", f"/contracts/receivables/{receivable_id}")
    world.clock.advance(timedelta(days=2))
    _pay(world, receivable_id)
    last = {one.person_id: one for one in world.statements("receivable_overdue")}
    assert last[world.rep_person.id].intervals == mine.intervals
    assert last[world.other_person.id].intervals == (StatedInterval(handed_at, start_of_day(world.today)),)


def test_a_handover_goes_to_somebody_else_who_works_here_and_only_while_money_is_owed(world: World) -> None:
    receivable_id = world.receivable()
    gone = world.harness.person(left_on=world.today - timedelta(days=1))
    with pytest.raises(Conflict):
        world.on_receivable(receivable_id, hand_over, person_id=world.rep_person.id, reason="")
    for person_id in (gone.id, UUID(int=1)):
        with pytest.raises(NotFound):
            world.on_receivable(receivable_id, hand_over, person_id=person_id, reason="")
    _pay(world, receivable_id)
    with pytest.raises(Conflict):
        world.on_receivable(receivable_id, hand_over, person_id=world.other_person.id, reason="")


def test_the_same_receipt_is_not_booked_twice(world: World) -> None:
    receivable_id = world.receivable()
    _pay(world, receivable_id, 1_000)
    with pytest.raises(Conflict) as refused:
        _pay(world, receivable_id, 1_000)
    assert "reference" in refused.value.fields
    assert world.get_receivable(receivable_id).paid_minor == 1_000


def test_the_same_receipt_sent_twice_at_once_is_booked_once(world: World) -> None:
    receivable_id = world.receivable()
    start, outcomes = Barrier(2), []

    def book() -> None:
        start.wait()
        try:
            _pay(world, receivable_id, 1_000)
            outcomes.append("booked")
        except (Conflict, IntegrityError, StaleDataError):
            outcomes.append("refused")

    threads = [Thread(target=book) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["booked", "refused"]
    assert world.get_receivable(receivable_id).paid_minor == 1_000


@pytest.mark.parametrize(
    ("amount", "values"),
    [(10_000_001, {}), (1, {"currency": "USD"})],
    ids=["larger than the debt", "another currency"],
)
def test_money_that_does_not_fit_the_debt_changes_nothing(
    world: World, amount: int, values: dict[str, Any]
) -> None:
    receivable_id = world.receivable()
    with pytest.raises(Conflict):
        _pay(world, receivable_id, amount, **values)
    assert world.get_receivable(receivable_id).paid_minor == 0
    assert world.harness.events("contracts", "contracts.receipt.recorded.v1") == []


def test_nothing_is_booked_on_what_is_paid(world: World) -> None:
    receivable_id = world.receivable()
    _pay(world, receivable_id)
    assert world.get_receivable(receivable_id).settlement == Settlement.PAID
    with pytest.raises(IllegalTransition):
        _pay(world, receivable_id, 1, reference="BANK-2")


def test_an_invoice_is_registered_once(world: World) -> None:
    world.receivable(invoice_no="FP-0001")
    with pytest.raises(Conflict):
        world.receivable(invoice_no="FP-0001")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_ageing_in_the_database_equals_ageing_by_rule(world: World, data: st.DataObject) -> None:
    for days in data.draw(st.lists(st.integers(-200, 60), max_size=4)):
        world.receivable(due_in=days, amount_minor=data.draw(st.integers(1, 10**11)))
    with world.reading() as session:
        owed = list_receivables(session, EVERYTHING, Filter(), today=world.today, limit=200).items
        for by in AgeingBy:
            found = age_receivables(session, EVERYTHING, by=by, today=world.today)
            debts = [Debt(one.due_on, one.outstanding_minor) for one in owed]
            assert found.total.buckets == age(debts, world.today)
            assert found.total.total == sum(one.outstanding for one in debts)


def test_ageing_leaves_out_what_is_paid_and_other_currencies(world: World) -> None:
    paid = world.receivable(due_in=-10)
    _pay(world, paid)
    world.receivable(due_in=-10, currency="USD")
    partly = world.receivable(due_in=-95)
    _pay(world, partly, 1_000_000)
    with world.reading() as session:
        found = age_receivables(session, EVERYTHING, by=AgeingBy.CUSTOMER, today=world.today)
    assert {bucket: minor for bucket, minor in found.total.buckets.items() if minor} == {
        Bucket.DAYS_91_120: 9_000_000
    }


def test_the_list_by_status_shows_exactly_those_of_that_status(world: World) -> None:
    for days in (-1, 0, 1):
        world.receivable(due_in=days)
    _pay(world, world.receivable(due_in=-40))
    with world.reading() as session:
        for status in ReceivableStatus:
            items = list_receivables(session, EVERYTHING, Filter(status=status), today=world.today).items
            assert all(status_on(one.settlement, one.due_on, world.today) == status for one in items)
            expected = {"not_due": 1, "due": 1, "overdue": 1, "paid": 1}.get(status.value, 0)
            assert len(items) == expected, status


def test_a_scope_counts_only_what_is_within_it(world: World) -> None:
    world.receivable(due_in=-10)
    mine = Scope(everyone=False, person_id=world.rep_person.id, manages=False)
    team = Scope(everyone=False, person_id=world.manager_person.id, manages=True)
    theirs = Scope(everyone=False, person_id=world.other_person.id, manages=False)
    nobody = Scope(everyone=False, person_id=None, manages=True)
    with world.reading() as session:
        counts = [
            age_receivables(session, scope, by=AgeingBy.OWNER, today=world.today).total.count
            for scope in (mine, team, theirs, nobody)
        ]
    assert counts == [1, 1, 0, 0]
