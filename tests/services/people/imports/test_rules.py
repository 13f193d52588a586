"""What a roster file would do, without a database."""

from datetime import date
from typing import Any

import pytest

from services.people.imports.rules import ImportRow, ImportStatus, Kind, Known, Plan, make_plan, next_status
from services.people.roster.rules import Facts, Post
from shared.core.errors import IllegalTransition
from shared.core.ids import new_id
from shared.messages.people import Position, Region

TODAY = date(2026, 9, 21)
HIRED = date(2024, 3, 1)


def row(number: int, employee: str, **cells: str) -> ImportRow:
    """A row with the needed columns and those given."""
    needed = {
        "employee_no": employee,
        "name": "李薇",
        "hired_on": "2024-03-01",
        "position": "rep",
        "region": "east",
    }
    return ImportRow(number, {**needed, **cells})


def known(employee_no: str, **given: Any) -> Known:
    post = Post(given.pop("position", Position.REP), region=Region.EAST, manager=given.pop("manager", None))
    facts = Facts(employee_no, given.pop("name", "李薇"), given.pop("hired_on", HIRED))
    return Known(new_id(), facts, post, given.pop("since", HIRED), given.pop("left_on", None))


def roster(*people: Known) -> dict[str, Known]:
    return {one.facts.employee_no: one for one in people}


def plan(*rows: ImportRow, on: dict[str, Known] | None = None, whole: bool = False) -> Plan:
    return make_plan(rows, on or {}, TODAY, whole_roster=whole)


def problems(found: Plan) -> list[tuple[int, str]]:
    return [(one.row, one.field) for one in found.errors]


def test_somebody_new_is_added_from_their_hire_date() -> None:
    (step,) = plan(row(2, "E1")).steps
    assert (step.kind, step.row, step.since) == (Kind.ADDED, 2, HIRED)


def test_the_same_data_again_changes_nobody() -> None:
    found = plan(row(2, "E1"), on=roster(known("E1")))
    assert (found.steps, found.unchanged, found.sound) == ([], 1, True)


def test_a_change_is_told_field_by_field_before_and_after() -> None:
    (step,) = plan(row(2, "E1", name="李微", region="north"), on=roster(known("E1"))).steps
    assert step.kind is Kind.CHANGED
    assert [(one.field, one.before, one.after) for one in step.changes] == [
        ("name", "李薇", "李微"),
        ("region", Region.EAST, Region.NORTH),
    ]
    assert step.since == TODAY


def test_a_column_that_the_file_does_not_have_leaves_the_field_alone_and_an_empty_cell_clears_it() -> None:
    here = roster(known("E1", manager="E9"), known("E9"))
    assert plan(row(2, "E1"), on=here).steps == []
    (step,) = plan(row(2, "E1", manager=""), on=here).steps
    assert [(one.field, one.after) for one in step.changes] == [("manager", None)]


def test_a_new_assignment_begins_on_the_day_that_the_row_says() -> None:
    (step,) = plan(row(2, "E1", region="north", since="2026-07-01"), on=roster(known("E1"))).steps
    assert step.since == date(2026, 7, 1)


def test_another_start_alone_is_no_change() -> None:
    assert plan(row(2, "E1", since="2026-07-01"), on=roster(known("E1"))).unchanged == 1


@pytest.mark.parametrize("since", ["2024-01-01", "2026-09-22"])
def test_a_new_assignment_begins_neither_before_the_present_one_nor_in_the_future(since: str) -> None:
    assert problems(plan(row(2, "E1", region="north", since=since), on=roster(known("E1")))) == [(2, "since")]


def test_a_last_day_worked_ends_somebody() -> None:
    (step,) = plan(row(2, "E1", left_on="2026-09-18"), on=roster(known("E1"))).steps
    assert (step.kind, step.left_on) == (Kind.ENDED, date(2026, 9, 18))


def test_a_last_day_taken_back_returns_them() -> None:
    here = roster(known("E1", left_on=date(2026, 8, 31)))
    (step,) = plan(row(2, "E1", left_on=""), on=here).steps
    assert (step.kind, step.returns, step.since) == (Kind.CHANGED, True, TODAY)
    assert plan(row(2, "E1"), on=here).unchanged == 1


def test_somebody_who_has_left_cannot_be_moved() -> None:
    here = roster(known("E1", left_on=date(2026, 8, 31)))
    assert problems(plan(row(2, "E1", region="north"), on=here)) == [(2, "position")]


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"employee_no": ""}, "employee_no"),
        ({"name": ""}, "name"),
        ({"position": ""}, "position"),
        ({"position": "CEO"}, "position"),
        ({"region": "火星"}, "region"),
        ({"region": ""}, "region"),
        ({"product_lines": "口罩"}, "product_lines"),
        ({"hired_on": "yesterday"}, "hired_on"),
        ({"hired_on": "2030-01-01"}, "hired_on"),
        ({"left_on": "2023-01-01"}, "left_on"),
        ({"left_on": "2099-01-01"}, "left_on"),
        ({"since": "2024-02-01"}, "since"),
        ({"manager": "E9"}, "manager"),
        ({"manager": "E1"}, "manager"),
        ({"name": "=cmd|' /C calc'!A0"}, "name"),
        ({"org_unit": "+1"}, "org_unit"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_bad_row_is_named_with_its_number_and_its_column(cells: dict[str, str], field: str) -> None:
    found = plan(row(2, "E0"), row(5, "E1", **cells))
    assert problems(found) == [(5, field)]
    assert not found.sound


def test_a_number_that_stands_twice_is_refused_at_the_second_row_which_names_the_first() -> None:
    found = plan(row(2, "E1"), row(4, "E1"), on=roster(known("E1")))
    assert problems(found) == [(4, "employee_no")]
    assert "2" in str(found.errors[0].message)


def test_somebody_new_needs_every_required_column() -> None:
    found = make_plan([ImportRow(2, {"employee_no": "E1"})], {}, TODAY)
    assert problems(found) == [(2, "name"), (2, "hired_on"), (2, "position")]


def test_a_circle_within_the_file_is_refused_at_each_of_its_rows() -> None:
    found = plan(row(2, "A", manager="B"), row(3, "B", manager="C"), row(4, "C", manager="A"))
    assert problems(found) == [(2, "manager"), (3, "manager"), (4, "manager")]
    assert "A → B → C → A" in str(found.errors[0].message)


def test_a_circle_through_people_who_are_not_in_the_file_is_found() -> None:
    here = roster(known("A"), known("B", manager="A"))
    assert problems(plan(row(2, "A", manager="B"), on=here)) == [(2, "manager")]


def test_a_manager_may_stand_anywhere_in_the_file_or_on_the_roster() -> None:
    found = plan(row(2, "E1", manager="E2"), row(3, "E2", manager="E3"), on=roster(known("E3")))
    assert found.sound


def test_a_bad_manager_row_is_not_blamed_on_those_who_report_to_it() -> None:
    found = plan(row(2, "E1", manager="E2"), row(3, "E2", position="CEO"))
    assert problems(found) == [(3, "position")]


def test_a_whole_roster_ends_those_it_leaves_out_as_of_today() -> None:
    here = roster(*(known(f"E{n}") for n in range(20)), known("GONE", left_on=date(2026, 1, 1)))
    found = plan(*(row(n + 2, f"E{n}") for n in range(19)), on=here, whole=True)
    assert [(one.facts.employee_no, one.left_on, one.row) for one in found.of(Kind.ENDED)] == [
        ("E19", TODAY, None)
    ]
    assert found.sound


def test_a_part_of_the_roster_ends_nobody() -> None:
    here = roster(known("E1"), known("E2"))
    assert plan(row(2, "E1"), on=here).of(Kind.ENDED) == []


def test_leaving_out_more_than_a_tenth_is_stopped_and_exactly_a_tenth_is_not() -> None:
    here = roster(*(known(f"E{n}") for n in range(20)))
    assert plan(*(row(n + 2, f"E{n}") for n in range(18)), on=here, whole=True).stop is None
    stopped = plan(*(row(n + 2, f"E{n}") for n in range(17)), on=here, whole=True)
    assert stopped.stop is not None
    assert not stopped.sound


def test_somebody_new_who_has_left_already_is_added_and_ended() -> None:
    (step,) = plan(row(2, "E1", left_on="2025-01-01")).steps
    assert (step.kind, step.left_on) == (Kind.ADDED, date(2025, 1, 1))


def test_a_decided_file_is_not_decided_again() -> None:
    assert next_status(ImportStatus.UPLOADED, "apply") is ImportStatus.APPLIED
    assert next_status(ImportStatus.UPLOADED, "discard") is ImportStatus.DISCARDED
    for status in (ImportStatus.APPLIED, ImportStatus.DISCARDED):
        for step in ("apply", "discard"):
            with pytest.raises(IllegalTransition):
                next_status(status, step)
