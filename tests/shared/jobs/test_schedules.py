"""When a schedule's turn comes, in the company's zone; no database."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.jobs import Schedule

NOON = datetime(2026, 9, 21, 4, 0, 30, tzinfo=UTC)  # Monday, half a minute past noon in Shanghai.


def test_a_schedule_is_read_in_the_companys_zone() -> None:
    eight = Schedule("remind", minute="0", hour="8").latest(NOON - timedelta(days=1), NOON)
    assert eight == datetime(2026, 9, 21, 0, 0, tzinfo=UTC)


def test_of_several_missed_turns_the_last_one_counts() -> None:
    found = Schedule("remind", minute="*/15").latest(NOON - timedelta(hours=3), NOON)
    assert found == datetime(2026, 9, 21, 4, 0, tzinfo=UTC)


def test_a_turn_that_was_looked_at_before_is_not_found_again() -> None:
    assert Schedule("remind", minute="0").latest(NOON.replace(second=0), NOON) is None


def test_a_weekday_is_matched() -> None:
    week = NOON - timedelta(days=7)
    found = Schedule("report", minute="0", hour="9", day_of_week="5").latest(week, NOON)
    assert found == datetime(2026, 9, 18, 1, 0, tzinfo=UTC)


def test_a_field_that_cannot_be_read_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="not a valid input"):
        Schedule("remind", minute="sometimes")
