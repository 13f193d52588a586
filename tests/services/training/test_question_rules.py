"""What a question must be before it is asked, and how answers are graded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.training.parts.rules import Blueprint, Draw
from services.training.questions.rules import (
    MAX_OPTIONS,
    Poolable,
    QuestionBody,
    QuestionKind,
    body_digest,
    body_from_json,
    body_to_json,
    check_body,
    fill_pool,
)
from services.training.sittings.rules import (
    GRACE,
    Before,
    Drawn,
    SittingStatus,
    SittingStep,
    check_given,
    check_may_begin,
    deadline_of,
    draw,
    drawn_from_json,
    drawn_to_json,
    grade,
    is_over,
    mark,
    may_begin_at,
    next_status,
    plain_text,
    read_number,
    seconds_left,
)
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.ids import new_id
from shared.core.text import LocalizedText

NOW = datetime(2026, 9, 21, 2, tzinfo=UTC)
TEXT = LocalizedText(zh="题目", en="Question")
TOPIC = UUID(int=7)


def options(count: int) -> tuple[LocalizedText, ...]:
    return tuple(LocalizedText(zh=f"选项{n}", en=f"Option {n}") for n in range(count))


def single(right: int = 1, count: int = 4, **more: object) -> QuestionBody:
    return QuestionBody(QuestionKind.SINGLE, TEXT, options(count), (right,), **more)  # type: ignore[arg-type]


def multiple(*right: int, count: int = 5, partial: bool = False, points: int = 1) -> QuestionBody:
    return QuestionBody(QuestionKind.MULTIPLE, TEXT, options(count), right, partial=partial, points=points)


def ordering(count: int = 4) -> QuestionBody:
    return QuestionBody(QuestionKind.ORDERING, TEXT, options(count))


def numeric(value: str, tolerance: str = "0", unit: str = "") -> QuestionBody:
    named = LocalizedText(zh=unit, en=unit)
    return QuestionBody(
        QuestionKind.NUMERIC, TEXT, value=Decimal(value), tolerance=Decimal(tolerance), unit=named
    )


def written(*accepted: str) -> QuestionBody:
    return QuestionBody(QuestionKind.SHORT_TEXT, TEXT, accepted=accepted)


def statement(is_true: bool) -> QuestionBody:
    return QuestionBody(QuestionKind.TRUE_FALSE, TEXT, right=(0 if is_true else 1,))


EVERY_KIND = (
    single(),
    multiple(0, 2),
    statement(True),
    ordering(),
    numeric("3.5", "0.1", "mg"),
    written("回扣", "kickback"),
)


@pytest.mark.parametrize("body", EVERY_KIND, ids=lambda one: one.kind)
def test_a_question_of_each_kind_may_stand_in_the_bank_and_reads_back_the_same(body: QuestionBody) -> None:
    check_body(body)
    assert body_from_json(body_to_json(body)) == body


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (replace(single(), text=LocalizedText(zh="", en="")), "text_zh"),
        (replace(single(), text=LocalizedText(zh="题" * 1001, en="")), "text_zh"),
        (replace(single(), points=0), "points"),
        (replace(single(), points=11), "points"),
        (single(count=1, right=0), "options"),
        (single(count=MAX_OPTIONS + 1), "options"),
        (replace(single(), right=()), "right"),
        (replace(single(), right=(0, 1)), "right"),
        (single(right=4), "right"),
        (multiple(), "right"),
        (multiple(0, 0), "right"),
        (multiple(0, 1, 2, 3, 4), "right"),
        (replace(single(), options=(*options(2), LocalizedText(zh="又一个", en=""))), "options"),
        (replace(single(), options=(*options(2), *options(1))), "options"),
        (replace(single(), options=(*options(1), LocalizedText(zh="长" * 301, en="x"))), "options"),
        (replace(statement(True), right=(2,)), "right"),
        (replace(statement(True), options=options(2)), "options"),
        (replace(ordering(), right=(0,)), "right"),
        (replace(numeric("1"), value=None), "value"),
        (numeric("NaN"), "value"),
        (numeric("1E+12"), "value"),
        (numeric("0.0000001"), "value"),
        (numeric("1", "-1"), "tolerance"),
        (written(), "accepted"),
        (written("  "), "accepted"),
    ],
)
def test_a_question_that_cannot_be_graded_is_refused_at_its_field(body: QuestionBody, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_body(body)
    assert field in refused.value.fields


def test_the_digest_of_a_question_covers_its_key_and_its_points() -> None:
    digests = {body_digest(one) for one in (single(1), single(2), single(1, points=2), multiple(1))}
    assert len(digests) == 4


def test_a_pool_holds_every_question_of_its_topics_and_is_refused_when_it_is_too_small() -> None:
    current = [Poolable(new_id(), TOPIC) for _ in range(3)] + [Poolable(new_id(), UUID(int=8))]
    filled = fill_pool(Blueprint((Draw(TOPIC, 2),)), current)
    assert set(filled.pool) == {one.revision_id for one in current[:3]}
    for draws in ((Draw(TOPIC, 4),), (), (Draw(TOPIC, 0),), (Draw(TOPIC, 1), Draw(TOPIC, 1))):
        with pytest.raises(InvalidInput) as refused:
            fill_pool(Blueprint(draws), current)
        assert "draws" in refused.value.fields


# Drawing


def pool_of(count: int, body: QuestionBody | None = None) -> tuple[list[Poolable], dict[UUID, QuestionBody]]:
    pool = [Poolable(UUID(int=n + 1), TOPIC) for n in range(count)]
    return pool, {one.revision_id: body or single() for one in pool}


@given(seed=st.integers(0, 2**62), count=st.integers(1, 12))
@settings(max_examples=200, deadline=None)
def test_a_seed_draws_the_same_again_and_as_many_as_are_asked_for(seed: int, count: int) -> None:
    pool, bodies = pool_of(12)
    blueprint = Blueprint((Draw(TOPIC, count),))
    drawn = draw(seed, blueprint, pool, bodies)
    assert drawn == draw(seed, blueprint, pool[::-1], bodies)
    assert len({one.revision_id for one in drawn}) == count
    assert all(sorted(one.order) == [0, 1, 2, 3] for one in drawn)
    assert drawn_from_json(drawn_to_json(drawn)) == drawn


def test_every_question_and_every_order_has_its_turn() -> None:
    pool, bodies = pool_of(10)
    drawn = [draw(seed, Blueprint((Draw(TOPIC, 3),)), pool, bodies) for seed in range(400)]
    assert {one.revision_id for some in drawn for one in some} == {one.revision_id for one in pool}
    firsts = [some[0].order[0] for some in drawn]
    assert all(60 < firsts.count(option) < 140 for option in range(4))


def test_without_shuffling_options_stand_as_written_but_an_order_to_find_is_never_given_away() -> None:
    pool, bodies = pool_of(3)
    blueprint = Blueprint((Draw(TOPIC, 3),), shuffle=False)
    assert all(one.order == (0, 1, 2, 3) for one in draw(5, blueprint, pool, bodies))
    pool, bodies = pool_of(1, ordering(2))
    for seed in range(50):
        assert draw(seed, Blueprint((Draw(TOPIC, 1),), shuffle=False), pool, bodies)[0].order == (1, 0)


def test_a_pool_that_is_too_small_draws_nothing() -> None:
    pool, bodies = pool_of(2)
    with pytest.raises(Conflict):
        draw(1, Blueprint((Draw(TOPIC, 3),)), pool, bodies)


# Grading


@pytest.mark.parametrize(
    ("body", "answer", "earned"),
    [
        (single(2), [2], 1),
        (single(2), [1], 0),
        (single(2), [], 0),
        (multiple(0, 2), [2, 0], 1),
        (multiple(0, 2), [0], 0),
        (multiple(0, 2), [0, 2, 3], 0),
        (multiple(0, 2, partial=True), [0], Fraction(1, 2)),
        (multiple(0, 2, partial=True), [0, 2, 3], Fraction(1, 2)),
        (multiple(0, 2, partial=True), [1, 3], 0),
        (multiple(0, 2, partial=True, points=4), [0], 2),
        (statement(True), [0], 1),
        (statement(True), [1], 0),
        (ordering(3), [0, 1, 2], 1),
        (ordering(3), [0, 2, 1], 0),
        (numeric("3.5", "0.1"), "3.6", 1),
        (numeric("3.5", "0.1"), "3.61", 0),
        (numeric("1200"), "１，２００", 1),
        (numeric("-5"), "−5", 1),
        (numeric("37", unit="°C"), "37.0 °c", 1),
        (numeric("3"), "three", 0),
        (numeric("3"), "1e400000000", 0),
        (written("回扣", "kickback"), "“回 扣”。", 1),
        (written("kickback"), "ＫＩＣＫ－ＢＡＣＫ！", 1),
        (written("1.5"), "15", 0),
        (written("1.5"), "１．５", 1),
        (written("Gdańsk"), "GDAŃSK", 1),
        (written("回扣"), "折扣", 0),
        (written("回扣"), "   ", 0),
    ],
)
def test_an_answer_earns_what_it_is_worth(
    body: QuestionBody, answer: list[int] | str, earned: Fraction | int
) -> None:
    assert mark(body, Drawn(UUID(int=1)), answer).earned == earned


@given(st.permutations(range(4)), st.permutations(range(4)))
def test_options_are_graded_as_they_were_shown(order: list[int], picks: list[int]) -> None:
    drawn = Drawn(UUID(int=1), tuple(order))
    shown = picks[0]
    assert mark(single(2), drawn, [shown]).is_right == (order[shown] == 2)
    assert mark(single(2), drawn, [shown]).chosen == 1 << order[shown]
    in_order = [order.index(option) for option in range(4)]
    assert mark(ordering(4), drawn, in_order).is_right
    assert mark(ordering(4), drawn, picks).is_right == (picks == in_order)


@given(st.lists(st.integers(0, 4), unique=True), st.sets(st.integers(0, 4), min_size=1, max_size=4))
def test_partial_marks_stay_between_nothing_and_everything_and_a_right_choice_never_harms(
    chosen: list[int], right: set[int]
) -> None:
    body = multiple(*sorted(right), partial=True, points=3)
    earned = mark(body, Drawn(UUID(int=1)), chosen).earned
    assert 0 <= earned <= 3
    assert (earned == 3) == (set(chosen) == right)
    for more in right - set(chosen):
        assert mark(body, Drawn(UUID(int=1)), [*chosen, more]).earned >= earned


@given(st.text(max_size=40))
@settings(max_examples=400)
def test_normalising_a_text_twice_changes_nothing_more(text: str) -> None:
    assert plain_text(plain_text(text)) == plain_text(text)


@given(st.text(alphabet="abc回扣 ，。！“”Ａｂ１２", max_size=20))
def test_width_case_spaces_and_chinese_marks_make_no_difference(text: str) -> None:
    assert plain_text(f"  {text.upper()}。") == plain_text(text)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_number_is_read_back_however_it_is_written(number: Decimal) -> None:
    assert read_number(format(number, "f")) == number
    assert read_number(format(number, ",")) == number
    assert read_number(f" {number:f} mg ", "毫克", "mg") == number


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 10)), min_size=1, max_size=30), st.integers(1, 100))
def test_a_score_is_rounded_down_after_it_was_compared_with_the_pass_mark(
    answers: list[tuple[bool, int]], pass_mark: int
) -> None:
    asked = [(single(1, points=points), Drawn(UUID(int=1)), [1 if good else 0]) for good, points in answers]
    graded = grade(pass_mark, asked)
    earned, possible = sum(points for good, points in answers if good), sum(points for _, points in answers)
    assert graded.score == 100 * earned // possible
    assert graded.passed == (100 * earned >= pass_mark * possible)


def test_two_of_three_do_not_reach_67_percent() -> None:
    asked = [(single(1), Drawn(UUID(int=1)), [answer]) for answer in (1, 1, 0)]
    assert grade(66, asked).passed
    assert not grade(67, asked).passed


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (single(), [4]),
        (single(), [-1]),
        (single(), [0, 1]),
        (single(), "1"),
        (multiple(0), [0, 0]),
        (statement(True), [2]),
        (ordering(3), [0, 1]),
        (ordering(3), [0, 1, 3]),
        (numeric("1"), [1]),
        (written("a"), "长" * 301),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused(
    body: QuestionBody, answer: list[int] | str
) -> None:
    with pytest.raises(InvalidInput):
        check_given(body, answer)


@pytest.mark.parametrize("body", EVERY_KIND, ids=lambda one: one.kind)
def test_an_answer_can_be_taken_back(body: QuestionBody) -> None:
    empty: list[int] | str = "" if body.kind in ("numeric", "short_text") else []
    check_given(body, empty)
    assert not mark(body, Drawn(UUID(int=1)), empty).answered


# States, time and goes


def test_what_was_graded_is_not_answered_or_graded_again() -> None:
    for status in set(SittingStatus) - {SittingStatus.STARTED}:
        for step in set(SittingStep) - {SittingStep.VOID}:
            with pytest.raises(IllegalTransition):
                next_status(status, step)


@pytest.mark.parametrize(
    ("status", "step", "after"),
    [
        ("started", "answer", "started"),
        ("started", "pass", "passed"),
        ("started", "fail", "failed"),
        ("started", "expire", "expired"),
        ("failed", "void", "voided"),
        ("expired", "void", "voided"),
    ],
)
def test_a_sitting_goes_its_way(status: str, step: str, after: str) -> None:
    assert next_status(SittingStatus(status), SittingStep(step)) is SittingStatus(after)


@pytest.mark.parametrize("status", ["started", "passed", "voided"])
def test_only_what_was_not_passed_can_be_made_not_to_count(status: str) -> None:
    with pytest.raises(IllegalTransition):
        next_status(SittingStatus(status), SittingStep.VOID)


ONE_DRAW = (Draw(TOPIC, 1),)


def before(status: str, hours_ago: int = 0) -> Before:
    return Before(SittingStatus(status), NOW - timedelta(hours=hours_ago))


def test_goes_run_out_and_one_that_does_not_count_gives_one_back() -> None:
    blueprint = Blueprint(ONE_DRAW, max_attempts=2)
    check_may_begin(blueprint, [before("failed")], NOW)
    with pytest.raises(Conflict):
        check_may_begin(blueprint, [before("failed"), before("expired")], NOW)
    check_may_begin(blueprint, [before("voided"), before("expired")], NOW)


def test_the_waiting_time_ends_to_the_second_and_is_not_asked_after_one_that_does_not_count() -> None:
    blueprint = Blueprint(ONE_DRAW, wait_hours=24)
    with pytest.raises(Conflict):
        check_may_begin(blueprint, [before("failed", 48), before("failed", 23)], NOW)
    assert may_begin_at(blueprint, [before("failed", 23)]) == NOW + timedelta(hours=1)
    check_may_begin(blueprint, [before("failed", 24)], NOW)
    check_may_begin(blueprint, [before("voided", 1)], NOW)
    check_may_begin(Blueprint(ONE_DRAW), [before("failed")], NOW)


def test_time_is_over_only_after_the_grace() -> None:
    deadline = deadline_of(Blueprint(ONE_DRAW, minutes=20), NOW)
    assert deadline == NOW + timedelta(minutes=20)
    assert not is_over(deadline, deadline + GRACE)
    assert is_over(deadline, deadline + GRACE + timedelta(milliseconds=1))
    assert seconds_left(deadline, NOW + timedelta(minutes=19, milliseconds=500)) == 59
    assert seconds_left(deadline, deadline + timedelta(days=1)) == 0
    assert deadline_of(Blueprint(ONE_DRAW), NOW) is None
    assert not is_over(None, NOW)
    assert seconds_left(None, NOW) is None
