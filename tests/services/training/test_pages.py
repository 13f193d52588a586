"""The pages, in both languages, and who sees what on them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from services.training.certificates.models import Certificate
from services.training.courses.models import Course, CourseVersion
from services.training.parts.rules import LinkPart, SessionPart
from shared.core.principals import Role
from shared.core.text import LocalizedText
from tests.harness import Harness, assert_page
from tests.services.training.factories import (
    TEXT,
    create_active,
    follow,
    hire,
    open_assignment,
    take,
)

LOCALES = ("zh", "en")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_rep_reads_page_by_page_and_downloads_the_certificate(h: Harness, locale: str) -> None:
    create_active(h, parts=(TEXT,))
    person = hire(h)
    h.clock.advance(timedelta(days=42))
    one = open_assignment(h, person.person_id)
    browser = h.client(Role.REP, person_id=person.person_id, locale=locale)
    text = assert_page(browser.get("/training/my"))
    assert ("逾期 12 天" if locale == "zh" else "12 days overdue") in text
    started = browser.submit(f"/training/assignments/{one.id}/start", form_of="/training/my")
    part = started.location
    assert part.endswith("/parts/text")
    first = browser.get(part).location
    assert first.endswith("/pages/1")
    assert_page(browser.get(first))
    second = follow(browser, first).location
    assert second.endswith("/pages/2")
    # The browser is closed and opened again: one goes on where one was.
    again = h.client(Role.REP, person_id=person.person_id, locale=locale)
    overview = assert_page(again.get(f"/training/assignments/{one.id}"))
    assert ("已读 1 / 2 页" if locale == "zh" else "1 of 2 pages") in overview
    assert again.get(part).location == second
    done = follow(again, second)
    text = assert_page(browser.get(done.location))
    pdf = re.search(r"/training/certificates/[0-9a-f-]+\.pdf", text)
    assert pdf is not None
    assert browser.get(pdf[0]).data.startswith(b"%PDF")
    text = assert_page(browser.get("/training/my"))
    assert "12 days overdue" not in text
    assert "逾期" not in text


def test_the_last_page_sent_twice_by_a_double_click_counts_once(h: Harness) -> None:
    create_active(h, parts=(TEXT,))
    person = hire(h)
    here = f"/training/assignments/{open_assignment(h, person.person_id).id}"
    browser = h.client(Role.REP, person_id=person.person_id)
    browser.submit(f"{here}/start", form_of=here)
    follow(browser, f"{here}/parts/text/pages/1")
    assert follow(browser, f"{here}/parts/text/pages/2").location == here
    again = browser.submit(f"{here}/parts/text/pages/2", form_of="/training/my")
    assert (again.status_code, again.location) == (303, here)
    assert len(h.events("training", "training.certificate.issued.v1")) == 1


def test_pages_and_parts_cannot_be_skipped(h: Harness) -> None:
    link = LinkPart("link", LocalizedText("链接", "Link"), "https://example.com/")
    create_active(h, parts=(TEXT, link))
    person = hire(h)
    one = open_assignment(h, person.person_id)
    browser = h.client(Role.REP, person_id=person.person_id)
    here = f"/training/assignments/{one.id}"
    assert browser.get(f"{here}/parts/text/pages/1").location == here
    browser.submit(f"{here}/start", form_of=here)
    assert browser.get(f"{here}/parts/text/pages/2").location == f"{here}/parts/text/pages/1"
    assert browser.get(f"{here}/parts/link").status_code == 409
    assert browser.get(f"{here}/parts/nothing").status_code == 404
    skipped = browser.submit(f"{here}/parts/text/pages/2", form_of=f"{here}/parts/text/pages/1")
    assert skipped.status_code == 409
    assert browser.submit(f"{here}/parts/text/done", form_of=here).status_code == 409


@pytest.mark.parametrize("locale", LOCALES)
def test_a_link_is_done_when_the_learner_says_so(h: Harness, locale: str) -> None:
    create_active(h, parts=(LinkPart("link", LocalizedText("链接", "Link"), "https://example.com/a"),))
    person = hire(h)
    here = f"/training/assignments/{open_assignment(h, person.person_id).id}"
    browser = h.client(Role.REP, person_id=person.person_id, locale=locale)
    browser.submit(f"{here}/start", form_of=here)
    assert 'href="https://example.com/a"' in assert_page(browser.get(f"{here}/parts/link"))
    assert browser.submit(f"{here}/parts/link/done", form_of=f"{here}/parts/link").location == here
    assert len(h.events("training", "training.certificate.issued.v1")) == 1


def test_what_is_left_to_do_elsewhere_is_said_on_the_overview(h: Harness) -> None:
    parts = (SessionPart("s", LocalizedText("面授", "Session")), TEXT)
    create_active(h, parts=parts)
    person = hire(h)
    here = f"/training/assignments/{open_assignment(h, person.person_id).id}"
    browser = h.client(Role.REP, person_id=person.person_id)
    browser.submit(f"{here}/start", form_of=here)
    follow(browser, f"{here}/parts/text/pages/1")
    assert follow(browser, f"{here}/parts/text/pages/2").location == here
    text = assert_page(browser.get(here))
    assert "What is left happens elsewhere" in text
    assert_page(browser.get(f"{here}/parts/s"))


def test_somebody_elses_assignment_is_not_found_anywhere(h: Harness) -> None:
    create_active(h)
    owner, other = hire(h), hire(h)
    one = open_assignment(h, owner.person_id)
    take(h, one.id)
    with h.read("training") as uow:
        certificate = uow.session.scalars(select(Certificate.id)).one()
    stranger = h.client(Role.REP, person_id=other.person_id)
    here = f"/training/assignments/{one.id}"
    for url in (
        here, f"{here}/parts/text", f"{here}/parts/text/pages/1", f"/training/certificates/{certificate}",
        f"/training/certificates/{certificate}.pdf",
    ):  # fmt: skip
        assert stranger.get(url).status_code == 404, url
    for url in (f"{here}/start", f"{here}/parts/text/pages/1", f"{here}/parts/text/done"):
        assert stranger.submit(url, form_of="/training/my").status_code == 404, url
    assert owner.employee_no not in stranger.get("/training/certificates").text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.TRAINER])
def test_nobody_takes_an_assignment_for_somebody_else_whatever_their_role(h: Harness, role: Role) -> None:
    create_active(h)
    boss = hire(h)
    person = hire(h, manager_id=boss.person_id)
    here = f"/training/assignments/{open_assignment(h, person.person_id).id}"
    browser = h.client(role, person_id=boss.person_id)
    assert_page(browser.get(here))
    assert browser.submit(f"{here}/start", form_of="/training/my").status_code == 404


@pytest.mark.parametrize("locale", LOCALES)
def test_a_manager_sees_the_team_and_only_the_team(h: Harness, locale: str) -> None:
    create_active(h)
    boss = hire(h, name="赵敏")
    middle = hire(h, name="钱峰", manager_id=boss.person_id)
    below = hire(h, name="李薇", manager_id=middle.person_id)
    hire(h, name="外人甲")
    h.clock.advance(timedelta(days=42))
    browser = h.client(Role.MANAGER, person_id=boss.person_id, locale=locale)
    text = assert_page(browser.get("/training/team"))
    assert "钱峰" in text
    assert "李薇" in text
    assert "外人甲" not in text
    assert f"/training/assignments/{open_assignment(h, below.person_id).id}" in text
    for name in ("team.csv", "team.xlsx"):
        body = browser.get(f"/training/{name}").data
        assert "外人甲".encode() not in body
    assert "李薇" in browser.get("/training/team.csv").data.decode("utf-8-sig")
    assert "外人甲" not in assert_page(browser.get("/training/team?search=外人"))
    assert "外人甲" in assert_page(h.client(Role.TRAINER, locale=locale).get("/training/team"))


def test_the_matrix_takes_as_many_queries_for_fifty_people_as_for_two(h: Harness) -> None:
    create_active(h, courses=("a", "b", "c"))
    counts = []
    for size in (2, 48):
        for _ in range(size):
            hire(h)
        counts.append(_count_statements(h))
    assert counts[0] == counts[1] <= 12


def test_a_manager_gives_more_time_with_a_reason_and_reminds_once_a_day(h: Harness) -> None:
    create_active(h)
    boss = hire(h)
    person = hire(h, manager_id=boss.person_id)
    one = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=42))
    browser = h.client(Role.MANAGER, person_id=boss.person_id)
    here = f"/training/assignments/{one.id}"
    later = (h.clock.now() + timedelta(days=20)).date().isoformat()
    assert_page(browser.get(f"{here}/extend"))
    refused = follow(browser, f"{here}/extend", {"due_on": one.due_on.isoformat(), "reason": "illness"})
    assert "later than the present due date" in assert_page(refused, status=422)
    assert "few words" in assert_page(
        follow(browser, f"{here}/extend", {"due_on": later, "reason": "x"}), status=422
    )
    for expected in ("They have been reminded.", "reminded today already"):
        sent = browser.submit(f"{here}/remind", form_of=here)
        assert expected in assert_page(browser.get(sent.location))
    assert "reminded on" in h.client(Role.REP, person_id=person.person_id).get("/training/my").text
    assert follow(browser, f"{here}/extend", {"due_on": later, "reason": "illness"}).status_code == 303
    assert open_assignment(h, person.person_id).due_on.isoformat() == later
    assert "illness" in assert_page(browser.get(here))


def test_a_manager_extends_neither_their_own_nor_somebody_elses_reports(h: Harness) -> None:
    create_active(h)
    boss, stranger = hire(h), hire(h)
    browser = h.client(Role.MANAGER, person_id=boss.person_id)
    for person in (boss, stranger):
        here = f"/training/assignments/{open_assignment(h, person.person_id).id}"
        assert browser.get(f"{here}/extend").status_code == 404
        assert browser.submit(f"{here}/extend", {}, form_of="/training/my").status_code == 404
        assert browser.submit(f"{here}/remind", {}, form_of="/training/my").status_code == 404


def test_reminding_the_team_reminds_those_who_are_overdue_on_the_page_shown(h: Harness) -> None:
    create_active(h)
    boss = hire(h)
    for _ in range(3):
        hire(h, manager_id=boss.person_id)
    hire(h)
    h.clock.advance(timedelta(days=42))
    browser = h.client(Role.MANAGER, person_id=boss.person_id)
    sent = browser.submit("/training/team/remind", form_of="/training/team")
    assert "3 reminders sent" in assert_page(browser.get(sent.location))
    assert len(h.events("training", "training.notice.given.v1")) == 3


def test_an_account_without_a_person_has_an_empty_page_that_says_what_to_do(h: Harness) -> None:
    text = assert_page(h.client(Role.ADMINISTRATOR).get("/training/my"))
    assert "Nothing is due" in text
    assert "No certificates yet" in text


def test_a_course_without_a_published_version_cannot_be_started(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    with h.write("training") as uow:
        table = CourseVersion.__table__
        uow.session.connection().execute(table.update().values(status="retired"))
    one = open_assignment(h, person.person_id)
    browser = h.client(Role.REP, person_id=person.person_id)
    assert "no published version yet" in assert_page(browser.get(f"/training/assignments/{one.id}"))
    start = browser.submit(f"/training/assignments/{one.id}/start", form_of="/training/my")
    assert start.status_code == 409


def test_every_title_says_where_one_is(h: Harness) -> None:
    create_active(h)
    browser = h.client(Role.TRAINER)
    titles = set()
    with h.read("training") as uow:
        course = uow.session.scalars(select(Course.id)).one()
    urls = ("my", "team", "courses", f"courses/{course}", "curricula", "certificates", "verify")
    for url in urls:
        text = assert_page(browser.get(f"/training/{url}"))
        found = re.search(r"<title>(.*?)</title>", text)
        assert found is not None
        titles.add(found[1])
    assert len(titles) == len(urls)


def _count_statements(h: Harness) -> int:
    statements: list[str] = []

    def count(*args: object) -> None:
        statements.append(str(args[2]))

    engine = h.suite.databases["training"].engine
    event.listen(engine, "before_cursor_execute", count)
    assert_page(h.client(Role.TRAINER).get("/training/team"))
    event.remove(engine, "before_cursor_execute", count)
    return len(statements)
