"""Pages and documents of reports, the matrix and the history: what does not depend on the engine."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from shared.core.principals import Role
from tests.harness import Harness, assert_page
from tests.services.training.factories import create_active, hire, open_assignment, take

REPORTS = ("completion", "overdue", "expiring", "hours")
URL = "/training/team"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Drawing does not depend on the engine; what is drawn is tested on both elsewhere."""
    return str(request.param)


@pytest.fixture
def manager(h: Harness) -> UUID:
    """A manager with two people, all three of them late."""
    create_active(h)
    boss = hire(h).person_id
    for _ in range(2):
        hire(h, manager_id=boss)
    h.clock.advance(timedelta(days=40))
    return boss


def test_a_short_report_is_printed_at_once_and_a_long_one_by_a_job_for_who_asked(
    h: Harness, manager: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = h.client(principal=h.principal(Role.TRAINER))
    assert browser.get("/training/reports/overdue.pdf").data.startswith(b"%PDF")
    monkeypatch.setattr("services.training.reports.pages.AT_ONCE", 0)
    assert browser.get("/training/reports/overdue.pdf").status_code == 413
    asked = browser.submit("/training/reports/overdue/print", form_of="/training/reports/overdue")
    assert "being prepared" in assert_page(browser.get(asked.location))
    h.suite.runner.run_due("training")
    assert "It is ready" in assert_page(browser.get(asked.location))
    assert browser.get(f"{asked.location}.pdf").data.startswith(b"%PDF")
    other = h.client(principal=h.principal(Role.TRAINER))
    assert other.get(f"{asked.location}.pdf").status_code == 404


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_report_is_a_page_in_both_languages_even_with_nothing_to_count(h: Harness, locale: str) -> None:
    browser = h.client(Role.TRAINER, locale=locale)
    for report in REPORTS:
        assert_page(browser.get(f"/training/reports/{report}?by=nonsense&manager=x&bucket=9"))


def test_a_rep_sees_no_report_in_any_form(h: Harness, manager: UUID) -> None:
    browser = h.client(Role.REP, person_id=manager)
    for url in ("", ".csv", ".xlsx", ".pdf", "/items.csv"):
        assert browser.get(f"/training/reports/overdue{url}").status_code == 403


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_pages_show_answers_evidence_and_what_is_wrong_with_a_date(h: Harness, locale: str) -> None:
    create_active(h)
    person = hire(h).person_id
    take(h, open_assignment(h, person).id)
    browser = h.client(Role.AUDITOR, locale=locale)
    for url in ("/training/history", f"/training/history/{person}"):
        assert_page(browser.get(url))
        for wrong in ("on=2026-02-31&known_on=soon", "on=0001-01-01", "known_on=9999-12-31"):
            assert_page(browser.get(f"{url}?{wrong}"), status=422)
    page = assert_page(browser.get(f"/training/history/{person}"))
    assert re.search(r"/training/log/\d+", page)


def test_the_matrix_is_printed_at_once_for_few_and_by_a_job_for_many(
    h: Harness, manager: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = h.client(principal=h.principal(Role.TRAINER))
    assert browser.get(f"{URL}.pdf").data.startswith(b"%PDF")
    monkeypatch.setattr("services.training.team.pages.AT_ONCE", 1)
    assert browser.get(f"{URL}.pdf").status_code == 413
    asked = browser.submit(f"{URL}/print", form_of=URL)
    h.suite.runner.run_due("training")
    assert browser.get(f"{asked.location}.pdf").data.startswith(b"%PDF")
    monkeypatch.setattr("services.training.team.pages.MOST_PRINTED", 1)
    assert browser.submit(f"{URL}/print", form_of=URL).status_code == 413
