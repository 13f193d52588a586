"""What makes a sound roster, without a database."""

from datetime import date

import pytest

from services.people.roster.rules import (
    Facts,
    Post,
    circles_of,
    name_key,
    problem_of_hire_date,
    problem_of_leaving,
    problem_of_start,
    problems_of,
)
from shared.messages.people import Position, Region

TODAY = date(2026, 9, 21)
REP = Post(Position.REP, region=Region.EAST)


def facts(**given: object) -> Facts:
    return Facts(**{"employee_no": "E1", "name": "李薇", "hired_on": date(2024, 3, 1), **given})  # type: ignore[arg-type]


def test_an_ordinary_person_has_no_problems() -> None:
    assert problems_of(facts(email="li.wei@example.com", tags=("key_account",)), REP, TODAY) == {}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("employee_no", {"employee_no": ""}),
        ("employee_no", {"employee_no": "=1+1"}),
        ("employee_no", {"employee_no": "E" * 41}),
        ("name", {"name": ""}),
        ("name", {"name": "=HYPERLINK(1)"}),
        ("name", {"name": "＠李"}),
        ("name", {"name": "李" * 81}),
        ("name", {"name": "李\u202e薇"}),
        ("email", {"email": "li.wei"}),
        ("email", {"email": "=x@example.com"}),
        ("tags", {"tags": ("-a",)}),
        ("tags", {"tags": ("a|b",)}),
        ("hired_on", {"hired_on": date(2027, 9, 21)}),
        ("hired_on", {"hired_on": date(1900, 1, 1)}),
    ],
)
def test_what_cannot_be_true_of_a_person_is_refused_at_its_field(
    field: str, given: dict[str, object]
) -> None:
    assert list(problems_of(facts(**given), REP, TODAY)) == [field]


@pytest.mark.parametrize("name", ["欧阳𠮷", "买买提·艾力", "O'Neill", "Anne-Marie", "张\ue000", "䶮"])
def test_real_names_are_accepted_however_rare_their_characters(name: str) -> None:
    assert problems_of(facts(name=name), REP, TODAY) == {}


def test_somebody_who_sells_needs_a_region_and_a_director_does_not() -> None:
    assert list(problems_of(facts(), Post(Position.SUPERVISOR), TODAY)) == ["region"]
    assert problems_of(facts(), Post(Position.DIRECTOR), TODAY) == {}


def test_nobody_leaves_before_they_are_hired_or_more_than_a_year_ahead() -> None:
    hired = date(2024, 3, 1)
    assert problem_of_leaving(hired, date(2024, 2, 29), TODAY)
    assert problem_of_leaving(hired, date(2028, 1, 1), TODAY)
    assert problem_of_leaving(hired, hired, TODAY) is None
    assert problem_of_leaving(hired, date(2026, 12, 31), TODAY) is None


def test_an_assignment_begins_after_the_hire_date_and_the_present_one_and_not_in_the_future() -> None:
    hired, current = date(2024, 3, 1), date(2025, 1, 1)
    assert problem_of_start(date(2024, 2, 1), hired_on=hired, current=None, today=TODAY)
    assert problem_of_start(date(2024, 12, 31), hired_on=hired, current=current, today=TODAY)
    assert problem_of_start(date(2026, 9, 22), hired_on=hired, current=current, today=TODAY)
    assert problem_of_start(TODAY, hired_on=hired, current=current, today=TODAY) is None


def test_somebody_who_joins_next_month_may_be_assigned_from_then() -> None:
    first_day = date(2026, 10, 12)
    assert problem_of_start(first_day, hired_on=first_day, current=None, today=TODAY) is None


def test_a_hire_date_is_not_moved_beyond_an_assignment_that_began_later_than_it() -> None:
    hired, assigned = date(2024, 3, 1), date(2025, 1, 1)
    assert problem_of_hire_date(hired, date(2025, 6, 1), assigned)
    assert problem_of_hire_date(hired, date(2024, 2, 1), assigned) is None
    assert problem_of_hire_date(hired, date(2024, 6, 1), hired) is None


def test_a_circle_of_managers_is_found_once_and_a_long_chain_is_none() -> None:
    chain: dict[str, str | None] = {str(n): str(n + 1) for n in range(5000)} | {"5000": None}
    assert circles_of(chain) == []
    assert circles_of({"a": "b", "b": "c", "c": "a", "d": "a"}) == [("a", "b", "c")]
    assert circles_of({"a": "a"}) == [("a",)]


def test_chinese_names_sort_by_their_sound_with_rare_characters_last() -> None:
    names = ["赵敏", "李薇", "王磊", "陈思远", "𠮷田"]
    assert sorted(names, key=name_key) == ["陈思远", "李薇", "王磊", "赵敏", "𠮷田"]
    assert name_key("李") < name_key("李薇")
