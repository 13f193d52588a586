"""Which reminder fits a day, and what a plan of reminders may be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.notices.rules import NoticeKind, Said, digest
from services.training.reminders.rules import Stage, check_stages, due_range, plan_from, stage_on
from shared.core.errors import InvalidInput
from shared.core.text import LocalizedText
from tests.services.training.factories import day

TODAY = day("2026-09-21")
PLAN = (Stage(-14), Stage(-3), Stage(1, tells_manager=True), Stage(7, 7, tells_manager=True))
plans = st.lists(st.integers(-60, 60), max_size=6, unique=True).flatmap(
    lambda days: st.builds(
        lambda every: tuple(
            Stage(one, every if one == max(days) and one > 0 else None) for one in sorted(days)
        ),
        st.none() | st.integers(1, 30),
    )
)


@pytest.mark.parametrize(
    ("late", "counted"),
    [
        (-15, None),
        (-14, -14),
        (-4, -14),
        (-3, -3),
        (0, -3),
        (1, 1),
        (6, 1),
        (7, 7),
        (13, 7),
        (14, 14),
        (30, 28),
    ],
)
def test_the_reminder_of_the_day_fits_how_near_the_due_date_is(late: int, counted: int | None) -> None:
    found = stage_on(PLAN, TODAY - timedelta(days=late), TODAY)
    assert (found[1] if found else None) == counted


@given(plans, st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_the_range_that_the_database_is_asked_for_says_the_same_as_the_rule(
    plan: tuple[Stage, ...], due_on: date
) -> None:
    fitting = []
    for stage in plan:
        first, last = due_range(plan, stage, TODAY)
        if first <= due_on <= last:
            fitting.append(stage)
    found = stage_on(plan, due_on, TODAY)
    assert fitting == ([found[0]] if found is not None else [])


@given(st.integers(1, 200), st.integers(1, 20), st.integers(1, 20))
def test_a_stage_that_repeats_is_counted_for_a_new_day_every_so_many_days(
    late: int, days: int, every: int
) -> None:
    found = stage_on((Stage(days, every),), TODAY - timedelta(days=late), TODAY)
    if late < days:
        assert found is None
    else:
        assert found is not None
        assert 0 <= late - found[1] < every
        assert (found[1] - days) % every == 0


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    check_stages(PLAN)
    check_stages(())
    for bad in (
        (Stage(1), Stage(1)),
        (Stage(400),),
        (Stage(-3, 7),),
        (Stage(1, 7), Stage(14)),
        (Stage(-3, tells_manager=True),),
        tuple(Stage(days) for days in range(1, 20)),
    ):
        with pytest.raises(InvalidInput):
            check_stages(bad)


def test_a_plan_is_written_in_days_with_commas_of_either_kind() -> None:
    assert plan_from("14, 3", "1，7", 7, 1) == list(PLAN)
    assert plan_from("", "", None, None) == []
    for before, after in (("x", ""), ("", "-1"), ("", "0"), ("1.5", "")):
        with pytest.raises(InvalidInput):
            plan_from(before, after, None, None)


def test_a_days_mail_says_each_thing_once_what_is_overdue_first_and_in_the_readers_language() -> None:
    course = LocalizedText("反商业贿赂", "Anti-bribery")
    due = Said(NoticeKind.DUE, LocalizedText("数据隐私", "Privacy"), "", TODAY, None)
    late = Said(NoticeKind.OVERDUE, course, "", TODAY - timedelta(days=1), None)
    zh = digest([due, late, late], "李薇", "zh", "https://suite.example")
    assert [one for one, _ in zh.lines] == [
        "《反商业贿赂》已逾期，原定 2026-09-20 前完成",
        "《数据隐私》请在 2026-09-21 前完成",
    ]
    assert zh.subject == "培训提醒：您有 2 条通知"
    assert "李薇，您好" in zh.text
    assert "https://suite.example/training/notices" in zh.text
    en = digest([late], "Li Wei", "en", "https://suite.example")
    assert en.subject == "“Anti-bribery” is overdue: it was due on 2026-09-20"


@given(st.sampled_from(NoticeKind), st.sampled_from(["zh", "en"]))
def test_every_kind_of_notice_has_words_in_both_languages(kind: NoticeKind, locale: str) -> None:
    said = Said(kind, LocalizedText("课程", "Course"), "李薇", TODAY, None)
    sentence = said.sentence(locale)
    assert ("课程" if locale == "zh" else "Course") in sentence
    assert "{" not in sentence
