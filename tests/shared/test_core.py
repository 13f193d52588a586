"""Plain values: money, periods, intervals, canonical JSON, messages."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core import intervals
from shared.core.canonical import canonical_json
from shared.core.errors import InvalidInput
from shared.core.intervals import Interval
from shared.core.money import Money
from shared.core.periods import Period
from shared.core.reasons import check_reason
from shared.core.text import N_, LocalizedText
from shared.core.zones import end_of_day, local_date, start_of_day
from shared.messages import UnknownMessageError, decode, encode, type_of
from shared.messages.people import PersonHired
from tests.harness import make_snapshot

START = datetime(2026, 1, 1, tzinfo=UTC)
# Small whole hours make overlaps, touches and gaps all likely.
points = st.integers(0, 30).map(lambda hours: START + timedelta(hours=hours))


@st.composite
def an_interval(draw: st.DrawFn) -> Interval:
    start = draw(points)
    length = draw(st.one_of(st.none(), st.integers(1, 12)))
    return Interval(start, None if length is None else start + timedelta(hours=length))


sets = st.lists(an_interval(), max_size=6)


@given(sets, points)
def test_a_union_covers_exactly_what_its_parts_cover(parts: list[Interval], instant: datetime) -> None:
    assert intervals.covers(intervals.union(parts), instant) == intervals.covers(parts, instant)


@given(sets)
def test_a_union_is_sorted_and_its_intervals_neither_overlap_nor_touch(parts: list[Interval]) -> None:
    merged = intervals.union(parts)
    for first, second in itertools.pairwise(merged):
        assert first.end is not None
        assert first.end < second.start


@given(sets, sets, points)
def test_an_intersection_covers_what_both_cover(
    a: list[Interval], b: list[Interval], instant: datetime
) -> None:
    both = intervals.covers(a, instant) and intervals.covers(b, instant)
    assert intervals.covers(intervals.intersect(a, b), instant) == both


@given(sets, sets, points)
def test_a_difference_covers_what_only_the_first_covers(
    a: list[Interval], b: list[Interval], instant: datetime
) -> None:
    only = intervals.covers(a, instant) and not intervals.covers(b, instant)
    assert intervals.covers(intervals.subtract(a, b), instant) == only


@given(sets, an_interval(), points)
def test_clipping_keeps_what_lies_in_the_window(
    parts: list[Interval], window: Interval, instant: datetime
) -> None:
    inside = intervals.covers(parts, instant) and window.covers(instant)
    assert intervals.covers(intervals.clip(parts, window), instant) == inside


def test_an_interval_cannot_be_empty_or_naive() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Interval(START, START)
    with pytest.raises(ValueError, match="aware"):
        Interval(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("code", "first", "after"),
    [
        ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2026-q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-H2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2028-02", date(2028, 2, 1), date(2028, 3, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_code_names_its_first_day_and_the_day_after_it(code: str, first: date, after: date) -> None:
    period = Period.parse(code)
    assert (period.first_day, period.next_day) == (first, after)
    assert period.end == start_of_day(after)


@pytest.mark.parametrize(
    "code", ["", "2026-Q5", "2026-13", "2026-00", "26-Q1", "2026Q3", "二〇二六", "2026-H3", "1999-01"]
)
def test_what_is_not_a_period_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput):
        Period.parse(code)


def test_a_day_is_over_when_it_is_over_in_shanghai() -> None:
    assert end_of_day(date(2026, 3, 1)) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert local_date(datetime(2026, 3, 1, 16, tzinfo=UTC)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "minor"), [("1,234.50", 123450), ("0.01", 1), ("-3", -300), ("￥12", 1200), (" 7.5 ", 750)]
)
def test_an_amount_is_read_exactly(text: str, minor: int) -> None:
    assert Money.parse(text, "CNY") == Money(minor, "CNY")


@pytest.mark.parametrize(
    "text", ["", "12.345", "1,23", "1e5", "NaN", "十二", "١٢", "12 34", "99999999999999999", "=1+1"]
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Money.parse(text, "CNY")


def test_yen_have_no_minor_unit_and_unknown_currencies_are_refused() -> None:
    assert Money.parse("12", "JPY").minor == 12
    with pytest.raises(InvalidInput):
        Money.parse("12.5", "JPY")
    with pytest.raises(InvalidInput):
        Money.parse("12", "XXX")


def test_two_currencies_cannot_be_added() -> None:
    with pytest.raises(ValueError, match="combine"):
        Money(1, "CNY") + Money(1, "USD")


def test_canonical_json_does_not_depend_on_the_order_of_keys_or_the_zone_of_an_instant() -> None:
    first = {"b": START, "a": {"z": 1, "y": LocalizedText(zh="良", en="good")}}
    second = {
        "a": {"y": LocalizedText(zh="良", en="good"), "z": 1},
        "b": start_of_day(date(2026, 1, 1)) + timedelta(hours=8),
    }
    assert canonical_json(first) == canonical_json(second)
    assert canonical_json(first).startswith(b'{"a":{"y":{"en":"good","zh":"\xe8\x89\xaf"},"z":1}')


def test_floats_and_naive_instants_have_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        canonical_json({"x": 1.5})
    with pytest.raises(ValueError, match="naive"):
        canonical_json(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_message_comes_back_as_it_was_sent() -> None:
    sent = PersonHired(make_snapshot(tags=("key_account",)))
    assert decode(type_of(sent), encode(sent)) == sent


def test_a_message_of_an_unknown_type_or_shape_is_not_guessed_at() -> None:
    with pytest.raises(UnknownMessageError):
        decode("people.person.vanished.v9", {})
    broken = encode(PersonHired(make_snapshot()))
    broken["person"]["name"] = 7
    with pytest.raises(UnknownMessageError):
        decode("people.person.hired.v1", broken)


def test_a_sentence_carries_its_parameters() -> None:
    assert str(N_("Row %(row)s: %(why)s", row=3, why=N_("empty"))) == "Row 3: empty"


@pytest.mark.parametrize("reason", ["", "   ", "ok", " . . ", "不"])
def test_a_reason_says_something(reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_reason(reason, "note")
    assert list(refused.value.fields) == ["note"]


@pytest.mark.parametrize("reason", ["on leave", "停电"])
def test_a_few_words_are_a_reason_and_two_chinese_characters_are_too(reason: str) -> None:
    check_reason(reason)
