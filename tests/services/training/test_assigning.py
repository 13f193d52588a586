"""Asking courses of people by hand, many at once, and from files; nobody is asked twice."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from services.training.assigning.commands import Order, assign_chunk
from services.training.assigning.rules import Outcome
from services.training.assignments.models import Assignment, AssignmentExtension
from services.training.assignments.rules import AssignmentStatus, Origin
from services.training.courses.queries import find_by_code
from shared.core.principals import Role
from shared.core.zones import end_of_day, local_date
from shared.directory import Audience
from shared.jobs import find_job
from shared.tabular import write_xlsx
from tests.harness import Harness, assert_page
from tests.services.training.factories import (
    assignments,
    change,
    create_active,
    create_published,
    day,
    hire,
    open_assignment,
    stated,
)

DUE = day("2026-10-31")


def publish(h: Harness, code: str = "crm") -> UUID:
    with h.write("training") as uow:
        return create_published(uow, h.clock.now(), code=code)[0].id


def test_a_manager_asks_of_the_team_only_and_what_is_asked_by_hand_stays_when_audiences_change(
    h: Harness,
) -> None:
    course = publish(h)
    boss = hire(h)
    person, stranger = hire(h, manager_id=boss.person_id), hire(h)
    api = h.api(Role.MANAGER, person_id=boss.person_id)
    body = {"course_id": str(course), "due_on": "2026-10-31", "note": "请尽快"}
    made = api.post("/training/v1/assignments", json=body | {"person_id": str(person.person_id)})
    assert made.status_code == 201, made.text
    assert (made.json["origin"], made.json["curriculum_id"]) == ("hand", None)
    for who in (stranger, boss):
        answer = api.post("/training/v1/assignments", json=body | {"person_id": str(who.person_id)})
        assert answer.status_code == 404
    again = api.post("/training/v1/assignments", json=body | {"person_id": str(person.person_id)})
    assert again.status_code == 409
    late = body | {"person_id": str(person.person_id), "due_on": "2020-01-01"}
    assert api.post("/training/v1/assignments", json=late).status_code == 422
    assert stated(h, "training_overdue", person.person_id) == {made.json["id"]: [(end_of_day(DUE), None)]}
    create_active(h, audience=Audience(positions=("supervisor",)))
    change(h, person)
    assert open_assignment(h, person.person_id).note == "请尽快"
    page = assert_page(
        h.client(Role.REP, person_id=person.person_id).get(made.headers["Location"].replace("/v1", ""))
    )
    assert "请尽快" in page
    assert "By hand" in page


def test_many_are_asked_at_once_in_bulk_and_a_second_time_nobody(h: Harness) -> None:
    course = publish(h)
    for _ in range(12):
        hire(h)
    order = Order(course, DUE, h.principal(Role.TRAINER), None, None, Audience())
    counts = []
    statements: list[str] = []
    engine = h.suite.databases["training"].engine
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(str(seen[2])))
    for _ in range(2):
        statements.clear()
        with h.write("training") as uow:
            counts.append(assign_chunk(uow, order, None, now=h.clock.now()).counts)
    assert counts == [{Outcome.NEW: 12}, {Outcome.NEW: 0, Outcome.OPEN: 12}]
    assert len(statements) < 25
    assert len(h.events("training", "training.assignment.made.v1")) == 12
    assert len(h.events("training", "training.impediment.stated.v1")) == 12
    assert {one.message().origin for one in h.events("training", "training.assignment.made.v1")} == {"hand"}
    assert len(h.events("training", "training.notice.given.v1")) == 12


def test_more_than_a_page_of_people_are_asked_by_a_job_that_says_how_far_it_is(h: Harness) -> None:
    course = publish(h)
    boss = hire(h)
    for number in range(205):
        h.person(employee_no=f"B{number:04d}", manager_id=boss.person_id)
    principal = h.principal(Role.MANAGER, person_id=boss.person_id)
    browser = h.client(principal=principal)
    form = {"course_id": str(course), "due_days": "30", "everybody": "1"}
    looked = browser.submit("/training/assign/preview", form, form_of="/training/assign")
    assert "205" in assert_page(looked)
    with h.read("training") as uow:
        assert uow.session.scalar(select(func.count()).select_from(Assignment)) == 0
    sent = browser.submit("/training/assign", form, form_of="/training/assign")
    assert_page(browser.get(sent.location))
    h.suite.runner.run_due("training")
    with h.read("training") as uow:
        job = find_job(uow.session, UUID(sent.location.rsplit("/", 1)[1]))
        assert job is not None
        assert job.result == {"new": 205}
    assert "205" in assert_page(browser.get(sent.location))
    assert h.client(Role.TRAINER).get(sent.location).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_looked_at_first_and_the_same_file_again_changes_nothing(h: Harness, kind: str) -> None:
    publish(h)
    first, second = hire(h, employee_no="E1"), hire(h, employee_no="E2")
    rows = [["E1", "crm", "2026-10-31"], ["E2", "CRM", "2026/10/31"], ["E9", "crm", "2026-10-31"]]
    if kind == "csv":
        data = "\r\n".join(",".join(row) for row in [["工号", "课程代码", "截止日期"], *rows]).encode(
            "gb18030"
        )
    else:
        data = write_xlsx(["Employee number", "Course code", "Due date"], rows)
    browser = h.client(Role.TRAINER)
    before = len(h.events("training"))
    looked = _hand_in(h, data, f"list.{kind}")
    text = assert_page(looked)
    assert "There is nobody with this employee number" in text
    assert len(h.events("training")) == before
    page = _fields(text)
    done = browser.submit("/training/assign/file", page, form_of="/training/assign/file")
    assert done.status_code == 303
    for person in (first, second):
        one = open_assignment(h, person.person_id)
        assert (one.origin, one.due_on) == (Origin.CSV, DUE)
    after = len(h.events("training"))
    again = browser.submit("/training/assign/file", page, form_of="/training/assign/file")
    assert again.status_code == 303
    assert len(h.events("training")) == after
    assert len(assignments(h, first.person_id)) == 1


def test_what_is_no_table_says_so_beside_the_field_and_the_template_can_be_filled_in(h: Harness) -> None:
    browser = h.client(Role.TRAINER)
    assert "is not taken here" in assert_page(_hand_in(h, b"%PDF-1.4 x", "a.csv"), status=422)
    text = assert_page(_hand_in(h, b"name,course\nx,y\n", "a.csv"), status=422)
    assert "is missing" in text
    template = browser.get("/training/assign/file/template.csv").data
    assert "no rows" in assert_page(_hand_in(h, template, "t.csv"), status=422)
    assert browser.get("/training/assign/file/template.xlsx").data.startswith(b"PK")


def test_the_team_page_reminds_assigns_and_extends_those_who_were_chosen(h: Harness) -> None:
    create_active(h)
    boss = hire(h)
    one, two = (hire(h, manager_id=boss.person_id) for _ in range(2))
    stranger = hire(h)
    h.clock.advance(timedelta(days=40))
    browser = h.client(Role.MANAGER, person_id=boss.person_id)
    assert_page(browser.get("/training/team"))
    ids = [str(one.person_id), str(stranger.person_id)]
    browser.submit("/training/team/remind", {"ids": ids}, form_of="/training/team")
    told = h.events("training", "training.notice.given.v1")
    assert [(one.message().kind, one.person_id) for one in told] == [("asked", UUID(ids[0]))]
    to_form = browser.submit("/training/team/extend", {"ids": ids}, form_of="/training/team").location
    assert_page(browser.get(to_form))
    with h.read("training") as uow:
        course = find_by_code(uow.session, "anti-bribery")
        assert course is not None
        course_id = str(course.id)
    new_due = local_date(h.clock.now()) + timedelta(days=20)
    form = {"ids": ids, "course_id": course_id, "due_on": str(new_due), "reason": "展会期间全员出差"}
    assert browser.submit("/training/team/extension", form, form_of=to_form).status_code == 303
    assert open_assignment(h, one.person_id).due_on == new_due
    assert open_assignment(h, two.person_id).due_on != new_due
    assert open_assignment(h, stranger.person_id).due_on != new_due
    assigned = browser.submit("/training/team/assign", {"ids": ids}, form_of="/training/team").location
    assert ids[0] in assert_page(browser.get(assigned))
    with h.read("training") as uow:
        (kept,) = uow.session.scalars(select(AssignmentExtension))
        assert (kept.reason, kept.due_on) == ("展会期间全员出差", new_due)


def test_every_extension_stays_in_the_history(h: Harness) -> None:
    create_active(h)
    boss = hire(h)
    person = hire(h, manager_id=boss.person_id)
    one = open_assignment(h, person.person_id)
    api = h.api(Role.MANAGER, person_id=boss.person_id)
    for days, reason in ((5, "第一次延期"), (9, "第二次延期")):
        body = {"due_on": str(one.due_on + timedelta(days=days)), "reason": reason}
        assert api.post(f"/training/v1/assignments/{one.id}/extend", json=body).status_code == 200
    too_far = {"due_on": "2028-01-01", "reason": "第三次延期"}
    assert api.post(f"/training/v1/assignments/{one.id}/extend", json=too_far).status_code == 422
    own = h.api(Role.MANAGER, Role.REP, person_id=person.person_id)
    assert own.post(f"/training/v1/assignments/{one.id}/extend", json=body).status_code == 404
    page = assert_page(
        h.client(Role.MANAGER, person_id=boss.person_id).get(f"/training/assignments/{one.id}")
    )
    assert page.index("第二次延期") < page.index("第一次延期")
    assert open_assignment(h, person.person_id).status is AssignmentStatus.ASSIGNED


def _hand_in(h: Harness, data: bytes, name: str) -> TestResponse:
    browser = h.client(Role.TRAINER)
    return browser.submit(
        "/training/assign/file/preview", {"file": (io.BytesIO(data), name)}, form_of="/training/assign/file"
    )


def _fields(page: str) -> dict[str, str]:
    return {
        name: re.search(f'name="{name}" value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("sha256", "name")
    }
