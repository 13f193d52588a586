"""The matrix of people and requirements: what narrows it, and that every form of it is about the same people."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import event as sql_event

from services.training.curricula.models import Curriculum
from shared.core.principals import Role
from shared.messages.people import PersonSnapshot
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import create_active, hire, open_assignment, take

URL = "/training/team"
Team = dict[str, PersonSnapshot]


@pytest.fixture
def path(h: Harness) -> Curriculum:
    """One course, due 30 days after joining, due again after two months."""
    return create_active(h, valid_months=2)


@pytest.fixture
def team(h: Harness, path: Curriculum) -> Team:
    """A manager with a supervisor below, who has a rep; one more elsewhere. All but the rep are 10 days late."""
    manager = hire(h, name="经理")
    supervisor = hire(h, name="主管", manager_id=manager.person_id, product_lines=("ivd",))
    rep = hire(h, name="代表", manager_id=supervisor.person_id, region="south")
    other = hire(h, name="别人", region="south")
    take(h, open_assignment(h, rep.person_id).id)
    h.clock.advance(timedelta(days=40))
    return {"manager": manager, "supervisor": supervisor, "rep": rep, "other": other}


def names(browser: Browser, query: str = "") -> list[str]:
    """Return who is in the CSV, having seen that page and workbook are about as many."""
    lines = list(csv.reader(io.StringIO(browser.get(f"{URL}.csv?{query}").data.decode("utf-8-sig"))))[1:]
    book = load_workbook(io.BytesIO(browser.get(f"{URL}.xlsx?{query}").data))
    assert len(list(book.worksheets[0].iter_rows())) == len(lines) + 1
    assert f"{len(lines)} of {len(lines)} shown" in assert_page(browser.get(f"{URL}?{query}"))
    return [one[1] for one in lines]


def test_it_is_narrowed_by_region_product_line_manager_path_and_state(
    h: Harness, team: Team, path: Curriculum
) -> None:
    trainer = h.client(Role.TRAINER)
    below = f"manager={team['manager'].person_id}"
    found: dict[str, Any] = {
        "": ["经理", "主管", "代表", "别人"],
        "region=south": ["代表", "别人"],
        "product_line=ivd": ["主管"],
        below: ["主管", "代表"],
        f"{below}&region=south": ["代表"],
        "state=overdue": ["经理", "主管", "别人"],
        f"state=overdue&{below}": ["主管"],
        f"state=overdue&curriculum={path.id}": ["经理", "主管", "别人"],
        f"state=overdue&curriculum={team['rep'].person_id}": [],
        "state=soon": [],
        "state=clear": [],
        "search=代": ["代表"],
    }
    for query, expected in found.items():
        assert sorted(names(trainer, query)) == sorted(expected), query


def test_each_role_sees_the_same_people_on_the_page_and_in_the_files(h: Harness, team: Team) -> None:
    manager = team["manager"].person_id
    assert sorted(names(h.client(Role.MANAGER, person_id=manager))) == sorted(["主管", "代表"])
    assert names(h.client(Role.MANAGER, person_id=team["rep"].person_id)) == []
    for role in (Role.TRAINER, Role.COMPLIANCE, Role.AUDITOR):
        assert len(names(h.client(role, person_id=manager))) == 4
    rep = h.client(Role.REP, person_id=manager)
    assert {rep.get(f"{URL}{form}").status_code for form in ("", ".csv", ".xlsx", ".pdf")} == {403}


def test_a_manager_who_asks_for_somebody_elses_people_finds_nobody(h: Harness, team: Team) -> None:
    browser = h.client(Role.MANAGER, person_id=team["supervisor"].person_id)
    assert names(browser, f"manager={team['manager'].person_id}") == ["代表"]
    assert names(browser, f"manager={team['rep'].person_id}") == []


def test_the_tiles_count_people_in_each_state_and_the_chart_their_cells(h: Harness, team: Team) -> None:
    page = assert_page(h.client(Role.TRAINER).get(URL))
    assert ">3</p>" in page
    assert "<title>Annual anti-bribery training · Overdue: 3</title>" in page


def test_the_page_asks_the_database_as_often_for_many_people_as_for_few(h: Harness, path: Curriculum) -> None:
    manager = hire(h).person_id
    statements: list[str] = []
    engine = h.suite.databases["training"].engine
    sql_event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    counts = []
    for people in (1, 20):
        _hire_below(h, manager, people)
        browser = h.client(Role.MANAGER, person_id=manager)
        statements.clear()
        assert browser.get(URL).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def _hire_below(h: Harness, manager: UUID, people: int) -> None:
    for _ in range(people):
        hire(h, manager_id=manager)
