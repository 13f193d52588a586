"""What may become of waivers and exceptions, when a date cannot be met, and how long a credit counts."""

from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.assigning.rules import (
    Cells,
    FileCourse,
    Known,
    Outcome,
    Wish,
    check_due,
    outcome_of,
    read_lines,
)
from services.training.certificates.rules import add_months
from services.training.exceptions.rules import (
    Cause,
    DateFacts,
    ExceptionStatus,
    ExceptionStep,
    check_new_date,
    why_impossible,
)
from services.training.exceptions.rules import next_status as next_exception
from services.training.waivers.rules import (
    Credit,
    WaiverStatus,
    WaiverStep,
    check_decider,
    check_equivalence,
    check_until,
    equivalent_until,
)
from services.training.waivers.rules import next_status as next_waiver
from shared.core.errors import Forbidden, IllegalTransition, InvalidInput
from shared.core.text import LocalizedText
from tests.services.training.factories import day

TODAY = day("2026-09-21")
days = st.dates(date(2025, 1, 1), date(2028, 1, 1))


def test_a_waiver_moves_only_along_its_arrows() -> None:
    s, p = WaiverStatus, WaiverStep
    legal = {
        (s.REQUESTED, p.GRANT): s.GRANTED,
        (s.REQUESTED, p.REFUSE): s.REFUSED,
        (s.REQUESTED, p.WITHDRAW): s.WITHDRAWN,
        (s.GRANTED, p.REVOKE): s.REVOKED,
    }
    for status, step in product(s, p):
        if (status, step) in legal:
            assert next_waiver(status, step) is legal[status, step]
        else:
            with pytest.raises(IllegalTransition):
                next_waiver(status, step)


def test_an_exception_is_decided_once() -> None:
    ends = {
        ExceptionStep.GRANT: ExceptionStatus.GRANTED,
        ExceptionStep.REFUSE: ExceptionStatus.REFUSED,
        ExceptionStep.WITHDRAW: ExceptionStatus.WITHDRAWN,
    }
    for status, step in product(ExceptionStatus, ExceptionStep):
        if status is ExceptionStatus.REQUESTED:
            assert next_exception(status, step) is ends[step]
        else:
            with pytest.raises(IllegalTransition):
                next_exception(status, step)


def test_nobody_decides_for_themselves() -> None:
    me = uuid4()
    check_decider(uuid4(), me)
    check_decider(None, me)
    with pytest.raises(Forbidden):
        check_decider(me, me)


@given(days, st.none() | days, st.none() | st.integers(1, 60))
def test_a_course_stands_in_for_another_no_longer_than_either_limit(
    done_on: date, valid_until: date | None, months: int | None
) -> None:
    until = equivalent_until(done_on, valid_until, months)
    limits = [] if valid_until is None else [valid_until]
    limits += [] if months is None else [add_months(done_on, months)]
    assert until == (min(limits) if limits else None)


@given(days, st.none() | days, days)
def test_a_credit_counts_on_its_days_and_no_other(since: date, until: date | None, on: date) -> None:
    counts = Credit(uuid4(), since, until).counts_on(on)
    assert counts == (since <= on and (until is None or on <= until))


def test_an_end_that_has_passed_and_a_course_for_itself_are_refused() -> None:
    check_until(None, TODAY)
    check_until(TODAY, TODAY)
    for bad in (TODAY - timedelta(days=1), TODAY + timedelta(days=5000)):
        with pytest.raises(InvalidInput):
            check_until(bad, TODAY)
    one = uuid4()
    check_equivalence(one, uuid4(), 12)
    for course, by, months in ((one, one, None), (one, uuid4(), 0), (one, uuid4(), 121)):
        with pytest.raises(InvalidInput):
            check_equivalence(course, by, months)


FINE = DateFacts(TODAY, TODAY + timedelta(days=5), day("2024-03-01"))


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({}, None),
        ({"hired_on": TODAY + timedelta(days=6)}, Cause.BEFORE_START),
        ({"hired_on": TODAY + timedelta(days=5)}, None),
        ({"opens_on": TODAY + timedelta(days=6)}, Cause.BEFORE_START),
        ({"tags": ("on_leave",)}, Cause.LEAVE),
        ({"tags": ("on_leave_list",)}, None),
        ({"has_version": False}, Cause.NO_VERSION),
        ({"has_version": False, "due_on": TODAY + timedelta(days=15)}, None),
        ({"session_only": True}, Cause.NO_SESSION),
        ({"session_only": True, "next_session_on": TODAY + timedelta(days=5)}, None),
        ({"session_only": True, "next_session_on": TODAY + timedelta(days=6)}, Cause.NO_SESSION),
        ({"next_session_on": None}, None),
        ({"tags": ("on_leave",), "due_on": TODAY - timedelta(days=1)}, None),
    ],
)
def test_a_rule_finds_the_dates_that_cannot_be_met_and_says_why(changed: dict, cause: Cause | None) -> None:
    assert why_impossible(DateFacts(**(FINE.__dict__ | changed)), TODAY) is cause


def test_another_date_is_later_not_past_and_within_a_year() -> None:
    due = TODAY - timedelta(days=30)
    check_new_date(due, TODAY, TODAY, "due_on")
    for bad in (due, TODAY - timedelta(days=1), TODAY + timedelta(days=367)):
        with pytest.raises(InvalidInput):
            check_new_date(due, bad, TODAY, "due_on")


def test_asking_comes_to_what_is_there() -> None:
    wish = Wish(uuid4(), uuid4(), TODAY)
    other = TODAY - timedelta(days=400)
    assert outcome_of(wish, [], credited=False) is Outcome.NEW
    assert outcome_of(wish, [Known(False, other)], credited=False) is Outcome.NEW
    assert outcome_of(wish, [Known(False, TODAY)], credited=False) is Outcome.SAME
    assert outcome_of(wish, [Known(True, other)], credited=True) is Outcome.OPEN
    assert outcome_of(wish, [], credited=True) is Outcome.CREDITED
    for bad in (TODAY - timedelta(days=1), TODAY + timedelta(days=731)):
        with pytest.raises(InvalidInput):
            check_due(bad, TODAY)


def test_every_line_of_a_file_says_what_is_wrong_with_it() -> None:
    person, course = uuid4(), FileCourse(uuid4(), LocalizedText("反贿赂", "ABC"), True)
    draft = FileCourse(uuid4(), LocalizedText("草稿", "Draft"), False)
    rows = [
        Cells(2, "E1", "ABC", "2026-12-31", "请尽快"),
        Cells(3, "E1", "abc", "2026-12-31", ""),
        Cells(4, "E9", "ABC", "2026-12-31", ""),
        Cells(5, "E2", "nothing", "2026-12-31", ""),
        Cells(6, "E2", "draft", "2026-12-31", ""),
        Cells(7, "E2", "ABC", "soon", ""),
        Cells(8, "E3", "ABC", "2020-01-01", ""),
    ]
    people = {"E1": (person, "李薇"), "E2": (uuid4(), "王磊"), "E3": (uuid4(), "张三")}
    lines = read_lines(rows, people, {"abc": course, "draft": draft}, TODAY)
    assert [one.outcome for one in lines] == [Outcome.NEW] + [Outcome.ERROR] * 6
    assert lines[0].wish == Wish(person, course.id, day("2026-12-31"))
    assert lines[0].note == "请尽快"
    assert [str(one.problems[0]) for one in lines[1:]] == [
        "The same person and course stand in row 2",
        "There is nobody with this employee number",
        "There is no course with this code",
        "This course has no published version yet",
        "This is not a date, such as 2026-12-31",
        "That day has passed",
    ]
