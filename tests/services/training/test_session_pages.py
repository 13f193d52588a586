"""What trainers, reps and managers do with sessions on their pages, in both languages."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from services.training.bookings.rules import BookingStatus
from shared.core.principals import Role
from shared.core.zones import COMPANY_ZONE
from shared.directory import Audience
from tests.harness import Harness, assert_page
from tests.services.training.session_factories import (
    ask,
    booking_of,
    create_session,
    make_details,
    session_of,
    statuses,
)

LOCALES = ("zh", "en")


def form_of(h: Harness, **overrides: str) -> dict[str, str]:
    """Return what a trainer types for the session of make_details."""
    details = make_details(h.clock.now())
    local = "%Y-%m-%dT%H:%M"
    return {
        "kind": "workshop", "title_zh": "导管实操", "title_en": "Catheters, hands on", "instructor_kind": "clinical",
        "instructor_name": "韩教授", "affiliation": "第一人民医院", "language": "zh", "place": "上海 301",
        "starts_at": details.starts_at.astimezone(COMPANY_ZONE).strftime(local),
        "ends_at": details.ends_at.astimezone(COMPANY_ZONE).strftime(local), "capacity": "2",
        "product_lines": "consumables", **overrides,
    }  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_a_trainer_plans_opens_edits_and_cancels_a_session(h: Harness, locale: str) -> None:
    teacher = h.person(name="卢工")
    trainer = h.client(Role.TRAINER, locale=locale)
    assert_page(trainer.get("/training/sessions/plan"))
    wrong = trainer.submit("/training/sessions/new", form_of(h, capacity="0", place="", employee_no="none"))
    text = assert_page(wrong, status=422)
    assert 'value="导管实操"' in text
    text = assert_page(
        trainer.submit("/training/sessions/new", form_of(h, capacity="0", place="")), status=422
    )
    assert ("名额为 1 至 1000" if locale == "zh" else "From 1 to 1000 places") in text
    made = trainer.submit("/training/sessions/new", form_of(h, employee_no=teacher.employee_no, then="plan"))
    session_id = UUID(made.location.rsplit("/", 1)[1])
    found = session_of(h, session_id)
    assert (found.status, found.instructor_id, found.instructor_name) == ("planned", teacher.id, "卢工")
    assert found.starts_at == h.clock.now() + timedelta(days=3)
    rep = h.client(Role.REP, person_id=h.person().id, locale=locale)
    assert rep.get(made.location).status_code == 404
    trainer.submit(f"{made.location}/open", form_of=made.location)
    assert_page(rep.get(made.location))
    assert_page(trainer.get(f"{made.location}/edit"))
    edited = trainer.submit(f"{made.location}/edit", form_of(h, place="北京 201"))
    assert edited.status_code == 303
    assert session_of(h, session_id).sequence == 1
    assert trainer.submit(f"{made.location}/cancel", {"reason": "x"}).status_code == 422
    trainer.submit(f"{made.location}/cancel", {"reason": "专家行程有变"})
    assert "专家行程有变" in assert_page(rep.get("/training/sessions/mine")) + assert_page(
        trainer.get(made.location)
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_a_rep_finds_books_waits_and_gives_up(h: Harness, locale: str) -> None:
    session_id, person = create_session(h), h.person()
    rep = h.client(Role.REP, person_id=person.id, locale=locale)
    for url in ("/training/sessions", "/training/sessions?view=table"):
        assert str(session_id) in assert_page(rep.get(url))
    page = f"/training/sessions/{session_id}"
    ask(h, session_id, h.person())
    rep.submit(f"{page}/book", form_of=page)
    rep.submit(f"{page}/book", form_of=page)
    assert statuses(h, session_id) == ["booked", "waiting"]
    for url in ("/training/sessions/mine", "/training/my", page, "/training/sessions"):
        assert ("候补第一位" if locale == "zh" else "First on the waiting list") in assert_page(
            rep.get(url)
        ) or (url == page)
    booking = re.search(r"/training/bookings/([0-9a-f-]+)/cancel", assert_page(rep.get(page)))
    assert booking is not None
    rep.submit(booking[0], form_of=page)
    assert booking_of(h, UUID(booking[1])).status is BookingStatus.CANCELLED


def test_somebody_who_sees_a_session_that_is_not_meant_for_them_is_not_offered_a_place(h: Harness) -> None:
    trainer = h.person(position="training", region="", product_lines=())
    session_id = create_session(h, audience=Audience(product_lines=("ivd",)))
    browser = h.client(Role.TRAINER, person_id=trainer.id, locale="en")
    for url in ("/training/sessions", f"/training/sessions/{session_id}"):
        text = assert_page(browser.get(url))
        assert str(session_id) in text
        assert f'/training/sessions/{session_id}/book"' not in text


def test_a_session_that_fills_up_while_the_page_is_read_puts_the_reader_on_the_waiting_list(
    h: Harness,
) -> None:
    session_id, person = create_session(h), h.person()
    rep = h.client(Role.REP, person_id=person.id, locale="en")
    page = f"/training/sessions/{session_id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', assert_page(rep.get(page)))
    assert token is not None
    ask(h, session_id, h.person())
    rep.post(f"{page}/book", data={"csrf_token": token[1]})
    assert "you are on the waiting list" in assert_page(rep.get(page))


def test_a_manager_books_for_several_and_is_told_who_could_not_be(h: Harness) -> None:
    manager = h.person(position="supervisor")
    one, two = h.person(manager_id=manager.id, name="甲"), h.person(manager_id=manager.id, name="乙")
    outside = h.person(name="丙")
    session_id, clash = create_session(h, capacity=5), create_session(h, capacity=5)
    ask(h, clash, two)
    browser = h.client(Role.MANAGER, person_id=manager.id, locale="zh")
    url = f"/training/sessions/{session_id}/book-for"
    text = assert_page(browser.get(url))
    assert "甲" in text
    assert "丙" not in text
    answer = browser.submit(url, {"people": [str(one.id), str(two.id)]})
    assert "乙同一时间已报名" in assert_page(answer)
    assert statuses(h, session_id) == ["booked"]
    assert browser.submit(url, {"people": [str(outside.id)]}).status_code == 404
    assert browser.submit(url, {}).status_code == 422
    assert browser.submit(url, {"people": ["nonsense"]}).status_code == 422


def test_the_lists_ask_the_database_as_often_for_many_sessions_as_for_few(h: Harness) -> None:
    person = h.person()

    def count(url: str) -> int:
        seen: list[str] = []
        engine = h.suite.databases["training"].engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        browser = h.client(Role.REP, Role.TRAINER, person_id=person.id)
        assert_page(browser.get(url))
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    urls = ("/training/sessions", "/training/sessions/plan", "/training/sessions/mine")
    for number in range(2):
        ask(h, create_session(h, starts_at=h.clock.now() + timedelta(days=3 + number)), person)
    few = [count(url) for url in urls]
    for number in range(6):
        ask(h, create_session(h, starts_at=h.clock.now() + timedelta(days=9 + number)), person)
    assert [count(url) for url in urls] == few


def test_the_trainers_list_is_what_its_files_hold(h: Harness) -> None:
    create_session(h)
    create_session(h, title=make_details(h.clock.now()).about, starts_at=h.clock.now() + timedelta(days=4))
    trainer = h.client(Role.TRAINER, locale="zh")
    text = trainer.get("/training/sessions/plan.csv?kind=lecture").data.decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert "从研发到临床" in text
    assert trainer.get("/training/sessions/plan.xlsx").data.startswith(b"PK")
    assert trainer.get("/training/sessions/plan.csv?kind=webinar").data.count(b"\r\n") == 1
    assert h.client(Role.REP, person_id=h.person().id).get("/training/sessions/plan").status_code == 403


AUDIENCES = (
    Audience(),
    Audience(positions=("rep",), regions=("east", "south")),
    Audience(positions=("director",)),
    Audience(regions=("north",)),
    Audience(product_lines=("ivd", "consumables")),
    Audience(product_lines=("equipment",)),
    Audience(hired_from=date(2024, 3, 1), hired_until=date(2024, 3, 1)),
    Audience(hired_from=date(2024, 3, 2)),
)


def test_an_audience_selects_the_same_people_in_sql_as_in_python(h: Harness) -> None:
    rep, office = h.person(), h.person(position="marketing", region="", product_lines=())
    manager = h.person(position="director", region="", product_lines=())
    report = h.person(manager_id=manager.id, product_lines=("equipment",))
    made = [(create_session(h, audience=one), one) for one in AUDIENCES]
    for asker, people in ((rep, [rep]), (office, [office]), (manager, [manager, report])):
        api = h.api(Role.MANAGER, person_id=asker.id)
        seen = {one["id"] for one in api.get("/training/v1/sessions").json["items"]}
        meant = {str(one) for one, audience in made if any(map(audience.selects, people))}
        assert seen == meant
        assert 0 < len(meant) < len(made)
