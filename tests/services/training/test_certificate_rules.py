"""Numbers, validity and states of certificates."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.certificates.rules import (
    ALPHABET,
    CertificateState,
    CertificateStatus,
    CertificateStep,
    Validity,
    add_months,
    make_number,
    next_status,
    no_sooner_than,
    parse_number,
    state_at,
    validity,
)
from shared.core.errors import IllegalTransition
from shared.core.zones import end_of_day
from tests.services.training.factories import day

PLACES = st.lists(st.integers(0, 30), min_size=11, max_size=11)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
LEGAL = {
    (CertificateStatus.ISSUED, CertificateStep.SUPERSEDE): CertificateStatus.SUPERSEDED,
    (CertificateStatus.ISSUED, CertificateStep.REVOKE): CertificateStatus.REVOKED,
    (CertificateStatus.ISSUED, CertificateStep.VOID): CertificateStatus.REVOKED,
    (CertificateStatus.SUPERSEDED, CertificateStep.VOID): CertificateStatus.REVOKED,
    (CertificateStatus.SUPERSEDED, CertificateStep.RESTORE): CertificateStatus.ISSUED,
}


@pytest.mark.parametrize(("status", "step"), list(product(CertificateStatus, CertificateStep)))
def test_what_was_superseded_or_revoked_stays_so(status: CertificateStatus, step: CertificateStep) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_a_certificate_is_valid_through_its_last_day_and_expired_when_that_is_over() -> None:
    last = day("2027-06-30")
    over = end_of_day(last)
    assert (
        state_at(CertificateStatus.ISSUED, last, over - timedelta(microseconds=1)) is CertificateState.VALID
    )
    assert state_at(CertificateStatus.ISSUED, last, over) is CertificateState.EXPIRED
    assert state_at(CertificateStatus.ISSUED, None, over) is CertificateState.VALID


def test_revoked_and_superseded_are_said_even_when_the_certificate_would_have_run_out() -> None:
    long_ago = day("2001-01-01")
    at = end_of_day(day("2026-09-21"))
    assert state_at(CertificateStatus.REVOKED, long_ago, at) is CertificateState.REVOKED
    assert state_at(CertificateStatus.SUPERSEDED, long_ago, at) is CertificateState.SUPERSEDED


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 15, "2028-02-29"),
    ],
)
def test_months_are_added_on_the_calendar_with_its_short_months_and_leap_days(
    start: str, months: int, end: str
) -> None:
    assert add_months(day(start), months) == day(end)


@given(DAYS, st.integers(0, 120))
def test_adding_months_lands_in_the_right_month_and_never_later_in_it(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day


def test_renewing_inside_the_window_extends_from_the_old_expiry_not_from_today() -> None:
    valid = validity(day("2026-09-21"), months=12, previous_until=day("2026-11-30"), window_days=90)
    assert valid == Validity(day("2026-09-21"), day("2027-11-30"))


def test_renewing_on_the_last_valid_day_is_still_in_time_and_a_day_later_is_not() -> None:
    old = day("2026-11-30")
    assert validity(old, months=12, previous_until=old, window_days=90).until == day("2027-11-30")
    late = old + timedelta(days=1)
    assert validity(late, months=12, previous_until=old, window_days=90).until == day("2027-12-01")


def test_renewing_before_the_window_counts_from_today_and_never_shortens() -> None:
    early = validity(day("2026-03-01"), months=12, previous_until=day("2026-11-30"), window_days=90)
    assert early.until == day("2027-03-01")
    kept = validity(day("2026-03-01"), months=3, previous_until=day("2026-11-30"), window_days=90)
    assert kept.until == day("2026-11-30")


def test_a_certificate_without_months_does_not_run_out() -> None:
    assert validity(day("2026-09-21"), months=None, previous_until=None, window_days=90).until is None


@given(DAYS, st.integers(1, 36), st.integers(-400, 400), st.integers(0, 360))
def test_a_renewal_never_ends_before_the_months_that_were_earned_nor_before_the_old_one(
    earned_on: date, months: int, offset: int, window: int
) -> None:
    previous = earned_on + timedelta(days=offset)
    until = validity(earned_on, months=months, previous_until=previous, window_days=window).until
    assert until is not None
    if previous >= earned_on:
        assert until >= previous
    if not 0 <= offset <= window:
        assert until == max(add_months(earned_on, months), previous if previous >= earned_on else earned_on)
    else:
        assert until == add_months(previous, months)


def test_a_certificate_does_not_run_out_before_it_is_asked_for_again() -> None:
    valid = Validity(day("2026-06-10"), day("2027-06-10"))
    assert no_sooner_than(valid, day("2027-06-30")).until == day("2027-06-30")
    assert no_sooner_than(valid, day("2027-01-30")) == valid
    assert no_sooner_than(valid, None) == valid


@given(PLACES)
def test_a_number_is_read_back_however_it_is_typed(places: list[int]) -> None:
    number = make_number(places)
    assert parse_number(number) == number
    assert parse_number(f" {number.lower().replace('-', ' ')} ") == number
    assert parse_number(number.removeprefix("GS-")) == number


@given(PLACES, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(places: list[int], at: int, other: str) -> None:
    plain = make_number(places).removeprefix("GS-").replace("-", "")
    changed = plain[:at] + other + plain[at + 1 :]
    assert (parse_number(changed) is None) == (changed != plain)


@given(PLACES, st.integers(0, 10))
def test_two_swapped_neighbours_are_always_noticed(places: list[int], at: int) -> None:
    plain = make_number(places).removeprefix("GS-").replace("-", "")
    swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
    assert (parse_number(swapped) is None) == (swapped != plain)


@pytest.mark.parametrize("text", ["", "GS", "GS-0000-0000-0000", "x" * 60, "GS-ABCD-EFGH-JKM", "证书"])
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert parse_number(text) is None
