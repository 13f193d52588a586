"""Due rules in all their kinds: what they count from, fixed cycles, latecomers, windows and grace."""

import calendar
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.certifications.rules import (
    Basis,
    Due,
    DueKind,
    DueRule,
    OffCycle,
    PeriodState,
    PeriodStatus,
    PeriodStep,
    Since,
    due_after_credit,
    first_due,
    next_due,
    next_status,
    state_at,
    state_before,
)
from services.training.enrolment.rules import Terms, earn
from shared.core.errors import IllegalTransition
from shared.core.zones import end_of_day, start_of_day
from tests.services.training.factories import day

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ANCHORS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def fixed(
    anchor: str,
    months: int | None = 12,
    off_cycle: OffCycle = OffCycle.DAYS,
    window: int = 90,
    grace: int = 0,
) -> DueRule:
    """Return a rule on a fixed date."""
    basis = Basis.FIXED if months else Basis.EXPIRY
    return DueRule(DueKind.FIXED_DATE, 30, day(anchor), off_cycle, months, basis, window, grace)


@st.composite
def rules(draw: st.DrawFn) -> DueRule:
    """Return any rule that can be made."""
    kind = draw(st.sampled_from(DueKind))
    months = draw(st.one_of(st.none(), st.integers(1, 36)))
    allowed = [Basis.EXPIRY] if months is None else list(Basis)
    if kind is DueKind.FIXED_DATE and months is not None:
        allowed = [Basis.COMPLETION, Basis.FIXED]
    basis = draw(st.sampled_from(allowed))
    is_fixed = kind is DueKind.FIXED_DATE or basis is Basis.FIXED
    return DueRule(
        kind,
        draw(st.integers(0, 400)),
        draw(ANCHORS) if is_fixed else None,
        draw(st.sampled_from(OffCycle)),
        months,
        basis,
        draw(st.integers(0, min(360, (months or 12) * 30))),
        draw(st.integers(0, min(180, (months or 12) * 15))),
    )


@given(rules())
def test_every_rule_survives_storing(rule: DueRule) -> None:
    assert DueRule.from_json(rule.to_json()) == rule


def test_a_rule_from_before_there_was_grace_is_read_as_what_it_meant() -> None:
    stored = {
        "kind": "yearly_date",
        "days": 30,
        "month": 2,
        "day": 29,
        "window_days": 60,
        "recurrence": "yearly",
    }
    assert DueRule.from_json(stored) == fixed("2024-02-29", window=60)
    stored = {
        "kind": "after_joining",
        "days": 14,
        "month": None,
        "day": None,
        "window_days": 90,
        "recurrence": "none",
    }
    assert DueRule.from_json(stored) == DueRule(DueKind.AFTER_JOINING, 14)


@given(rules(), DAYS, st.integers(0, 400), st.integers(0, 3000), st.integers(0, 1000))
def test_nobody_is_overdue_on_the_day_they_are_first_asked_whatever_the_rule(
    rule: DueRule, joined: date, later: int, hired_ago: int, position_ago: int
) -> None:
    today = joined + timedelta(days=later)
    since = Since(
        joined, joined - timedelta(days=hired_ago), joined - timedelta(days=min(position_ago, hired_ago))
    )
    due = first_due(rule, since, today)
    if due is None:
        assert rule.off_cycle is OffCycle.NEXT_CYCLE
        assert rule.every_months is None
        return
    assert today <= due.due_on
    assert due.opens_on <= due.due_on <= due.window_end


@given(rules(), DAYS, st.integers(-400, 800))
def test_what_is_due_again_opens_after_it_was_done_and_never_earlier_than_the_window_says(
    rule: DueRule, done_on: date, valid_days: int
) -> None:
    valid_until = done_on + timedelta(days=valid_days) if valid_days >= 0 else None
    due = next_due(rule, done_on, valid_until)
    if due is None:
        assert rule.every_months is None
        assert valid_until is None
        return
    assert done_on < due.opens_on <= due.due_on
    assert (due.due_on - due.opens_on).days <= rule.window_days


@given(rules(), DAYS)
def test_a_day_belongs_to_one_cycle_and_the_dates_follow_each_other(rule: DueRule, start: date) -> None:
    if rule.basis is not Basis.FIXED or rule.every_months is None or rule.anchor is None:
        return
    first = next_due(rule, start, None)
    assert first is not None
    second = next_due(rule, first.due_on, None)
    assert second is not None
    months = (second.due_on.year - first.due_on.year) * 12 + second.due_on.month - first.due_on.month
    assert months % rule.every_months == 0
    last = calendar.monthrange(first.due_on.year, first.due_on.month)[1]
    assert first.due_on.day == min(rule.anchor.day, last)


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        (DueKind.AFTER_JOINING, "2026-10-21"),
        (DueKind.AFTER_HIRE, "2026-10-01"),
        (DueKind.AFTER_POSITION, "2026-10-15"),
    ],
)
def test_days_count_from_the_hire_the_position_or_the_assignment(kind: DueKind, due_on: str) -> None:
    since = Since(day("2026-09-21"), day("2026-09-01"), day("2026-09-15"))
    assert first_due(DueRule(kind, 30), since, day("2026-09-21")) == Due(day("2026-09-21"), day(due_on))


def test_somebody_hired_long_ago_has_as_many_days_from_the_day_a_path_begins() -> None:
    since = Since(day("2026-09-21"), day("2019-01-01"), day("2020-01-01"))
    for kind in (DueKind.AFTER_HIRE, DueKind.AFTER_POSITION):
        assert first_due(DueRule(kind, 30), since, day("2026-09-21")) == Due(
            day("2026-09-21"), day("2026-10-21")
        )


@pytest.mark.parametrize(
    ("off_cycle", "joined", "due_on"),
    [
        (OffCycle.DAYS, "2026-09-01", "2026-11-30"),
        (OffCycle.DAYS, "2026-09-02", "2026-10-02"),
        (OffCycle.NEXT_CYCLE, "2026-09-01", "2026-11-30"),
        (OffCycle.NEXT_CYCLE, "2026-09-02", "2027-11-30"),
        (OffCycle.NEXT_CYCLE, "2026-12-24", "2027-11-30"),
        (OffCycle.SAME_DATE, "2026-09-02", "2026-11-30"),
        (OffCycle.SAME_DATE, "2026-11-30", "2026-11-30"),
        (OffCycle.SAME_DATE, "2026-12-01", "2027-11-30"),
    ],
)
def test_off_cycle_hires_join_a_fixed_cycle_by_the_stated_rule(
    off_cycle: OffCycle, joined: str, due_on: str
) -> None:
    due = first_due(fixed("2026-11-30", off_cycle=off_cycle), day(joined), day(joined))
    assert due is not None
    assert due.due_on == day(due_on)


def test_a_date_that_does_not_come_again_is_not_asked_of_whoever_comes_too_late_if_it_says_so() -> None:
    rule = fixed("2026-11-30", None, OffCycle.NEXT_CYCLE)
    assert first_due(rule, day("2026-08-01"), day("2026-08-01")) == Due(day("2026-09-01"), day("2026-11-30"))
    assert first_due(rule, day("2026-10-01"), day("2026-10-01")) is None


@pytest.mark.parametrize(
    ("anchor", "months", "done", "due"),
    [
        ("2026-06-30", 6, "2026-06-30", "2026-12-30"),
        ("2026-06-30", 6, "2026-01-02", "2026-06-30"),
        ("2026-08-31", 3, "2026-09-01", "2026-11-30"),  # The 31st is the last day of a shorter month.
        ("2024-02-29", 12, "2026-03-01", "2027-02-28"),
        ("2024-02-29", 48, "2024-03-01", "2028-02-29"),
        ("2026-01-15", 12, "2026-12-20", "2028-01-15"),  # Its window had opened in the year before.
        ("2026-01-15", 24, "2026-12-20", "2028-01-15"),
        ("2026-05-10", 1, "2026-05-10", "2026-06-10"),
    ],
)
def test_fixed_cycles_of_any_length_keep_to_the_calendar(
    anchor: str, months: int, done: str, due: str
) -> None:
    again = next_due(fixed(anchor, months, window=min(30, months * 28)), day(done), None)
    assert again is not None
    assert again.due_on == day(due)


def test_grace_lies_between_the_due_day_and_expiry() -> None:
    rule = DueRule(DueKind.AFTER_JOINING, 30, every_months=12, window_days=60, grace_days=30)
    earned = earn(rule, Terms(True, 12), day("2026-09-21"), None)
    assert earned is not None
    assert earned.due == Due(day("2027-06-23"), day("2027-08-22"), 30)
    assert earned.due.window_end == earned.period.until == day("2027-09-21")


def test_on_a_fixed_date_what_was_earned_does_not_run_out_before_the_grace_of_the_next_is_over() -> None:
    earned = earn(fixed("2026-11-30", grace=14), Terms(True, 12), day("2026-09-05"), None)
    assert earned is not None
    assert earned.certificate is not None
    assert earned.certificate.until == earned.period.until == day("2027-12-14")


@pytest.mark.parametrize(
    ("done", "until"),
    [
        ("2026-07-23", "2027-09-21"),  # On the first day of the window.
        ("2026-09-21", "2027-09-21"),
        ("2026-07-22", "2027-07-22"),  # A day too early: a year from then, and no shorter than before.
        ("2025-12-01", "2026-12-01"),
        ("2026-10-05", "2027-10-05"),  # After expiry: a new beginning.
    ],
)
def test_renewing_inside_the_window_extends_from_the_old_expiry_and_never_shortens(
    done: str, until: str
) -> None:
    rule = DueRule(DueKind.AFTER_JOINING, 30, every_months=12, window_days=60)
    for terms in (Terms(True, 12), Terms(False, None)):
        earned = earn(rule, terms, day(done), day("2026-09-21"))
        assert earned is not None
        assert earned.period.until == day(until)


@given(rules(), st.booleans(), st.one_of(st.none(), st.integers(1, 48)), DAYS, st.integers(-900, 900))
def test_renewing_never_shortens_and_never_runs_out_before_it_can_be_renewed(
    rule: DueRule, certifies: bool, months: int | None, done_on: date, before: int
) -> None:
    previous = done_on + timedelta(days=before)
    earned = earn(rule, Terms(certifies, months), done_on, previous)
    if earned is None:
        return
    if earned.period.until is not None and earned.due is not None:
        assert earned.period.until >= earned.due.window_end
    if months is not None and certifies and earned.period.until is not None and previous >= done_on:
        assert earned.period.until >= previous
    if earned.certificate is not None and earned.certificate.until is not None:
        assert earned.certificate.until <= (earned.period.until or date.max)


def test_from_completion_it_is_due_so_long_after_it_was_done_however_long_the_certificate_is_valid() -> None:
    rule = DueRule(DueKind.AFTER_JOINING, 30, every_months=6, basis=Basis.COMPLETION)
    assert next_due(rule, day("2026-08-31"), day("2030-01-01")) == Due(day("2026-11-30"), day("2027-02-28"))


def test_a_credit_counts_until_its_last_day_and_on_fixed_dates_until_the_next_one_after_it() -> None:
    today = day("2026-09-21")
    after = DueRule(DueKind.AFTER_JOINING, 30, window_days=60)
    assert due_after_credit(after, today, None, today) is None
    assert due_after_credit(after, today, day("2027-03-01"), today) == Due(
        day("2026-12-31"), day("2027-03-01")
    )
    assert due_after_credit(after, day("2025-01-01"), day("2026-09-01"), today) == Due(
        today, day("2026-10-21")
    )
    yearly = fixed("2026-11-30")
    for until, due_on in (
        ("2026-11-29", "2026-11-30"),
        ("2026-11-30", "2027-11-30"),
        ("2027-01-05", "2027-11-30"),
    ):
        due = due_after_credit(yearly, today, day(until), today)
        assert due is not None
        assert due.due_on == day(due_on)


@pytest.mark.parametrize(("status", "step"), list(product(PeriodStatus, PeriodStep)))
def test_a_period_that_counts_is_renewed_or_revoked_and_one_that_does_not_stays(
    status: PeriodStatus, step: PeriodStep
) -> None:
    expected = {
        (PeriodStatus.CERTIFIED, PeriodStep.RENEW): PeriodStatus.RECERTIFIED,
        (PeriodStatus.CERTIFIED, PeriodStep.REVOKE): PeriodStatus.REVOKED,
        (PeriodStatus.CERTIFIED, PeriodStep.VOID): PeriodStatus.REVOKED,
        (PeriodStatus.RECERTIFIED, PeriodStep.VOID): PeriodStatus.REVOKED,
        (PeriodStatus.RECERTIFIED, PeriodStep.RESTORE): PeriodStatus.CERTIFIED,
    }
    if (status, step) in expected:
        assert next_status(status, step) is expected[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_a_period_goes_through_its_states_by_time_alone() -> None:
    opens, until = day("2027-07-23"), day("2027-09-21")

    def at(text: str) -> PeriodState:
        return state_at(PeriodStatus.CERTIFIED, opens, until, None, start_of_day(day(text)))

    assert [at("2026-09-22"), at("2027-07-22"), at("2027-07-23"), at("2027-09-21"), at("2027-09-22")] == [
        PeriodState.CERTIFIED,
        PeriodState.CERTIFIED,
        PeriodState.WINDOW_OPEN,
        PeriodState.WINDOW_OPEN,
        PeriodState.EXPIRED,
    ]
    archived = end_of_day(day("2026-12-31"))
    assert state_at(PeriodStatus.CERTIFIED, opens, until, archived, archived) is PeriodState.ARCHIVED
    assert state_at(PeriodStatus.REVOKED, opens, until, archived, archived) is PeriodState.REVOKED
    assert (state_before(opens, opens), state_before(opens, day("2027-07-22"))) == (
        PeriodState.PENDING,
        PeriodState.FUTURE,
    )
