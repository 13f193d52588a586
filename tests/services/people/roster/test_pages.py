"""The people list, a person, the tree."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import event

from services.people.roster.commands import Change, change_person, end_person, post_of
from services.people.roster.queries import get_person
from shared.core.principals import SYSTEM, Role
from shared.messages.people import Position, Region
from tests.harness import Harness, assert_page
from tests.services.people.conftest import Company, hire


def listed(suite: Harness, query: str = "") -> list[str]:
    """The employee numbers that the list's export has, in order: exactly what is shown."""
    data = suite.client(Role.HR).get(f"/people/roster.csv{query}").data
    return [row[0] for row in list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]]


def test_the_list_shows_what_the_address_asks_for(suite: Harness, company: Company) -> None:
    everybody = ["E001", "E002", "E003", "E004", "E005", "E006"]
    for query, numbers in {
        "?region=north": ["E003", "E006"],
        "?position=rep": ["E004", "E005", "E006"],
        "?position=rep&region=north": ["E006"],
        "?q=李": ["E004"],
        "?q=e00": everybody,
        "?q=%25": [],
        "?product_line=ivd": [],
        "?product_line=consumables&region=north": ["E003", "E006"],
        "?region=mars": everybody,
        "?sort=-employee_no&position=rep": ["E006", "E005", "E004"],
        "?sort=name&region=east": ["E004", "E005", "E002"],
        "?presence=left": [],
    }.items():
        assert listed(suite, query) == numbers, query
        text = assert_page(suite.client(Role.HR).get(f"/people/roster{query}"))
        assert f"{len(numbers)} of {len(numbers)} shown" in text, query


def test_who_has_left_is_listed_only_when_asked_for(suite: Harness, company: Company) -> None:
    with suite.write("people") as uow:
        end_person(uow, company.peer, date(2026, 9, 20), actor=SYSTEM, now=suite.clock.now())
        end_person(uow, company.rep, date(2026, 9, 21), actor=SYSTEM, now=suite.clock.now())
    assert "E005" not in listed(suite)
    assert "E004" in listed(suite)  # Today is still worked.
    assert listed(suite, "?presence=left") == ["E005"]
    assert len(listed(suite, "?presence=all")) == 6


def test_pages_follow_each_other_without_gap_or_repetition(suite: Harness) -> None:
    for n in range(7):
        hire(suite, f"E{n}", "李薇王磊赵敏钱宁孙悦"[n], hired_on=date(2024, 1, 1 + n % 3))
    api = suite.api(Role.HR)
    for sort in ("name", "-name", "hired_on", "-hired_on", "employee_no", "-assigned_since"):
        seen, cursor = [], ""
        while cursor is not None:
            page = api.get(f"/people/v1/people?limit=2&sort={sort}{cursor}").json
            seen += [one["employee_no"] for one in page["items"]]
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
        assert seen == listed(suite, f"?sort={sort}"), sort
        assert len(seen) == len(set(seen)) == 7, sort


def test_a_download_is_inert_and_in_the_language_of_the_reader(suite: Harness, company: Company) -> None:
    text = suite.client(Role.HR, locale="zh").get("/people/roster.csv").data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("工号,姓名,邮箱,入职日期,最后工作日,岗位")
    assert "区域经理" in text
    english = suite.client(Role.HR, locale="en").get("/people/roster.csv").data.decode("utf-8-sig")
    assert "District manager" in english


def test_the_list_takes_as_many_queries_for_fifty_people_as_for_six(suite: Harness, company: Company) -> None:
    def queries() -> int:
        count = 0

        def counting(*_: object) -> None:
            nonlocal count
            count += 1

        engine = suite.suite.databases["people"].engine
        event.listen(engine, "before_cursor_execute", counting)
        assert_page(suite.client(Role.HR).get("/people/roster"))
        event.remove(engine, "before_cursor_execute", counting)
        return count

    before = queries()
    for n in range(44):
        hire(suite, f"X{n}", manager=company.head)
    assert queries() == before


def test_a_person_is_shown_with_history_managers_and_reports(suite: Harness, company: Company) -> None:
    from dataclasses import replace

    with suite.write("people") as uow:
        post = replace(post_of(get_person(uow.session, company.head)), region=Region.SOUTH)
        change = Change(post=post, since=date(2026, 7, 1))
        change_person(uow, company.head, change, actor=SYSTEM, now=suite.clock.now())
    text = assert_page(suite.client(Role.HR).get(f"/people/roster/{company.head}"), title="赵敏")
    assert all(word in text for word in ("East China", "South China", "李薇", "王磊", "顾承远", "E002"))


def test_somebody_who_has_left_says_so(suite: Harness, company: Company) -> None:
    with suite.write("people") as uow:
        end_person(uow, company.rep, date(2026, 8, 31), actor=SYSTEM, now=suite.clock.now())
    assert "Last day worked" in assert_page(suite.client(Role.HR).get(f"/people/roster/{company.rep}"))


def test_the_tree_is_complete_and_leads_to_each_person(suite: Harness, company: Company) -> None:
    text = assert_page(suite.client(Role.HR).get("/people/org"))
    for person_id in (company.boss, company.head, company.other, company.rep, company.peer, company.stranger):
        assert f"/people/roster/{person_id}" in text
    assert text.count("<details open>") == 3


def test_the_tree_from_one_person_down_leads_back_up(suite: Harness, company: Company) -> None:
    text = assert_page(suite.client(Role.HR).get(f"/people/org?at={company.head}"))
    assert "钱宁" not in text
    assert f"/people/org?at={company.boss}" in text


def test_the_tree_stops_where_it_would_be_too_large_and_offers_the_rest(
    suite: Harness, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.people.roster.pages.MOST_IN_TREE", 4)
    text = assert_page(suite.client(Role.HR).get("/people/org"))
    assert "李薇" not in text
    assert f"/people/org?at={company.head}" in text
    assert "show 2 reports" in text


def test_the_team_of_somebody_who_left_stands_at_the_top(suite: Harness, company: Company) -> None:
    with suite.write("people") as uow:
        end_person(uow, company.boss, date(2026, 9, 1), actor=SYSTEM, now=suite.clock.now())
    text = assert_page(suite.client(Role.HR).get("/people/org"))
    assert "顾承远" not in text
    assert all(name in text for name in ("赵敏", "钱宁", "李薇"))


def test_an_empty_roster_says_what_to_do(suite: Harness) -> None:
    assert_page(suite.client(Role.HR).get("/people/roster"))
    assert "Nobody matches" in assert_page(suite.client(Role.HR).get("/people/roster?q=nobody"))


def test_a_marker_of_another_list_is_refused(suite: Harness) -> None:
    assert_page(suite.client(Role.HR).get("/people/roster?cursor=zzz"), status=422)


def test_me_is_the_account_and_the_person(suite: Harness, company: Company) -> None:
    me = suite.api(Role.REP, person_id=company.rep).get("/people/v1/me").json
    assert me["roles"] == ["rep"]
    assert me["person"]["employee_no"] == "E004"
    assert me["person"]["position"] == Position.REP
    assert suite.api(Role.HR).get("/people/v1/me").json["person"] is None
