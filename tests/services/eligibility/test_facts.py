"""Statements become rows with both times; what is known at a position never changes afterwards."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.eligibility.decisions.queries import decide_one
from services.eligibility.decisions.rules import last_instant
from services.eligibility.impediments.models import Coverage, Impediment, PersonVersion, Statement
from services.eligibility.impediments.queries import known_at_moment, known_now, list_facts
from services.eligibility.policies.rules import Outcome
from shared.core.ids import new_id
from shared.core.intervals import Interval, union
from shared.core.periods import Period
from shared.core.principals import Role
from shared.messages.people import PersonChanged
from shared.messages.standing import TrainingCoverageStated
from tests.harness import make_snapshot
from tests.services.eligibility.feeders import SINCE, World

PERIOD = Period.parse("2026-Q3")
days = st.integers(0, 40)
spans = st.lists(st.tuples(days, st.one_of(st.none(), st.integers(1, 9))), max_size=4)


def as_spans(drawn: Sequence[tuple[int, int | None]]) -> list[tuple[datetime, datetime | None]]:
    """Turn (start, length) in days into instants."""
    return [
        (SINCE + timedelta(days=start), None if length is None else SINCE + timedelta(days=start + length))
        for start, length in drawn
    ]


def rows(world: World, model: Any) -> list[tuple[Any, ...]]:
    """Return every row of a table, every column, in the order of the key."""
    with world.h.read("eligibility") as uow:
        table = model.__table__
        return [tuple(row) for row in uow.session.execute(select(table).order_by(*table.primary_key))]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(history=st.lists(spans, min_size=1, max_size=5))
def test_at_each_position_exactly_the_statement_of_then_is_known(world: World, history: list[Any]) -> None:
    person_id, reference = new_id(), str(new_id())
    told = [
        (world.state("training", "training_overdue", person_id, *as_spans(one), reference=reference), one)
        for one in history
    ]
    for position, one in told:
        with world.h.read("eligibility") as uow:
            known = list_facts(uow.session, [person_id], {"training": position})
            found = [Interval(fact.valid_from, fact.valid_until) for fact in known.get(person_id, [])]
        assert found == union(Interval(*span) for span in as_spans(one))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(history=st.lists(st.tuples(st.integers(0, 2), spans), min_size=1, max_size=6))
def test_rebuilding_from_position_0_gives_identical_rows(world: World, history: list[Any]) -> None:
    people = [world.person() for _ in range(3)]
    for number, one in history:
        world.state("contracts", "receivable_overdue", people[number].id, *as_spans(one), reference="R")
    tables = (Impediment, Coverage, PersonVersion, Statement)
    before = [rows(world, one) for one in tables]
    world.rebuild()
    assert [rows(world, one) for one in tables] == before


def test_a_statement_moves_a_reference_to_another_person(world: World) -> None:
    one, other = world.person(), world.person()
    span = (SINCE, None)
    world.state("contracts", "receivable_overdue", one.id, span, reference="R")
    position = world.state("contracts", "receivable_overdue", other.id, span, reference="R")
    with world.h.read("eligibility") as uow:
        now = list_facts(uow.session, [one.id, other.id], {"contracts": position})
        before = list_facts(uow.session, [one.id, other.id], {"contracts": position - 1})
    assert (set(now), set(before)) == ({other.id}, {one.id})


def test_a_picked_moment_becomes_the_last_position_recorded_by_then(world: World) -> None:
    first = world.person()
    position = world.overdue(first.id, reference="x")
    before = world.now
    world.h.clock.advance(timedelta(hours=1))
    # A statement that there is nothing any more is a statement too.
    cured = world.state("training", "training_overdue", first.id, reference="x")
    with world.h.read("eligibility") as uow:
        then, now = known_at_moment(uow.session, before), known_at_moment(uow.session, world.now)
        never = known_at_moment(uow.session, SINCE)
        assert known_now(uow.session)["training"] == cured
        policy = world.policy()
        cutoff = last_instant(PERIOD)
        outcomes = [
            decide_one(uow.session, first.id, policy, PERIOD, cutoff, known).outcome for known in (then, now)
        ]
    assert (then["training"], now["training"]) == (position, cured)
    assert set(never.values()) == {-1}
    assert outcomes == [Outcome.HELD, Outcome.ELIGIBLE]


def test_a_statement_about_somebody_not_yet_on_the_roster_counts_once_they_are(world: World) -> None:
    person_id = new_id()
    world.overdue(person_id)
    world.person(person_id=person_id)
    answer = world.h.api(Role.AUDITOR).get(f"/eligibility/v1/people/{person_id}/eligibility").get_json()
    assert answer["outcome"] == "held"


def test_a_kind_that_nobody_registered_is_kept_and_holds_nobody(world: World) -> None:
    person = world.person()
    world.state("training", "bad_haircut", person.id, (SINCE, None))
    assert [row.kind for row in _impediments(world)] == ["bad_haircut"]
    answer = world.h.api(Role.AUDITOR).get(f"/eligibility/v1/people/{person.id}/eligibility").get_json()
    assert answer["outcome"] == "eligible"


def test_an_interval_that_ends_before_it_begins_stops_the_feed_there_and_says_so(world: World) -> None:
    person = world.person()
    position = world.state("training", "training_overdue", person.id, (SINCE, SINCE - timedelta(days=1)))
    world.overdue(person.id)
    status = world.consumers["training"].status()
    assert status.stopped_at_position == status.position == position
    assert "ends before it begins" in (status.error or "")
    assert _impediments(world) == []


def test_somebody_on_whom_a_source_has_not_reported_is_held(world: World) -> None:
    for missing in ("training", "compliance", "contracts"):
        person = world.person(
            covered=[one for one in ("training", "compliance", "contracts") if one != missing]
        )
        (reason,) = (
            world.h.api(Role.AUDITOR)
            .get(f"/eligibility/v1/people/{person.id}/eligibility")
            .get_json()["reasons"]
        )
        assert reason["code"] == "UNKNOWN"


def test_a_report_that_is_taken_back_holds_again(world: World) -> None:
    person = world.person()
    world.feeds["training"].write(TrainingCoverageStated(person.id, (), SINCE), world.now)
    world.catch_up()
    answer = world.h.api(Role.AUDITOR).get(f"/eligibility/v1/people/{person.id}/eligibility").get_json()
    assert (answer["outcome"], answer["reasons"][0]["code"]) == ("held", "UNKNOWN")


def test_what_audiences_ask_is_kept_as_it_was_at_each_position(world: World) -> None:
    person = world.person(region="east")
    world.feeds["people"].write(
        PersonChanged(
            make_snapshot(person_id=person.id, employee_no=person.employee_no, region="south"), ("region",)
        ),
        world.now,
    )
    world.catch_up()
    with world.h.read("eligibility") as uow:
        found = uow.session.scalars(select(PersonVersion).order_by(PersonVersion.known_from)).all()
        assert [(one.region, one.known_from, one.known_to) for one in found] == [
            ("east", 0, 1), ("south", 1, None),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "until", "held"),
    [
        (PERIOD.end - timedelta(days=1), None, True),
        (PERIOD.end, None, False),
        (PERIOD.end - timedelta(days=2), PERIOD.end - timedelta(days=1), False),
        (PERIOD.end - timedelta(days=2), PERIOD.end, True),
    ],
)
def test_a_period_is_judged_as_of_its_last_instant(
    world: World, start: datetime, until: datetime | None, held: bool
) -> None:
    person = world.person()
    world.state("training", "certificate_expired", person.id, (start, until))
    url = f"/eligibility/v1/people/{person.id}/eligibility?period=2026-Q3"
    answer = world.h.api(Role.AUDITOR).get(url).get_json()
    assert (answer["outcome"] == "held") == held


def _impediments(world: World) -> list[Any]:
    with world.h.read("eligibility") as uow:
        return list(uow.session.execute(select(Impediment.kind, Impediment.reference)))
