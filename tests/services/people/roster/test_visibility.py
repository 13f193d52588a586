"""What a person may not see does not exist: not in lists, counts, searches, exports, pages or the API."""

import csv
import io

import pytest
from openpyxl import load_workbook

from services.people.permissions import ROSTER_READ_ALL
from shared.core.principals import Role
from tests.harness import Harness, assert_page
from tests.services.people.conftest import Company

EVERYBODY = {"E001", "E002", "E003", "E004", "E005", "E006"}
OF_REP = {"E001", "E002", "E004"}


def numbers_in_csv(data: bytes) -> set[str]:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    return {row[0] for row in rows[1:]}


def test_offices_see_everybody(suite: Harness, company: Company) -> None:
    for role in sorted(ROSTER_READ_ALL.roles):
        found = suite.api(role).get("/people/v1/people").json["items"]
        assert {one["employee_no"] for one in found} == EVERYBODY, role


@pytest.mark.parametrize(
    ("role", "who", "seen"),
    [
        (Role.REP, "rep", OF_REP),
        (Role.MANAGER, "head", {"E002", "E004", "E005"}),
        (Role.MANAGER, "boss", EVERYBODY),
        (Role.MANAGER, "rep", {"E004"}),
        (Role.REP, "boss", {"E001"}),
    ],
)
def test_managers_see_those_below_and_reps_those_above(
    suite: Harness, company: Company, role: Role, who: str, seen: set[str]
) -> None:
    person_id = getattr(company, who)
    found = suite.api(role, person_id=person_id).get("/people/v1/people").json["items"]
    assert {one["employee_no"] for one in found} == seen
    page = suite.client(role, person_id=person_id).get("/people/roster.csv")
    assert numbers_in_csv(page.data) == seen


def test_somebody_who_sells_and_manages_sees_both_ways(suite: Harness, company: Company) -> None:
    found = suite.api(Role.MANAGER, Role.REP, person_id=company.head).get("/people/v1/people").json["items"]
    assert {one["employee_no"] for one in found} == {"E001", "E002", "E004", "E005"}


def test_an_account_of_nobody_on_the_roster_sees_nobody(suite: Harness, company: Company) -> None:
    assert suite.api(Role.REP).get("/people/v1/people").json["items"] == []
    assert_page(suite.client(Role.REP).get("/people/org"))


def test_a_rep_finds_no_other_rep_in_list_count_or_search(suite: Harness, company: Company) -> None:
    browser = suite.client(Role.REP, person_id=company.rep)
    text = assert_page(browser.get("/people/roster"))
    assert "王磊" not in text
    assert "3 of 3 shown" in text
    for search in ("王磊", "E005"):
        text = assert_page(browser.get("/people/roster", query_string={"q": search}))
        assert str(company.peer) not in text
        assert "0 of 0 shown" in text
        found = suite.api(Role.REP, person_id=company.rep).get(f"/people/v1/people?q={search}").json
        assert found["items"] == []


def test_a_rep_finds_no_other_rep_in_an_export(suite: Harness, company: Company) -> None:
    browser = suite.client(Role.REP, person_id=company.rep)
    sheet = load_workbook(io.BytesIO(browser.get("/people/roster.xlsx").data)).active
    assert sheet is not None
    assert {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)} == OF_REP


def test_a_rep_finds_no_other_rep_by_address(suite: Harness, company: Company) -> None:
    for person_id in (company.peer, company.stranger):
        assert (
            suite.client(Role.REP, person_id=company.rep).get(f"/people/roster/{person_id}").status_code
            == 404
        )
        api = suite.api(Role.REP, person_id=company.rep)
        assert api.get(f"/people/v1/people/{person_id}").status_code == 404
        tree = suite.client(Role.REP, person_id=company.rep).get(f"/people/org?at={person_id}")
        assert tree.status_code == 404


def test_a_rep_sees_how_to_reach_the_manager_but_not_their_record_or_their_team(
    suite: Harness, company: Company
) -> None:
    found = suite.api(Role.REP, person_id=company.rep).get(f"/people/v1/people/{company.head}").json
    assert found["email"] == "e002@example.com"
    assert found["assignments"] == []
    text = assert_page(suite.client(Role.REP, person_id=company.rep).get(f"/people/roster/{company.head}"))
    assert "王磊" not in text
    assert "李薇" in text


def test_a_rep_sees_their_own_record_and_a_manager_that_of_the_team(suite: Harness, company: Company) -> None:
    for role, viewer in ((Role.REP, company.rep), (Role.MANAGER, company.head), (Role.MANAGER, company.boss)):
        found = suite.api(role, person_id=viewer).get(f"/people/v1/people/{company.rep}").json
        assert len(found["assignments"]) == 1


def test_a_manager_who_is_not_seen_is_not_named_by_id_number_or_name(
    suite: Harness, company: Company
) -> None:
    found = suite.api(Role.MANAGER, person_id=company.head).get(f"/people/v1/people/{company.head}").json
    assert found["manager_id"] is None
    assert found["assignments"][0]["manager_id"] is None
    browser = suite.client(Role.MANAGER, person_id=company.head)
    assert "E001" not in browser.get("/people/roster.csv").get_data(as_text=True)
    assert "顾承远" not in assert_page(browser.get(f"/people/roster/{company.head}"))


def test_the_tree_of_a_rep_is_the_line_to_the_top(suite: Harness, company: Company) -> None:
    text = assert_page(suite.client(Role.REP, person_id=company.rep).get("/people/org"))
    assert all(name in text for name in ("顾承远", "赵敏", "李薇"))
    assert not any(name in text for name in ("王磊", "钱宁", "孙悦"))


def test_the_tree_of_a_manager_begins_with_them(suite: Harness, company: Company) -> None:
    text = assert_page(suite.client(Role.MANAGER, person_id=company.head).get("/people/org"))
    assert all(name in text for name in ("赵敏", "李薇", "王磊"))
    assert not any(name in text for name in ("顾承远", "钱宁", "孙悦"))


def test_nobody_is_seen_without_signing_in(suite: Harness, company: Company) -> None:
    assert suite.api().get("/people/v1/people").status_code == 401
    for path in (
        "/people/",
        "/people/roster",
        "/people/roster.csv",
        "/people/org",
        f"/people/roster/{company.rep}",
    ):
        assert suite.client().get(path).status_code == 302
