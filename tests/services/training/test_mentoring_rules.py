"""What may become of a mentorship, its plan, who signs, and who would be the best mentor."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.mentoring.rules import (
    MentorshipStatus,
    MentorshipStep,
    PlanItem,
    Signatures,
    Signer,
    check_may_tick,
    due_on,
    items_from_json,
    items_to_json,
    next_status,
    parse_plan,
    plan_text,
    sign,
    week_now,
)
from services.training.mentoring.seed import shipped_items
from services.training.pairing.rules import LADDER, MOST_MENTEES, Person, obstacle, rank
from shared.core.errors import Conflict, DomainError, IllegalTransition, InvalidInput, NotFound
from shared.core.text import LocalizedText

P, A, C, E = MentorshipStatus
LEGAL = {
    (P, MentorshipStep.CONFIRM): A,
    (A, MentorshipStep.WORK): A,
    (A, MentorshipStep.SIGN): A,
    (A, MentorshipStep.COMPLETE): C,
    (P, MentorshipStep.END): E,
    (A, MentorshipStep.END): E,
    (C, MentorshipStep.RATE): C,
}


@pytest.mark.parametrize(("status", "step"), list(product(MentorshipStatus, MentorshipStep)))
def test_a_mentorship_moves_along_the_listed_arrows_only(
    status: MentorshipStatus, step: MentorshipStep
) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


ITEMS = (
    PlanItem("1.1", 1, LocalizedText(zh="甲", en="a")),
    PlanItem("3.1", 3, LocalizedText(zh="乙", en="b")),
)
MENTOR, MANAGER = UUID(int=1), UUID(int=2)
NONE = Signatures(None, None)


def test_a_plan_is_read_as_it_is_typed_and_comes_back_the_same() -> None:
    zh, en = "# 1\n- 甲\n# 3\n- 乙", "# 1\n- a\n# 3\n- b"
    assert parse_plan(zh, en) == ITEMS
    assert (plan_text(ITEMS, "zh"), plan_text(ITEMS, "en")) == (zh, en)
    assert items_from_json(items_to_json(ITEMS)) == ITEMS


@pytest.mark.parametrize(
    ("zh", "en", "field"),
    [
        ("", "", "zh"),
        ("- 甲", "- a", "zh"),
        ("# 2\n- 甲\n# 1\n- 乙", "# 2\n- a\n# 1\n- b", "zh"),
        ("# 53\n- 甲", "# 53\n- a", "zh"),
        ("# 1\n甲", "# 1\n- a", "zh"),
        ("# 1\n- 甲\n- 乙", "# 1\n- a", "en"),
        ("# 1\n- 甲", "# 2\n- a", "en"),
    ],
)
def test_a_plan_that_cannot_be_read_says_where(zh: str, en: str, field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_plan(zh, en)
    assert set(error.value.fields) == {field}


@given(st.text(alphabet="#- 1a甲\n", max_size=60), st.text(alphabet="#- 1a甲\n", max_size=60))
def test_whatever_is_typed_is_a_plan_or_an_error_at_its_field(zh: str, en: str) -> None:
    problem: InvalidInput | None = None
    try:
        items = parse_plan(zh, en)
    except InvalidInput as error:
        problem = error
    if problem is not None:
        assert set(problem.fields) <= {"zh", "en"}
    else:
        assert parse_plan(plan_text(items, "zh"), plan_text(items, "en")) == items


def test_the_shipped_plan_has_twelve_weeks_with_something_in_each() -> None:
    items = shipped_items()
    assert {one.week for one in items} == set(range(1, 13))
    assert due_on(date(2026, 1, 5), items) == date(2026, 3, 29)


def test_weeks_are_counted_from_the_first_day() -> None:
    start = date(2026, 1, 5)
    days = (-1, 0, 6, 7, 20)
    assert [week_now(start, start + timedelta(days=day)) for day in days] == [0, 1, 1, 2, 3]


def test_two_people_sign_off_once_everything_is_done() -> None:
    every = {"1.1", "3.1"}
    first = sign(A, ITEMS, every, NONE, Signer.MENTOR, MENTOR)
    assert not first.complete
    assert sign(A, ITEMS, every, first, Signer.MANAGER, MANAGER).complete
    other_way = sign(A, ITEMS, every, NONE, Signer.MANAGER, MANAGER)
    assert sign(A, ITEMS, every, other_way, Signer.MENTOR, MENTOR).complete


@pytest.mark.parametrize(
    ("status", "ticked", "signed", "signer", "person"),
    [
        (P, {"1.1", "3.1"}, NONE, Signer.MENTOR, MENTOR),
        (C, {"1.1", "3.1"}, NONE, Signer.MENTOR, MENTOR),
        (A, {"1.1"}, NONE, Signer.MENTOR, MENTOR),
        (A, {"1.1", "3.1"}, Signatures(MENTOR, None), Signer.MENTOR, MENTOR),
        (A, {"1.1", "3.1"}, Signatures(MENTOR, None), Signer.MANAGER, MENTOR),
        (A, {"1.1", "3.1"}, Signatures(None, MANAGER), Signer.MENTOR, MANAGER),
    ],
)
def test_nobody_signs_too_early_twice_or_for_both(
    status: MentorshipStatus, ticked: set[str], signed: Signatures, signer: Signer, person: UUID
) -> None:
    with pytest.raises(DomainError):
        sign(status, ITEMS, ticked, signed, signer, person)


def test_items_are_ticked_while_it_is_under_way_and_nobody_has_signed() -> None:
    check_may_tick(A, ITEMS, "1.1", NONE)
    with pytest.raises(NotFound):
        check_may_tick(A, ITEMS, "9.9", NONE)
    with pytest.raises(IllegalTransition):
        check_may_tick(P, ITEMS, "1.1", NONE)
    with pytest.raises(Conflict):
        check_may_tick(A, ITEMS, "1.1", Signatures(MENTOR, None))


TODAY = date(2026, 9, 21)
MENTEE = Person(UUID(int=1), "rep", "east", frozenset({"ivd"}), date(2026, 9, 1), UUID(int=99))
GOOD = Person(UUID(int=2), "supervisor", "east", frozenset({"ivd"}), date(2020, 1, 1), UUID(int=98))


def test_each_thing_that_counts_makes_a_mentor_come_first() -> None:
    worse = {
        "another line": replace(GOOD, id=UUID(int=3), product_lines=frozenset({"equipment"})),
        "another region": replace(GOOD, id=UUID(int=4), region="north"),
        "same position": replace(GOOD, id=UUID(int=5), position="rep"),
        "far above": replace(GOOD, id=UUID(int=6), position="regional_manager"),
        "shorter here": replace(GOOD, id=UUID(int=7), hired_on=date(2024, 1, 1)),
        "has a mentee": replace(GOOD, id=UUID(int=8), load=1),
    }
    for what, other in worse.items():
        best = rank(MENTEE, [other, GOOD], TODAY)
        assert [one.person.id for one in best] == [GOOD.id, other.id], what


def test_the_reasons_are_those_that_hold() -> None:
    (found,) = rank(MENTEE, [replace(GOOD, region="north", load=2)], TODAY)
    assert [str(one) for one in found.reasons] == [
        "Same product line",
        "One position above",
        "With the company for 5 years or more",
        "Has 2 mentees now",
    ]


@pytest.mark.parametrize(
    "mentor",
    [
        replace(GOOD, id=MENTEE.id),
        replace(GOOD, id=UUID(int=99)),
        replace(GOOD, hired_on=date(2025, 12, 1)),
        replace(GOOD, load=MOST_MENTEES),
        replace(GOOD, most=0),
    ],
)
def test_who_cannot_be_a_mentor_is_not_proposed_and_is_told_why(mentor: Person) -> None:
    assert obstacle(MENTEE, mentor, TODAY) is not None
    assert rank(MENTEE, [mentor], TODAY) == []


def test_nobody_mentors_up_the_ladder() -> None:
    above = replace(MENTEE, position="district_manager")
    assert obstacle(above, GOOD, TODAY) is not None
    assert obstacle(replace(above, position="product"), GOOD, TODAY) is None


_PEOPLE = st.builds(
    Person,
    id=st.integers(10, 60).map(lambda number: UUID(int=number)),
    position=st.sampled_from([*(one.value for one in LADDER), "product"]),
    region=st.sampled_from(["east", "north", ""]),
    product_lines=st.frozensets(st.sampled_from(["ivd", "equipment"])),
    hired_on=st.dates(date(2015, 1, 1), TODAY),
    manager_id=st.none(),
    load=st.integers(0, 5),
    most=st.integers(0, 5),
)


@given(st.lists(_PEOPLE, max_size=12, unique_by=lambda one: one.id), st.randoms())
def test_the_ranking_is_of_possible_mentors_and_the_same_in_whatever_order_they_come(
    people: list[Person], chance: Random
) -> None:
    ranked = rank(MENTEE, people, TODAY)
    assert {one.person.id for one in ranked} == {
        one.id for one in people if obstacle(MENTEE, one, TODAY) is None
    }
    assert all(one.person.load < one.person.most for one in ranked)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    shuffled = list(people)
    chance.shuffle(shuffled)
    assert rank(MENTEE, shuffled, TODAY) == ranked
