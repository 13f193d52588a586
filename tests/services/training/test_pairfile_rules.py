"""What a line of a file of mentorships comes to, and to whom it is told that somebody has no mentor."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.mentoring.rules import PlanItem
from services.training.mentorless.rules import STAGES, told
from services.training.pairfiles.rules import Cells, Known, Line, Outcome, Plan, read_lines
from services.training.pairing.rules import MOST_MENTEES, Person
from services.training.reminders.rules import stage_on
from shared.core.text import LocalizedText

TODAY = date(2026, 9, 21)
BOSS = UUID(int=99)


def person(number: int, **given: object) -> Person:
    known = Person(UUID(int=number), "rep", "east", frozenset(), date(2020, 1, 1), BOSS)
    return replace(known, **given)  # type: ignore[arg-type]


MENTEES = {f"E{number}": person(number, hired_on=date(2026, 9, 1)) for number in range(1, 7)}
MENTORS = {"M1": person(11), "M2": person(12, position="supervisor")}
PLAN = Plan(
    UUID(int=50), LocalizedText("带教", "Onboarding"), (PlanItem("12.1", 12, LocalizedText("甲", "A")),)
)
NAMES = {one.id: f"name of {number}" for number, one in (MENTEES | MENTORS).items()}
KNOWN = Known(MENTEES, MENTEES | MENTORS, NAMES, {"onboarding": PLAN})
GOOD = Cells(2, "E1", "M1", "Onboarding", "2026-09-14", "2026/12/01")


def one(cells: Cells, known: Known = KNOWN) -> Line:
    (line,) = read_lines([cells], known, TODAY)
    return line


def test_a_good_line_begins_a_mentorship_from_its_first_day_to_its_last() -> None:
    line = one(GOOD)
    assert (line.outcome, line.mentee, line.mentor) == (Outcome.NEW, "name of E1", "name of M1")
    assert line.pair is not None
    assert (line.pair.started_on, line.pair.due_on) == (date(2026, 9, 14), date(2026, 12, 1))


def test_without_a_due_date_the_last_day_of_the_plan_counts() -> None:
    line = one(replace(GOOD, due=""))
    assert line.pair is not None
    assert line.pair.due_on == date(2026, 12, 6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mentee": "X"}, "No mentee of yours has this employee number"),
        ({"mentor": "X"}, "No mentor here has this employee number"),
        ({"plan": "X"}, "There is no mentoring plan with this code"),
        ({"start": "yesterday"}, "This is not a date, such as 2026-12-31"),
        ({"start": "2025-09-20", "due": ""}, "It began more than %(days)s days ago"),
        ({"start": "2026-12-21", "due": ""}, "It begins in more than %(days)s days"),
        ({"due": "soon"}, "The due date is not a date, such as 2026-12-31"),
        ({"due": "2026-09-14"}, "It is due after it begins, within %(days)s days"),
        ({"due": "2027-09-14"}, "It is due after it begins, within %(days)s days"),
        ({"mentor": "E1"}, "Nobody is their own mentor"),
        ({"mentor": "E2"}, "A mentor has been with the company for a year"),
    ],
)
def test_a_line_that_cannot_be_done_says_what_is_wrong_and_only_that(
    change: dict[str, str], said: str
) -> None:
    line = one(replace(GOOD, **change))  # type: ignore[arg-type]
    assert (line.outcome, line.pair) == (Outcome.ERROR, None)
    assert [problem.msgid for problem in line.problems] == [said]


def test_the_same_pair_again_is_so_already_and_another_mentor_is_refused() -> None:
    running = replace(KNOWN, running={UUID(int=1): UUID(int=11)})
    assert one(GOOD, running).outcome is Outcome.SAME
    other = one(replace(GOOD, mentor="M2"), running)
    assert [problem.msgid for problem in other.problems] == [
        "The mentee has a mentor already, or one is proposed"
    ]
    handed_on = one(GOOD, replace(KNOWN, handed_on=frozenset({UUID(int=1)})))
    assert handed_on.outcome is Outcome.ERROR


def test_a_mentee_who_stands_twice_is_taken_from_the_first_line() -> None:
    first, second = read_lines([GOOD, replace(GOOD, row=3, mentor="M2")], KNOWN, TODAY)
    assert first.outcome is Outcome.NEW
    assert (second.outcome, second.pair, second.problems[0].params) == (Outcome.ERROR, None, {"row": 2})


@given(st.lists(st.sampled_from(sorted(MENTEES)), max_size=12), st.integers(0, MOST_MENTEES))
def test_no_mentor_is_given_more_mentees_than_they_take_however_long_the_file(
    mentees: list[str], load: int
) -> None:
    known = replace(KNOWN, mentors={"M1": replace(MENTORS["M1"], load=load)})
    rows = [replace(GOOD, row=row, mentee=mentee) for row, mentee in enumerate(mentees, start=2)]
    new = [line for line in read_lines(rows, known, TODAY) if line.outcome is Outcome.NEW]
    assert len(new) == min(len(set(mentees)), MOST_MENTEES - load)
    assert len({line.cells.mentee for line in new}) == len(new)


def test_the_manager_and_every_trainer_are_told_once_and_never_the_mentee() -> None:
    mentee, manager, trainer = UUID(int=1), UUID(int=2), UUID(int=3)
    assert told(mentee, manager, [trainer, manager]) == (manager, trainer)
    assert told(mentee, None, [mentee, trainer]) == (trainer,)
    assert told(mentee, None, []) == ()


def test_it_is_told_two_weeks_before_and_from_the_day_itself_on() -> None:
    due = date(2026, 10, 31)
    days = {day: stage_on(STAGES, due, date(2026, 10, day)) for day in (16, 17, 30, 31)}
    assert days[16] is None
    assert [days[day][0].days for day in (17, 30, 31)] == [-14, -14, 0]  # type: ignore[index]
