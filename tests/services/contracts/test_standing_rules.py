"""When a contract or receivable impedes somebody, and whom: arithmetic alone, no database."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.contracts.standing.rules import (
    Ownership,
    overdue_interval,
    split_by_owner,
    unapproved_intervals,
)
from shared.core.intervals import Interval, union
from shared.core.zones import end_of_day, start_of_day

MARCH_1 = date(2026, 3, 1)
EFFECTIVE = start_of_day(MARCH_1)
ANN, BEN, CAT = UUID(int=1), UUID(int=2), UUID(int=3)

instants = st.integers(0, 31_000_000).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ownerships = st.lists(
    st.builds(Ownership, st.sampled_from([ANN, BEN, CAT]), instants), min_size=1, max_size=8
)
intervals = st.tuples(instants, st.one_of(st.none(), st.timedeltas(timedelta(1), timedelta(200)))).map(
    lambda pair: Interval(pair[0], None if pair[1] is None else pair[0] + pair[1])
)


def test_a_contract_without_an_effective_date_impedes_nobody() -> None:
    assert unapproved_intervals(None, [], None) == []


def test_a_contract_without_approval_impedes_from_its_effective_day_with_no_end() -> None:
    assert unapproved_intervals(MARCH_1, [], None) == [Interval(EFFECTIVE)]


def test_an_approval_after_the_effective_day_ends_it_at_that_instant() -> None:
    approved_at = EFFECTIVE + timedelta(days=9, hours=3)
    assert unapproved_intervals(MARCH_1, [Interval(approved_at)], None) == [Interval(EFFECTIVE, approved_at)]


def test_an_approval_before_the_effective_day_leaves_nothing() -> None:
    assert unapproved_intervals(MARCH_1, [Interval(EFFECTIVE - timedelta(days=1))], None) == []


def test_an_approval_that_was_voided_counts_only_while_it_held() -> None:
    first, voided, second = (EFFECTIVE + timedelta(days=days) for days in (5, 8, 12))
    found = unapproved_intervals(MARCH_1, [Interval(first, voided), Interval(second)], None)
    assert found == [Interval(EFFECTIVE, first), Interval(voided, second)]


def test_a_contract_that_was_ended_unapproved_impedes_until_then() -> None:
    ended = EFFECTIVE + timedelta(days=3)
    assert unapproved_intervals(MARCH_1, [], ended) == [Interval(EFFECTIVE, ended)]


def test_a_contract_that_was_given_up_before_it_took_effect_impedes_nobody() -> None:
    assert unapproved_intervals(MARCH_1, [], EFFECTIVE) == []


def test_a_receivable_is_overdue_for_pay_from_sixty_days_after_the_end_of_its_due_day() -> None:
    assert overdue_interval(MARCH_1, None) == Interval(end_of_day(MARCH_1) + timedelta(days=60))


def test_money_on_the_last_tolerated_day_comes_in_time_and_a_day_later_does_not() -> None:
    sixtieth = MARCH_1 + timedelta(days=60)
    assert overdue_interval(MARCH_1, sixtieth) is None
    assert overdue_interval(MARCH_1, sixtieth + timedelta(days=1)) is None
    assert overdue_interval(MARCH_1, sixtieth + timedelta(days=2)) == Interval(
        start_of_day(sixtieth + timedelta(days=1)), start_of_day(sixtieth + timedelta(days=2))
    )


@given(intervals, ownerships)
def test_the_owners_parts_are_the_overdue_interval_without_gap_or_overlap(
    interval: Interval, history: list[Ownership]
) -> None:
    parts = sorted(
        (part for mine in split_by_owner(interval, history).values() for part in mine),
        key=lambda part: part.start,
    )
    assert union(parts) == [interval]
    assert all(one.end is not None and one.end <= two.start for one, two in pairwise(parts))


@given(intervals, ownerships, instants)
def test_each_part_is_on_whoever_collected_at_the_time(
    interval: Interval, history: list[Ownership], at: datetime
) -> None:
    in_order = sorted(history, key=lambda one: one.since)
    owner = next((one for one in reversed(in_order) if one.since <= at), in_order[0]).person_id
    impeded = [
        person_id
        for person_id, mine in split_by_owner(interval, history).items()
        if any(part.covers(at) for part in mine)
    ]
    assert impeded == ([owner] if interval.covers(at) else [])


@given(ownerships)
def test_everybody_who_ever_collected_is_named_even_when_nothing_was_overdue(
    history: list[Ownership],
) -> None:
    assert split_by_owner(None, history) == {one.person_id: () for one in history}
