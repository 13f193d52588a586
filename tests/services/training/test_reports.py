"""Reports: the same figures on the page, in the files and in the document, and no more than one may see."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import event as sql_event

from shared.core.principals import Role
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import create_active, hire, open_assignment, take

REPORTS = ("completion", "overdue", "expiring", "hours")
API = "/training/v1/reports"


@pytest.fixture
def manager(h: Harness) -> UUID:
    """Two in the east below a manager, one of them late; one late elsewhere below nobody."""
    create_active(h, valid_months=2)
    boss = hire(h, region="east").person_id
    done, late = (hire(h, region="east", manager_id=boss) for _ in range(2))
    hire(h, region="south", product_lines=("consumables", "ivd"))
    take(h, open_assignment(h, done.person_id).id)
    assert late is not None
    h.clock.advance(timedelta(days=15))
    take(h, open_assignment(h, boss).id)
    h.clock.advance(timedelta(days=25))
    return boss


def figures(
    h: Harness, role: Role, report: str, person_id: UUID | None = None, **query: str
) -> dict[str, Any]:
    """Return a report's lines by key, and the total under "total"."""
    found = h.api(role, person_id=person_id).get(f"{API}/{report}", query_string=query).json
    return {one["key"]: one["figures"] for one in found["lines"]} | {"total": found["total"]}


def test_completion_is_what_is_done_of_what_was_due_by_region(h: Harness, manager: UUID) -> None:
    found = figures(h, Role.TRAINER, "completion", by="region")
    assert found["east"][-2:] == [3, 2]
    assert found["south"][-3:] == [0, 1, 0]
    assert found["total"][-2:] == [4, 2]


def test_what_is_overdue_is_counted_by_age(h: Harness, manager: UUID) -> None:
    assert figures(h, Role.TRAINER, "overdue", by="region")["total"] == [0, 2, 0, 0, 0, 2]
    h.clock.advance(timedelta(days=90))
    late = figures(h, Role.TRAINER, "overdue", by="region")
    assert late["south"] == [0, 0, 0, 0, 1, 1]


def test_what_runs_out_is_counted_by_when(h: Harness, manager: UUID) -> None:
    found = figures(h, Role.TRAINER, "expiring", by="region")
    assert found["total"] == [1, 1, 0, 2]


def test_hours_are_those_of_the_versions_that_were_completed(h: Harness, manager: UUID) -> None:
    found = figures(h, Role.TRAINER, "hours", by="category")
    assert found["compliance"][-1] == found["total"][-1] == round(2 * 20 / 60, 1)


def test_somebody_with_two_product_lines_counts_in_both_and_once_in_the_total(
    h: Harness, manager: UUID
) -> None:
    found = figures(h, Role.TRAINER, "overdue", by="product_line")
    assert (found["consumables"][-1], found["ivd"][-1], found["total"][-1]) == (2, 1, 2)


def test_a_manager_is_told_of_the_team_alone_and_named_above_it(h: Harness, manager: UUID) -> None:
    found = figures(h, Role.MANAGER, "completion", manager, by="manager")
    assert set(found) == {str(manager), "total"}
    assert found["total"][-2:] == [2, 1]
    assert figures(h, Role.TRAINER, "completion", manager=str(manager))["total"][-2:] == [2, 1]


def test_page_csv_and_xlsx_say_the_same_for_each_role(h: Harness, manager: UUID) -> None:
    roles = (Role.MANAGER, Role.TRAINER, Role.COMPLIANCE, Role.AUDITOR)
    for role, report in ((role, report) for role in roles for report in REPORTS):
        browser = h.client(role, person_id=manager)
        url = f"/training/reports/{report}"
        shown = _foot(assert_page(browser.get(url)))
        lines = _csv(browser, f"{url}.csv")
        book = _xlsx(browser, f"{url}.xlsx")
        assert len(lines) == len(book)
        assert [_number(one) for one in lines[-1][1:]] == [_number(one) for one in book[-1][1:]]
        assert len(shown) == len(lines[-1])
        if report in ("overdue", "expiring"):
            items = _csv(browser, f"{url}/items.csv")[1:]
            assert int(shown[-1]) == int(lines[-1][-1]) == len(items)
            assert len(items) == len(_xlsx(browser, f"{url}/items.xlsx")) - 1
            expected = {Role.MANAGER: 1}.get(role, 2) if report == "overdue" else None
            assert expected in (None, len(items))


def test_a_report_asks_the_database_as_often_for_many_people_as_for_few(h: Harness, manager: UUID) -> None:
    statements: list[str] = []
    engine = h.suite.databases["training"].engine
    sql_event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    counts = []
    for people in (1, 10):
        for _ in range(people):
            hire(h, manager_id=manager, region="south")
        h.clock.advance(timedelta(days=40))
        browser = h.client(Role.TRAINER)
        statements.clear()
        for report in ("completion", "overdue", "hours"):
            assert browser.get(f"/training/reports/{report}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def _foot(page: str) -> list[str]:
    """Return the cells of the first table's foot."""
    found = re.search(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL)
    if found is None:
        return []
    return [re.sub(r"<.*?>", "", one).strip() for one in re.findall(r"<td.*?</td>", found[1], re.DOTALL)]


def _csv(browser: Browser, url: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.get(url).data.decode("utf-8-sig"))))


def _xlsx(browser: Browser, url: str) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(browser.get(url).data))
    return list(book.worksheets[0].iter_rows(values_only=True))


def _number(cell: Any) -> float | None:
    return None if cell in (None, "") else float(cell)
