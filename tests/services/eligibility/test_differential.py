"""The semantics are defined once: one person in Python, everybody in SQL, and a third, naive reading agree."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, literal, select, union_all
from sqlalchemy.types import Uuid

from services.eligibility.bulk.queries import Question, select_masks, select_matched
from services.eligibility.decisions.queries import read_many
from services.eligibility.decisions.rules import Decision, Facts, decide, last_instant
from services.eligibility.impediments.models import Coverage, Impediment, PersonVersion
from services.eligibility.impediments.rules import (
    SOURCES,
    CoverageFact,
    Fact,
    PersonFact,
    bars,
    is_known,
    lasting,
)
from services.eligibility.policies.rules import KINDS, Effect, Policy, Rule, When, check_policy
from shared.core.intervals import Interval, clip
from shared.core.periods import Period
from shared.core.text import LocalizedText
from shared.core.zones import start_of_day
from shared.db.uow import Database
from shared.directory import Audience
from tests.harness import Harness

PEOPLE = [UUID(int=number + 1) for number in range(4)]
PERIOD = Period.parse("2026-Q3")
START = datetime(2026, 1, 1, tzinfo=UTC)
TAGS = ("gift", "Gift", "travel")
REASON = LocalizedText("原因", "reason")

# Few distinct instants, around the edges of the period, so that bounds are met exactly.
EDGES = [PERIOD.start, PERIOD.end, last_instant(PERIOD)]
instants = st.one_of(
    st.sampled_from(EDGES),
    st.sampled_from(EDGES).flatmap(
        lambda edge: st.integers(-3, 3).map(lambda days: edge + timedelta(days=days))
    ),
    st.integers(0, 500).map(lambda days: START + timedelta(days=days)),
)
positions = st.integers(0, 12)
audiences = st.one_of(
    st.just(Audience()),
    st.builds(
        Audience,
        positions=st.sampled_from([(), ("rep",), ("rep", "director")]),
        regions=st.sampled_from([(), ("east",)]),
        product_lines=st.sampled_from([(), ("ivd",)]),
        tags=st.sampled_from([(), ("lead",)]),
        hired_from=st.sampled_from([None, date(2025, 1, 1)]),
        hired_until=st.sampled_from([None, date(2025, 6, 1)]),
    ),
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule that a policy may have."""
    source, kind = draw(st.sampled_from(list(KINDS)[:4]))
    test = draw(st.sampled_from(list(When)))
    effect = draw(st.sampled_from(list(Effect)))
    code = draw(st.sampled_from(["ONE", "TWO", "THREE"]))
    return Rule(
        code=code, source=source, kind=kind, effect=effect, test=test, reason=REASON, why=REASON,
        months=draw(st.integers(1, 5)) if test is When.WITHIN_MONTHS_BEFORE_END else 0,
        severities=draw(st.sampled_from([(), ("S1",), ("S1", "S2")])),
        tags=draw(st.sampled_from([(), ("gift",), ("gift", "travel")])),
        audience=draw(audiences),
        min_amount_minor=draw(st.sampled_from([None, None, 100])),
        currency=draw(st.sampled_from(["CNY", "USD"])),
        grace_days=draw(st.sampled_from([0, 0, 1, 3, 40])),
        requires_coverage=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def impediments(draw: st.DrawFn, number: int) -> Fact:
    """Any impediment of one of a few people, at any stage of being known."""
    source, kind = draw(st.sampled_from(list(KINDS)[:5]))
    known_from = draw(positions)
    start = draw(instants)
    until = draw(st.one_of(st.none(), instants))
    return Fact(
        source=source, known_from=known_from, ordinal=number,
        known_to=draw(st.one_of(st.none(), st.integers(known_from, 13))),
        person_id=draw(st.sampled_from(PEOPLE)), kind=kind, reference=str(number), valid_from=start,
        valid_until=until if until is not None and until > start else None,
        severity=draw(st.sampled_from(["", "S1", "S2", "s1"])),
        tags=draw(st.sampled_from([(), ("gift",), ("Gift",), ("gift", "travel")])),
        amount_minor=draw(st.sampled_from([None, 99, 100, 5_000])),
        currency=draw(st.sampled_from([None, "CNY", "USD"])),
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> dict[UUID, Facts]:
    """What was ever known of a few people."""
    facts = [draw(impediments(number)) for number in range(draw(st.integers(0, 12)))]
    coverage, people = [], []
    for number in range(draw(st.integers(0, 8))):
        known_from = draw(positions)
        coverage.append(
            CoverageFact(
                draw(st.sampled_from(SOURCES[1:])), 100 * number + known_from,
                draw(st.one_of(st.none(), st.integers(0, 900))), draw(st.sampled_from(PEOPLE)),
                draw(st.sampled_from([("training_overdue",), ("training_overdue", "certificate_expired"),
                                      ("attestation_overdue", "conduct_hold"), ()])),
                draw(instants),
            )
        )  # fmt: skip
    for number, person_id in enumerate(PEOPLE):
        if draw(st.booleans()):
            people.append(
                PersonFact(
                    number, None, person_id, draw(st.sampled_from(["rep", "director", "marketing"])),
                    draw(st.sampled_from(["east", "south"])), draw(st.sampled_from(["", "|ivd|", "|ivd|x|"])),
                    draw(st.sampled_from(["", "|lead|"])),
                    draw(st.sampled_from([date(2024, 5, 1), date(2025, 1, 1), date(2025, 6, 1)])),
                )
            )  # fmt: skip
    return {
        one: Facts(
            one,
            tuple(fact for fact in facts if fact.person_id == one),
            tuple(item for item in coverage if item.person_id == one),
            tuple(item for item in people if item.person_id == one),
        )
        for one in PEOPLE
    }


policies = st.lists(rules(), min_size=1, max_size=5).map(check_policy)
questions = st.builds(
    Question,
    policy=policies,
    period=st.sampled_from([PERIOD, Period.parse("2026-02"), Period.parse("2026")]),
    cutoff=instants,
    known_at=st.fixed_dictionaries({source: st.integers(-1, 900) for source in SOURCES}),
)
SETTINGS = settings(
    max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def test_python_and_sql_decide_alike_for_any_policy_history_period_and_position(h: Harness) -> None:
    database = h.suite.databases["eligibility"]

    @SETTINGS
    @given(question=questions, history=histories())
    def alike(question: Question, history: dict[UUID, Facts]) -> None:
        _store(database, history)
        expected = {one: _decide(question, facts) for one, facts in history.items()}
        with database.read() as uow:
            people = _everybody()
            found = {row.person_id: row for row in uow.session.execute(select_masks(question, people))}
            matched = [tuple(row) for row in uow.session.execute(select_matched(question, people))]
            read = read_many(uow.session, PEOPLE, question.policy, question.known_at)
        assert {one: (row.mask, row.notices) for one, row in found.items()} == {
            one: (decision.mask, decision.notices) for one, decision in expected.items()
        }
        assert matched == sorted(
            {
                (fact.source, fact.known_from, fact.ordinal)
                for decision in expected.values()
                for reason in decision.reasons
                for fact in reason.facts
            }
        )
        for facts in read:
            assert _decide(question, facts).to_bytes() == expected[facts.person_id].to_bytes()

    alike()


def _rule(test: When, grace: int, months: int) -> Rule:
    return Rule(
        "ONE", "training", "training_overdue", Effect.HOLD, test, REASON, REASON, grace_days=grace,
        months=months if test is When.WITHIN_MONTHS_BEFORE_END else 0, requires_coverage=False,
    )  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    start=instants, until=st.one_of(st.none(), instants), cutoff=instants,
    test=st.sampled_from(list(When)), grace=st.sampled_from([0, 1, 2, 30]), months=st.integers(1, 6),
)  # fmt: skip
def test_a_rule_means_what_interval_arithmetic_says(
    start: datetime, until: datetime | None, cutoff: datetime, test: When, grace: int, months: int
) -> None:
    if until is not None and until <= start:
        return
    fact = Fact("training", 0, 0, None, PEOPLE[0], "training_overdue", "r", start, until)
    policy = check_policy([_rule(test, grace, months)])
    decision = decide(policy, Facts(PEOPLE[0], (fact,)), PERIOD, cutoff, {"training": 0})
    assert (decision.mask != 0) == _naive(start, until, cutoff, test, grace, months)


def _naive(
    start: datetime, until: datetime | None, cutoff: datetime, test: When, grace: int, months: int
) -> bool:
    """Say the same by cutting intervals: the time after grace, up to and with the cutoff, in the window."""
    begin = start + timedelta(days=grace)
    if until is not None and until <= begin:
        return False
    felt = [Interval(begin, until)]
    moment = timedelta(microseconds=1)
    if test is When.AT_CUTOFF:
        return bool(clip(felt, Interval(cutoff, cutoff + moment)))
    first: dict[When, Callable[[], datetime]] = {
        When.ANY_TIME_IN_PERIOD: lambda: PERIOD.start,
        When.WITHIN_MONTHS_BEFORE_END: lambda: start_of_day(date(2026, 10 - months, 1)),
    }
    window_end = min(cutoff + moment, PERIOD.end)
    window_start = first[test]()
    return window_end > window_start and bool(clip(felt, Interval(window_start, window_end)))


def _decide(question: Question, facts: Facts) -> Decision:
    return decide(question.policy, facts, question.period, question.cutoff, question.known_at)


def _everybody() -> Any:
    return union_all(*(select(literal(one, Uuid()).label("person_id")) for one in PEOPLE)).subquery("people")


def _store(database: Database, history: dict[UUID, Facts]) -> None:
    with database.write() as uow:
        for model in (Impediment, Coverage, PersonVersion):
            uow.session.execute(delete(model))
        for facts in history.values():
            for fact in facts.impediments:
                uow.session.execute(insert(Impediment), [_impediment_row(fact)])
            for item in facts.coverage:
                row = {**vars(item), "kinds": bars(item.kinds), "stated_at": START}
                uow.session.execute(insert(Coverage), [row])
            for person in facts.person:
                uow.session.execute(insert(PersonVersion), [vars(person)])


def _impediment_row(fact: Fact) -> dict[str, Any]:
    interval = Interval(fact.valid_from, fact.valid_until)
    return {**vars(fact), "tags": bars(fact.tags), "lasting_us": lasting(interval), "stated_at": START}


def test_the_histories_of_this_test_hold_what_is_known_and_what_is_not(h: Harness) -> None:
    fact = Fact("training", 3, 0, 7, PEOPLE[0], "training_overdue", "r", START, None)
    assert [is_known(fact, position) for position in (2, 3, 6, 7)] == [False, True, True, False]
    with h.read("eligibility") as uow:
        assert uow.session.scalar(select(func.count()).select_from(Impediment)) == 0


def test_a_policy_of_two_hundred_rules_is_decided_by_both(h: Harness) -> None:
    kinds = list(KINDS)
    many = [
        Rule(f"CODE_{n % 31}", *kinds[n % 7], Effect.HOLD, When.AT_CUTOFF, REASON, REASON, grace_days=n)
        for n in range(200)
    ]
    question = Question(check_policy(many), PERIOD, PERIOD.end, dict.fromkeys(SOURCES, 9))
    with h.read("eligibility") as uow:
        rows = uow.session.execute(select_masks(question, _everybody())).all()
    expected = decide(Policy(tuple(many)), Facts(PEOPLE[0]), PERIOD, PERIOD.end, question.known_at)
    assert {row.mask for row in rows} == {expected.mask}
