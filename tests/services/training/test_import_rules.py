"""A file of earlier completions is read strictly, and the same completion counts once."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.imports.rules import (
    CourseFacts,
    Details,
    ImportRow,
    ImportStatus,
    ImportStep,
    Key,
    Known,
    Plan,
    make_plan,
    next_status,
    unused,
)
from shared.core.errors import IllegalTransition

TODAY = date(2026, 9, 21)
LI, WANG = UUID(int=1), UUID(int=2)
BRIBERY, CULTURE = UUID(int=11), UUID(int=12)
KNOWN = Known(
    people={"S1": LI, "S2": WANG},
    courses={"anti-bribery": CourseFacts(BRIBERY, 12), "culture": CourseFacts(CULTURE, None)},
    completions={},
    evidence={"li.pdf": "ab" * 32},
)
GOOD = {"employee_no": "S1", "course": "anti-bribery", "completed_on": "2025-11-20"}


def plan(*rows: dict[str, str], known: Known = KNOWN) -> Plan:
    return make_plan([ImportRow(number, one) for number, one in enumerate(rows, start=2)], known, TODAY)


def test_a_row_becomes_a_completion_that_counts_as_long_as_the_courses_certificate_would() -> None:
    (step,) = plan(GOOD | {"score": "92 分", "evidence": "li.pdf", "issuer": " 华东  中心 "}).steps
    assert step.key == Key(LI, BRIBERY, date(2025, 11, 20), "")
    assert step.details == Details(date(2026, 11, 20), 92, "华东 中心", "ab" * 32, "li.pdf")
    assert not step.corrects


def test_a_stated_last_valid_day_counts_and_a_course_without_certificate_never_runs_out() -> None:
    stated, none = plan(GOOD | {"valid_until": "2026年3月1日"}, GOOD | {"course": "culture"}).steps
    assert stated.details.valid_until == date(2026, 3, 1)
    assert none.details.valid_until is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"employee_no": ""}, "employee_no"),
        ({"employee_no": "S9"}, "employee_no"),
        ({"course": "unknown"}, "course"),
        ({"course": ""}, "course"),
        ({"completed_on": "yesterday"}, "completed_on"),
        ({"completed_on": "2026-02-30"}, "completed_on"),
        ({"completed_on": "2026-09-22"}, "completed_on"),
        ({"completed_on": "1979-12-31"}, "completed_on"),
        ({"valid_until": "2025-11-19"}, "valid_until"),
        ({"score": "101"}, "score"),
        ({"score": "-1"}, "score"),
        ({"score": "①"}, "score"),
        ({"evidence": "other.pdf"}, "evidence"),
        ({"issuer": "x" * 201}, "issuer"),
    ],
)
def test_a_row_with_a_fault_names_its_field_and_stops_the_file(change: dict[str, str], field: str) -> None:
    found = plan(GOOD | change, GOOD | {"employee_no": "S2"})
    assert [(one.row, one.field) for one in found.errors] == [(2, field)]
    assert len(found.steps) == 1
    assert not found.sound


def test_every_fault_of_a_row_is_named_at_once() -> None:
    found = plan({"employee_no": "S9", "course": "", "completed_on": "?", "score": "x"})
    assert {one.field for one in found.errors} == {"employee_no", "course", "completed_on", "score"}


def test_the_same_completion_twice_in_a_file_is_a_fault_of_the_second_row() -> None:
    found = plan(GOOD, GOOD | {"score": "80"})
    assert [(one.row, one.field) for one in found.errors] == [(3, "completed_on")]


def test_two_certificates_of_one_day_are_two_completions() -> None:
    assert len(plan(GOOD | {"certificate_no": "A"}, GOOD | {"certificate_no": "B"}).steps) == 2


def known_after(found: Plan) -> Known:
    return replace(KNOWN, completions={one.key: one.details for one in found.steps})


rows = st.lists(
    st.fixed_dictionaries(
        {
            "employee_no": st.sampled_from(["S1", "S2"]),
            "course": st.sampled_from(["anti-bribery", "culture"]),
            "completed_on": st.dates(date(1980, 1, 1), TODAY).map(str),
            "certificate_no": st.text(max_size=5),
            "score": st.sampled_from(["", "0", "100", "70%"]),
        }
    ),
    max_size=6,
)


@given(rows)
def test_a_file_that_was_applied_changes_nothing_a_second_time(given_rows: list[dict[str, Any]]) -> None:
    first = plan(*given_rows)
    again = plan(*given_rows, known=known_after(first))
    assert again.steps == []
    assert again.unchanged == len(first.steps)


def test_another_score_for_a_known_completion_corrects_it() -> None:
    first = plan(GOOD)
    (step,) = plan(GOOD | {"score": "70"}, known=known_after(first)).steps
    assert step.corrects


def test_evidence_that_no_row_names_is_told() -> None:
    given_rows = [ImportRow(2, {"evidence": "a.pdf"}), ImportRow(3, {})]
    assert unused({"a.pdf": "", "b.pdf": ""}, given_rows) == ["b.pdf"]


def test_a_file_is_decided_once() -> None:
    assert next_status(ImportStatus.CHECKED, ImportStep.APPLY) is ImportStatus.APPLYING
    assert next_status(ImportStatus.APPLYING, ImportStep.FINISH) is ImportStatus.APPLIED
    allowed = {("checked", "apply"), ("checked", "discard"), ("applying", "finish")}
    for status in ImportStatus:
        for step in ImportStep:
            if (status.value, step.value) not in allowed:
                with pytest.raises(IllegalTransition):
                    next_status(status, step)
