"""The history over a database: what was known before a correction and after, rebuilding, and who may ask."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from openpyxl import load_workbook
from sqlalchemy import event as sql_event
from sqlalchemy import select

from services.training.certificates.models import Certificate
from services.training.history.commands import follow, rebuild
from services.training.history.models import TrainedSpan
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Role
from shared.core.zones import local_date, start_of_day
from shared.eventlog import append
from shared.messages.training import AssignmentCompleted, CertificateIssued, CertificateRevoked
from tests.harness import Harness, assert_page
from tests.services.training.factories import assignments, change, create_active, hire, open_assignment, take

URL = "/training/v1/history"


def trained(h: Harness, person_id: UUID, **query: Any) -> Any:
    """Ask for one person, as the auditor, and return the answer about the one course."""
    answer = h.api(Role.AUDITOR).get(URL, query_string={"person_id": str(person_id), **query}).json
    (item,) = answer["items"]
    return item


def test_before_a_backdated_revocation_was_recorded_they_were_trained_and_after_it_they_never_were(
    h: Harness,
) -> None:
    create_active(h)
    person = hire(h).person_id
    done = local_date(h.clock.now())
    take(h, open_assignment(h, person).id)
    h.clock.advance(timedelta(days=60))
    asked_on = (done + timedelta(days=40)).isoformat()
    before = h.clock.now()
    h.clock.advance(timedelta(days=1))
    with h.write("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).one()
        fact = CertificateRevoked(certificate.id, person)
        since = start_of_day(done + timedelta(days=10))
        append(
            uow, fact, subject="x/1", actor=SYSTEM, now=h.clock.now(), effective_at=since, person_id=person
        )
    assert not trained(h, person, on=asked_on)["trained"]
    assert trained(h, person, on=asked_on, known_at=before.isoformat())["trained"]
    assert trained(h, person, on=(done + timedelta(days=5)).isoformat())["trained"]


def test_a_completion_of_old_that_is_told_late_counts_only_as_known_since_then(h: Harness) -> None:
    create_active(h)
    person = hire(h).person_id
    take_on = start_of_day(date(2024, 5, 6))
    before = h.clock.now()
    h.clock.advance(timedelta(hours=1))
    one = open_assignment(h, person)
    with h.write("training") as uow:
        done = AssignmentCompleted(one.id, person, one.curriculum_id, one.course_id, new_id(), take_on, None)
        certified = CertificateIssued(
            new_id(), "GS-1", person, one.course_id, new_id(), date(2024, 5, 6), date(2025, 5, 5)
        )
        for fact in (done, certified):
            append(
                uow, fact, subject="x/1", actor=SYSTEM, now=h.clock.now(), effective_at=take_on,
                person_id=person,
            )  # fmt: skip
    assert trained(h, person, on="2025-05-05")["trained"]
    assert not trained(h, person, on="2025-05-06")["trained"]
    assert not trained(h, person, on="2024-05-05")["trained"]
    assert not trained(h, person, on="2025-05-05", known_at=before.isoformat())["trained"]


def test_an_answer_cites_its_events_by_position_and_hash_as_the_log_has_them(h: Harness) -> None:
    create_active(h)
    person = hire(h).person_id
    take(h, open_assignment(h, person).id)
    events = {one.position: one for one in h.events("training")}
    item = trained(h, person, on=local_date(h.clock.now()).isoformat())
    types = [events[one["position"]].type for one in item["evidence"]]
    assert types == ["training.assignment.completed.v1", "training.certificate.issued.v1"]
    auditor = h.api(Role.AUDITOR)
    for one in item["evidence"]:
        proof = auditor.get("/training/v1/proofs/inclusion", query_string={"position": one["position"]})
        assert one["hash"] in proof.text


def test_rebuilding_from_the_log_gives_the_same_rows_and_following_again_adds_none(h: Harness) -> None:
    create_active(h, courses=("a", "b"), valid_months=1)
    database = h.suite.databases["training"]
    for number in range(3):
        person = hire(h, employee_no=f"P{number}")
        take(h, open_assignment_of(h, person.person_id))
        follow(database)
        h.clock.advance(timedelta(days=9))
        take(h, open_assignment_of(h, person.person_id))
    with h.write("training") as uow:
        certificate = uow.session.scalars(select(Certificate)).first()
        assert certificate is not None
        fact = CertificateRevoked(certificate.id, certificate.person_id)
        append(uow, fact, subject="x/1", actor=SYSTEM, now=h.clock.now(), person_id=certificate.person_id)
    follow(database)
    kept = rows(h)
    assert any(one["known_to"] is not None for one in kept)
    assert follow(database) == 0
    assert rebuild(database) > 0
    assert rows(h) == kept


def test_somebody_who_left_is_still_answered_for_and_listed_on_the_days_they_were_there(h: Harness) -> None:
    create_active(h)
    person = hire(h, name="赵离")
    take(h, open_assignment(h, person.person_id).id)
    done = local_date(h.clock.now())
    h.clock.advance(timedelta(days=10))
    gone = hire_left(h, person, done + timedelta(days=5))
    assert gone is not None
    h.clock.advance(timedelta(days=30))
    assert trained(h, person.person_id, on=done.isoformat())["trained"]
    auditor = h.api(Role.AUDITOR)
    course = trained(h, person.person_id, on=done.isoformat())["course_id"]
    for on, expected in ((done, ["赵离"]), (done + timedelta(days=6), [])):
        query = {"on": on.isoformat(), "course_id": course, "trained": "true"}
        listed = auditor.get(f"{URL}/people", query_string=query).json["items"]
        assert [one["name"] for one in listed] == expected


def test_a_person_asks_for_themselves_a_manager_for_the_team_and_nobody_for_others(h: Harness) -> None:
    create_active(h)
    manager, other = hire(h).person_id, hire(h).person_id
    report = hire(h, manager_id=manager).person_id
    query = {"on": local_date(h.clock.now()).isoformat()}

    def asks(role: Role, own: UUID, about: UUID) -> int:
        found = h.api(role, person_id=own).get(URL, query_string={**query, "person_id": str(about)})
        return int(found.status_code)

    assert asks(Role.REP, report, report) == 200
    assert asks(Role.REP, report, other) == 404
    assert asks(Role.MANAGER, manager, report) == 200
    assert asks(Role.MANAGER, manager, other) == 404
    assert asks(Role.COMPLIANCE, other, report) == 200
    team = h.api(Role.MANAGER, person_id=manager).get(f"{URL}/people", query_string=query).json["items"]
    assert [one["person_id"] for one in team] == [str(report)]
    assert len(h.api(Role.TRAINER).get(f"{URL}/people", query_string=query).json["items"]) == 3
    assert h.api(Role.REP, person_id=report).get(f"{URL}/people", query_string=query).status_code == 403


def test_the_files_have_everybody_whom_the_page_counts_with_yes_and_no(h: Harness) -> None:
    create_active(h)
    people = [hire(h) for _ in range(3)]
    take(h, open_assignment(h, people[0].person_id).id)
    browser = h.client(Role.COMPLIANCE)
    course = trained(h, people[0].person_id, on=local_date(h.clock.now()).isoformat())["course_id"]
    for query, expected in (
        ("", 3),
        (f"?course={course}&trained=yes", 1),
        (f"?course={course}&trained=no", 2),
    ):
        assert f" / {expected}" in assert_page(browser.get(f"/training/history{query}")).replace("of", "/")
        lines = browser.get(f"/training/history.csv{query}").data.decode("utf-8-sig").splitlines()
        book = load_workbook(io.BytesIO(browser.get(f"/training/history.xlsx{query}").data))
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        assert len(lines) == len(rows) == expected + 1
    assert [one[-1] for one in rows[1:]] == ["no", "no"]


def test_a_page_of_the_company_asks_the_database_as_often_for_many_as_for_few(h: Harness) -> None:
    create_active(h)
    counts = []
    auditor = h.client(Role.AUDITOR)
    statements: list[str] = []
    engine = h.suite.databases["training"].engine
    sql_event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for number in (1, 20):
        for _ in range(number):
            take(h, open_assignment(h, hire(h).person_id).id)
        auditor.get("/training/history")  # The first takes in what is new.
        statements.clear()
        assert auditor.get("/training/history").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def open_assignment_of(h: Harness, person_id: UUID) -> UUID:
    """Return one of a person's open assignments that may be begun."""
    return next(one.id for one in assignments(h, person_id) if one.ended_at is None)


def hire_left(h: Harness, person: Any, left_on: date) -> Any:
    """Let somebody have left."""
    gone = replace(person, left_on=left_on)
    change(h, gone, left=True)
    return gone


def rows(h: Harness) -> list[dict[str, Any]]:
    """Return the whole projection."""
    with h.read("training") as uow:
        columns = TrainedSpan.__table__.columns
        found = uow.session.execute(select(*columns).order_by(TrainedSpan.known_from, TrainedSpan.ordinal))
        return [dict(one) for one in found.mappings()]
