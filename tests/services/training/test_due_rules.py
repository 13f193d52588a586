"""When something is due, first and again: the calendar, with its leap days and its latecomers."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.certifications.rules import (
    Basis,
    Due,
    DueKind,
    DueRule,
    first_due,
    next_due,
)
from services.training.curricula.rules import CurriculumStatus, CurriculumStep, next_status
from services.training.curricula.seed import shipped
from shared.core.errors import IllegalTransition, InvalidInput
from tests.services.training.factories import AFTER_30, YEARLY, day

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
AGAIN = DueRule(DueKind.AFTER_JOINING, days=30, window_days=60, every_months=12)
LEAP = DueRule(DueKind.FIXED_DATE, 30, date(2024, 2, 29), every_months=12, basis=Basis.FIXED)
LEGAL = {
    (CurriculumStatus.DRAFT, CurriculumStep.EDIT): CurriculumStatus.DRAFT,
    (CurriculumStatus.DRAFT, CurriculumStep.ACTIVATE): CurriculumStatus.ACTIVE,
    (CurriculumStatus.DRAFT, CurriculumStep.ARCHIVE): CurriculumStatus.ARCHIVED,
    (CurriculumStatus.ACTIVE, CurriculumStep.REVISE): CurriculumStatus.ACTIVE,
    (CurriculumStatus.ACTIVE, CurriculumStep.ARCHIVE): CurriculumStatus.ARCHIVED,
}


@pytest.mark.parametrize(("status", "step"), list(product(CurriculumStatus, CurriculumStep)))
def test_a_draft_is_edited_what_is_active_is_revised_and_what_is_archived_stays_so(
    status: CurriculumStatus, step: CurriculumStep
) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": DueKind.FIXED_DATE, "days": 30},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "anchor": date(2026, 6, 30)},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "basis": Basis.COMPLETION},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "basis": Basis.FIXED, "every_months": 12},
        {"kind": DueKind.FIXED_DATE, "days": 30, "anchor": date(2026, 6, 30), "every_months": 12},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "every_months": 0},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "every_months": 1, "window_days": 31},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "grace_days": 181},
        {"kind": DueKind.AFTER_JOINING, "days": -1},
        {"kind": DueKind.AFTER_JOINING, "days": 30, "window_days": 361},
    ],
)
def test_a_due_rule_that_makes_no_sense_cannot_be_made(wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        DueRule(**wrong)


@pytest.mark.parametrize("rule", [YEARLY, AFTER_30, AGAIN, *(one.due for one in shipped())])
def test_a_due_rule_survives_storing(rule: DueRule) -> None:
    assert DueRule.from_json(rule.to_json()) == rule


def test_days_from_hire_count_from_the_hire() -> None:
    assert first_due(AFTER_30, day("2026-09-14"), day("2026-09-14")) == Due(
        day("2026-09-14"), day("2026-10-14")
    )
    assert first_due(AFTER_30, day("2026-09-14"), day("2026-09-14"), extra_days=16).due_on == day(
        "2026-10-30"
    )


def test_a_hire_that_is_reported_late_is_not_overdue_on_the_first_day() -> None:
    assert first_due(AFTER_30, day("2026-06-01"), day("2026-09-21")) == Due(
        day("2026-09-21"), day("2026-10-21")
    )


def test_whoever_joins_before_the_window_opens_is_due_with_everybody() -> None:
    assert first_due(YEARLY, day("2026-09-01"), day("2026-09-01")) == Due(
        day("2026-09-01"), day("2026-11-30")
    )
    assert first_due(YEARLY, day("2026-02-01"), day("2026-02-01")) == Due(
        day("2026-09-01"), day("2026-11-30")
    )


def test_whoever_joins_when_the_window_is_open_or_over_is_due_after_so_many_days() -> None:
    assert first_due(YEARLY, day("2026-09-02"), day("2026-09-02")).due_on == day("2026-10-02")
    assert first_due(YEARLY, day("2026-12-20"), day("2026-12-20")).due_on == day("2027-01-19")


def test_an_off_cycle_hire_is_back_on_the_common_date_the_next_time() -> None:
    first = first_due(YEARLY, day("2026-12-20"), day("2026-12-20"))
    again = next_due(YEARLY, day("2027-01-10"), None, opened_on=first.opens_on)
    assert again == Due(day("2027-09-01"), day("2027-11-30"))


@pytest.mark.parametrize(
    ("done_on", "next_year"),
    [
        ("2026-09-01", 2027),  # On the day on which the window opens.
        ("2026-11-30", 2027),  # On the due date.
        ("2026-12-24", 2027),  # Late.
        ("2027-08-31", 2027),  # Very late, the day before the next window: still its own cycle.
        ("2027-09-01", 2028),  # So late that the next window is open: it counts for both.
    ],
)
def test_a_late_finisher_is_not_sent_through_the_course_twice(done_on: str, next_year: int) -> None:
    again = next_due(YEARLY, day(done_on), None)
    assert again == Due(date(next_year, 9, 1), date(next_year, 11, 30))


def test_whoever_is_early_is_not_asked_again_for_the_same_date() -> None:
    again = next_due(YEARLY, day("2026-03-01"), None, opened_on=day("2026-09-01"))
    assert again is not None
    assert again.due_on == day("2027-11-30")


def test_what_does_not_recur_is_due_again_only_when_its_certificate_runs_out() -> None:
    assert next_due(AFTER_30, day("2026-09-21"), None) is None
    assert next_due(AFTER_30, day("2026-09-21"), day("2027-09-21")) == Due(
        day("2027-06-23"), day("2027-09-21")
    )


def test_what_recurs_without_a_certificate_is_due_a_year_after_it_was_done() -> None:
    assert next_due(AGAIN, day("2028-02-29"), None) == Due(day("2028-12-30"), day("2029-02-28"))


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    assert first_due(LEAP, day("2026-11-01"), day("2026-11-01")).due_on == day("2026-12-01")
    assert [next_due(LEAP, date(year, 1, 15), None) for year in (2027, 2028)] == [
        Due(day("2027-11-30") + timedelta(days=1), day("2028-02-29")),
        Due(day("2028-11-30"), day("2029-02-28")),
    ]


def test_a_window_may_open_in_the_year_before() -> None:
    rule = DueRule(DueKind.FIXED_DATE, 30, date(2026, 1, 31), every_months=12, basis=Basis.FIXED)
    assert next_due(rule, day("2026-11-01"), None) == Due(day("2026-11-02"), day("2027-01-31"))
    assert next_due(rule, day("2026-11-02"), None) == Due(day("2027-11-02"), day("2028-01-31"))


@given(st.sampled_from([YEARLY, AFTER_30, AGAIN, LEAP]), DAYS, st.integers(0, 400))
def test_nobody_is_overdue_on_the_day_they_are_first_asked(rule: DueRule, joined: date, later: int) -> None:
    today = joined + timedelta(days=later)
    due = first_due(rule, joined, today)
    assert due.due_on >= today
    assert due.opens_on <= due.due_on


@given(st.sampled_from([YEARLY, LEAP]), DAYS)
def test_the_next_time_always_opens_after_this_one_was_done(rule: DueRule, done_on: date) -> None:
    again = next_due(rule, done_on, None)
    assert again is not None
    assert done_on < again.opens_on
    assert again.opens_on + timedelta(days=rule.window_days) == again.due_on
    assert (again.due_on - done_on).days <= 366 + rule.window_days
