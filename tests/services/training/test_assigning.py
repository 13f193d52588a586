"""Asking courses of people by hand, many at once, and from files; nobody is asked twice."""

import io
import re
from uuid import UUID

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from services.training.assigning.commands import Order, assign_chunk
from services.training.assigning.rules import Outcome
from services.training.assignments.rules import Origin
from shared.core.principals import Role
from shared.core.zones import end_of_day
from shared.directory import Audience
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
    looked = hand_in(h, data, f"list.{kind}")
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


def hand_in(h: Harness, data: bytes, name: str) -> TestResponse:
    browser = h.client(Role.TRAINER)
    return browser.submit(
        "/training/assign/file/preview", {"file": (io.BytesIO(data), name)}, form_of="/training/assign/file"
    )


def _fields(page: str) -> dict[str, str]:
    return {
        name: re.search(f'name="{name}" value="([^"]+)"', page)[1]  # type: ignore[index]
        for name in ("sha256", "name")
    }
