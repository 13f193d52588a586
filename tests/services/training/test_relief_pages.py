"""The pages and programs of relief, exceptions, assigning and notices: who sees what, and what is told."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import func, select

from services.training.assignments.models import Assignment, AssignmentExtension
from services.training.assignments.rules import AssignmentStatus
from services.training.courses.queries import find_by_code
from services.training.exceptions.models import DueException
from services.training.notices.models import Notice
from services.training.waivers.models import Waiver
from shared.core.principals import Role
from shared.core.zones import local_date
from shared.jobs import find_job
from tests.harness import Harness, assert_page
from tests.services.training.factories import create_active, hire, open_assignment
from tests.services.training.test_assigning import hand_in, publish
from tests.services.training.test_reminders import open_day, run_reminders, unread


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """What only a database can show is shown on both engines elsewhere."""
    return str(request.param)


def test_the_evidence_is_seen_by_the_person_and_trainers_and_nobody_else(h: Harness) -> None:
    create_active(h)
    person, other = hire(h), hire(h)
    one = open_assignment(h, person.person_id)
    me = h.client(Role.REP, person_id=person.person_id)
    place = f"/training/assignments/{one.id}/waiver"
    bad = me.submit(place, {"reason": "同等证书", "evidence": (io.BytesIO(b"MZ\x00\x00"), "cert.pdf")})
    assert "This kind of file is not taken here" in assert_page(bad, status=422)
    assert "同等证书" in bad.text
    drawn = io.BytesIO()
    Image.new("RGB", (3, 2), "white").save(drawn, "PNG")
    png = drawn.getvalue()
    sent = me.submit(place, {"reason": "同等证书", "evidence": (io.BytesIO(png), "证书.png")})
    assert sent.status_code == 303, sent.text[:800]
    trainer = h.client(Role.TRAINER)
    assert "李薇" in assert_page(trainer.get("/training/waivers"), title="Waivers")
    with h.read("training") as uow:
        waiver_id = uow.session.scalars(select(Waiver.id)).one()
    here = f"/training/waivers/{waiver_id}"
    assert_page(trainer.get(here))
    for browser in (trainer, me):
        answer = browser.get(f"{here}/evidence")
        assert answer.data == png
        answer.close()
    stranger = h.client(Role.REP, person_id=other.person_id)
    assert stranger.get(here).status_code == 404
    assert stranger.get(f"{here}/evidence").status_code == 404
    assert stranger.get("/training/waivers").status_code == 403
    refused = trainer.submit(f"{here}/refuse", {"reason": ""}, form_of=here)
    assert "Please give the reason" in assert_page(refused, status=422)
    granted = trainer.submit(f"{here}/grant", {"until": "2027-09-30"}, form_of=here)
    assert granted.status_code == 303
    text = assert_page(me.get(f"/training/assignments/{one.id}"))
    assert "The waiver was granted" in text
    assert "A waiver was asked for" in text


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_rep_asks_a_trainer_decides_and_others_see_nothing(h: Harness, locale: str) -> None:
    create_active(h)
    boss = hire(h)
    person, other = hire(h, manager_id=boss.person_id), hire(h)
    one = open_assignment(h, person.person_id)
    me = h.client(Role.REP, person_id=person.person_id, locale=locale)
    place = f"/training/assignments/{one.id}/exception"
    assert_page(me.get(place))
    bad = me.submit(place, {"reason": "", "wished_on": "2020-01-01"})
    assert 'value="2020-01-01"' in assert_page(bad, status=422)
    assert h.client(Role.REP, person_id=other.person_id).get(place).status_code == 404
    assert_page(h.client(Role.MANAGER, person_id=boss.person_id, locale=locale).get(place))
    assert me.submit(place, {"reason": "出差在外"}).status_code == 303
    trainer = h.client(Role.TRAINER, locale=locale)
    queue = assert_page(trainer.get("/training/exceptions"))
    assert "李薇" in queue
    with h.read("training") as uow:
        exception_id = uow.session.scalars(select(DueException.id)).one()
    here = f"/training/exceptions/{exception_id}"
    assert_page(me.get(here))
    assert h.client(Role.REP, person_id=other.person_id).get(here).status_code == 404
    missing = trainer.submit(f"{here}/grant", {"reason": "同意延期"}, form_of=here)
    assert "同意延期" in assert_page(missing, status=422)
    granted = trainer.submit(f"{here}/grant", {"reason": "同意延期", "due_on": "2026-12-01"}, form_of=here)
    assert granted.status_code == 303
    assert str(open_assignment(h, person.person_id).due_on) == "2026-12-01"
    assert_page(trainer.get("/training/exceptions?status=granted"))


def test_a_program_asks_and_decides(h: Harness) -> None:
    create_active(h)
    person, other = hire(h), hire(h)
    one = open_assignment(h, person.person_id)
    me, trainer = h.api(Role.REP, person_id=person.person_id), h.api(Role.TRAINER)
    asked = me.post(
        f"/training/v1/assignments/{one.id}/exceptions",
        json={"reason": "住院手术", "wished_on": "2026-12-01"},
    )
    assert asked.status_code == 201
    place = asked.headers["Location"]
    assert me.get(place).json["status"] == "requested"
    assert h.api(Role.REP, person_id=other.person_id).get(place).status_code == 404
    assert me.post(f"{place}/refuse", json={"reason": "不同意"}).status_code == 403
    granted = trainer.post(f"{place}/grant", json={"due_on": "2026-12-01", "reason": "属实"})
    assert granted.json["granted_on"] == "2026-12-01"
    assert trainer.post(f"{place}/refuse", json={"reason": "不同意延期"}).status_code == 409
    assert len(trainer.get("/training/v1/exceptions?status=granted").json["items"]) == 1


def test_what_is_no_table_says_so_beside_the_field_and_the_template_can_be_filled_in(h: Harness) -> None:
    browser = h.client(Role.TRAINER)
    assert "is not taken here" in assert_page(hand_in(h, b"%PDF-1.4 x", "a.csv"), status=422)
    text = assert_page(hand_in(h, b"name,course\nx,y\n", "a.csv"), status=422)
    assert "is missing" in text
    template = browser.get("/training/assign/file/template.csv").data
    assert "no rows" in assert_page(hand_in(h, template, "t.csv"), status=422)
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


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_notices_are_read_and_dismissed_by_their_reader_alone(h: Harness, locale: str) -> None:
    create_active(h)
    person, other = hire(h, hired_on=open_day(h)), hire(h, position="marketing")
    h.clock.advance(timedelta(days=17))
    run_reminders(h)
    browser = h.client(Role.REP, person_id=person.person_id, locale=locale)
    text = assert_page(browser.get("/training/my"))
    assert ("反商业贿赂年度培训》请在" if locale == "zh" else "Annual anti-bribery training” is due") in text
    assert_page(browser.get("/training/notices"))
    with h.read("training") as uow:
        mine = uow.session.scalars(select(Notice.id).where(Notice.person_id == person.person_id)).one()
    stranger = h.client(Role.REP, person_id=other.person_id)
    assert (
        stranger.submit(f"/training/notices/{mine}/dismiss", form_of="/training/notices").status_code == 404
    )
    assert unread(h, person.person_id) == 1
    gone = browser.submit(f"/training/notices/{mine}/dismiss", form_of="/training/notices")
    assert gone.status_code == 303
    assert unread(h, person.person_id) == 0
    api = h.api(Role.REP, person_id=person.person_id)
    (item,) = api.get("/training/v1/notices").json["items"]
    assert item["read_at"] is not None
    assert api.post(f"/training/v1/notices/{mine}/dismiss").status_code == 204


def test_a_trainer_changes_the_days_on_which_people_are_reminded(h: Harness) -> None:
    create_active(h)
    hire(h, hired_on=open_day(h))
    browser = h.client(Role.TRAINER)
    assert 'value="14, 3"' in assert_page(browser.get("/training/reminders"))
    bad = browser.submit("/training/reminders", {"before": "x"})
    assert 'value="x"' in assert_page(bad, status=422)
    assert browser.submit("/training/reminders", {"before": "20", "after": "2"}).status_code == 303
    h.clock.advance(timedelta(days=10))
    assert run_reminders(h) == ["due"]
    (changed,) = h.events("training", "training.reminder_plan.changed.v1")
    assert changed.message().days == (-20, 2)
