"""Mentorships on both engines: who sees what, pairing at the limit, the sign-off, and a mentor who leaves."""

import zipfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from services.training.app import SERVICE
from services.training.careers.queries import facts_for
from services.training.courses.models import Course
from services.training.mentoring import commands
from services.training.mentoring.commands import create_plan, tick_item
from services.training.mentoring.models import MentoringPlan, Mentorship
from services.training.mentoring.rules import EndReason, MentorshipStatus, parse_plan
from services.training.pairing.commands import LEAVERS_JOB, confirm, propose, set_limit
from services.training.parts.rules import PartKind
from shared.core.errors import Conflict
from shared.core.principals import SYSTEM, Role
from shared.core.text import LocalizedText
from shared.directory import DirectoryPerson
from shared.eventlog import export_log, load_or_create_key
from shared.jobs import enqueue
from shared.messages.people import PersonSnapshot
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR, change, create_published, hire

URL = "/training/mentoring"
API = "/training/v1/mentorships"


@dataclass
class Team:
    """A manager, a newcomer below them, two who could be mentors, and a plan."""

    manager: UUID
    mentee: PersonSnapshot
    mentor: PersonSnapshot
    other: PersonSnapshot
    plan_id: UUID
    course_id: UUID


def make_team(h: Harness, course_code: str | None = None) -> Team:
    """Let them be hired; the plan's course is a new one, or that of a code."""
    director = hire(h, position="district_manager", name="总监")
    manager = hire(h, position="supervisor", name="赵敏", manager_id=director.person_id)
    mentee = hire(h, name="新人", manager_id=manager.person_id, hired_on=date(2026, 9, 1))
    mentor, other = (hire(h, name=name, manager_id=manager.person_id) for name in ("导师", "另一位"))
    with h.write("training") as uow:
        if course_code is None:
            course, _ = create_published(uow, h.clock.now(), code="on-the-job")
        else:
            course = uow.session.scalars(select(Course).where(Course.code == course_code)).one()
        items = parse_plan("# 1\n- 甲\n# 2\n- 乙", "# 1\n- First\n# 2\n- Second")
        plan = create_plan(
            uow,
            code="onboarding",
            title=LocalizedText(zh="带教", en="Onboarding"),
            items=items,
            course_id=course.id,
            actor=ACTOR,
            now=h.clock.now(),
        )
    return Team(manager.person_id, mentee, mentor, other, plan.id, course.id)


def pair(h: Harness, team: Team, mentor: PersonSnapshot | None = None, *, begin: bool = True) -> UUID:
    """Pair the newcomer with a mentor."""
    with h.write("training") as uow:
        mentee = uow.session.get_one(DirectoryPerson, team.mentee.person_id)
        chosen = uow.session.get_one(DirectoryPerson, (mentor or team.mentor).person_id)
        plan = uow.session.get_one(MentoringPlan, team.plan_id)
        made = propose(uow, mentee, chosen, plan, actor=SYSTEM, now=h.clock.now())
        uow.session.flush()
        if begin:
            confirm(uow, made, actor=SYSTEM, now=h.clock.now())
    return made.id


def load(h: Harness, mentorship_id: UUID) -> Mentorship:
    """Read a mentorship."""
    with h.read("training") as uow:
        found = uow.session.get_one(Mentorship, mentorship_id)
        uow.session.expunge_all()
    return found


def test_a_manager_pairs_from_the_best_suited_and_it_begins_at_once(h: Harness) -> None:
    team = make_team(h)
    browser = h.client(Role.MANAGER, person_id=team.manager)
    assert "新人" in assert_page(browser.get(f"{URL}/team"), title="Mentoring in my team")
    page = f"{URL}/pair/{team.mentee.person_id}"
    text = assert_page(browser.get(page), title="A mentor for 新人")
    assert "Same product line · Same region" in text
    assert "赵敏" not in text.split("<form")[-1]
    fields = {"mentor_id": str(team.mentor.person_id), "plan_id": str(team.plan_id)}
    sent = browser.submit(page, fields)
    assert sent.status_code == 303
    mine = h.client(Role.REP, person_id=team.mentee.person_id)
    assert "导师" in assert_page(mine.get(URL), title="Mentoring")
    assert "First" in assert_page(mine.get(sent.headers["Location"]))
    again = assert_page(browser.submit(page, fields), status=422)
    assert "has a mentor already" in again


def test_a_trainers_proposal_waits_for_the_manager_who_may_decline(h: Harness) -> None:
    team = make_team(h)
    body = {
        "mentee_id": str(team.mentee.person_id),
        "mentor_id": str(team.mentor.person_id),
        "plan_id": str(team.plan_id),
    }
    trainer, manager = h.api(Role.TRAINER), h.api(Role.MANAGER, person_id=team.manager)
    made = trainer.post(API, json=body)
    assert made.status_code == 201
    one = f"{API}/{made.json['id']}"
    assert made.json["status"] == "proposed"
    assert trainer.post(f"{one}/confirm").status_code == 403
    stranger = h.api(Role.MANAGER, person_id=hire(h, position="supervisor").person_id)
    assert stranger.post(f"{one}/confirm").status_code == 404
    assert manager.post(f"{one}/end", json={"reason": "other"}).status_code == 409
    assert manager.post(f"{one}/end", json={"reason": "declined"}).json["status"] == "ended"
    again = trainer.post(API, json=body).json["id"]
    assert manager.post(f"{API}/{again}/confirm").json["started_on"] == "2026-09-21"
    assert manager.post(f"{API}/{again}/confirm").status_code == 409


def test_a_mentor_takes_no_more_than_the_limit_also_when_two_are_confirmed(h: Harness) -> None:
    team = make_team(h)
    second = hire(h, manager_id=team.manager, hired_on=date(2026, 9, 1))
    first_id = pair(h, team, begin=False)
    with h.write("training") as uow:
        set_limit(uow, team.mentor.person_id, 1, actor=ACTOR, now=h.clock.now())
    with h.write("training") as uow:
        mentor = uow.session.get_one(DirectoryPerson, team.mentor.person_id)
        mentee = uow.session.get_one(DirectoryPerson, second.person_id)
        plan = uow.session.get_one(MentoringPlan, team.plan_id)
        with pytest.raises(Conflict, match="has 1 mentees already"):
            propose(uow, mentee, mentor, plan, actor=SYSTEM, now=h.clock.now())
        set_limit(uow, team.mentor.person_id, 0, actor=ACTOR, now=h.clock.now())
        uow.session.flush()
        with pytest.raises(Conflict):
            confirm(uow, uow.session.get_one(Mentorship, first_id), actor=SYSTEM, now=h.clock.now())
    trainer = h.client(Role.TRAINER)
    bad = {"employee_no": "nobody", "most": "2"}
    assert "Nobody on the roster" in assert_page(trainer.submit(f"{URL}/overview", bad), status=422)
    good = {"employee_no": team.mentor.employee_no, "most": "2"}
    assert trainer.submit(f"{URL}/overview", good).status_code == 303


def test_notes_and_visits_are_read_by_the_two_and_the_mentees_own_manager_only(
    h: Harness, tmp_path: Path
) -> None:
    team = make_team(h)
    one = f"{URL}/{pair(h, team)}"
    mentor = h.client(Role.REP, person_id=team.mentor.person_id)
    assert mentor.submit(f"{one}/notes", {"body": "悄悄话"}, form_of=one).status_code == 303
    visit = {"visited_on": "2026-09-20", "customer": "public_hospital", "goal": "目标甲", "outcome": "结果乙"}
    assert mentor.submit(f"{one}/visits", visit, form_of=one).status_code == 303
    ahead = mentor.submit(f"{one}/visits", visit | {"visited_on": "2026-10-01"}, form_of=one)
    assert "once it has taken place" in assert_page(ahead, status=422)
    with h.read("training") as uow:
        above = uow.session.get_one(DirectoryPerson, team.manager).manager_id
    readers = [
        (mentor, True),
        (h.client(Role.REP, person_id=team.mentee.person_id), True),
        (h.client(Role.MANAGER, person_id=team.manager), True),
        (h.client(Role.REP, person_id=team.manager), None),
        (h.client(Role.MANAGER, person_id=above), False),
        (h.client(Role.TRAINER), False),
        (h.client(Role.AUDITOR), False),
        (h.client(Role.COMPLIANCE), False),
        (h.client(Role.REP, person_id=team.other.person_id), None),
    ]
    for browser, reads in readers:
        response = browser.get(one)
        if reads is None:
            assert response.status_code == 404
            continue
        text = assert_page(response)
        for secret in ("悄悄话", "目标甲", "结果乙"):
            assert (secret in text) is reads
    refused = h.client(Role.TRAINER)
    assert refused.submit(f"{one}/notes", {"body": "x"}, form_of=f"{URL}/plans/new").status_code == 404
    key = load_or_create_key(h.settings.key_dir, "training")
    target = tmp_path / "export.zip"
    database = h.suite.databases["training"]
    export_log(database, target, service="training", audited_models=list(SERVICE.audited), key=key)
    with zipfile.ZipFile(target) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            for secret in ("悄悄话", "目标甲", "结果乙"):
                assert secret.encode() not in content
                assert secret.encode("unicode_escape") not in content


def test_both_sign_off_and_the_checklist_of_the_course_is_met(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = make_team(h)
    mentorship_id = pair(h, team)
    met: list[tuple[Any, ...]] = []
    monkeypatch.setattr(commands, "satisfy_part", lambda uow, *args, actor, now: met.append(args))
    mentee = h.api(Role.REP, person_id=team.mentee.person_id)
    mentor = h.api(Role.REP, person_id=team.mentor.person_id)
    manager = h.api(Role.MANAGER, person_id=team.manager)
    one = f"{API}/{mentorship_id}"
    assert mentor.post(f"{one}/sign", json={"signer": "mentor"}).status_code == 409
    assert mentee.post(f"{one}/tick", json={"item": "1.1"}).json["done"] == 1
    assert mentor.post(f"{one}/tick", json={"item": "2.1"}).json["done"] == 2
    assert mentee.post(f"{one}/tick", json={"item": "2.1", "done": False}).json["done"] == 1
    assert mentor.post(f"{one}/tick", json={"item": "2.1"}).json["plan"][1]["ticked_by"] == str(
        team.mentor.person_id
    )
    assert manager.post(f"{one}/tick", json={"item": "1.1"}).status_code == 404
    assert mentee.post(f"{one}/sign", json={"signer": "manager"}).status_code == 404
    assert mentor.post(f"{one}/sign", json={"signer": "manager"}).status_code == 404
    assert mentor.post(f"{one}/sign", json={"signer": "mentor"}).json["status"] == "active"
    assert met == []
    assert mentee.post(f"{one}/tick", json={"item": "1.1", "done": False}).status_code == 409
    browser = h.client(Role.MANAGER, person_id=team.manager)
    assert "Sign off the next one" in assert_page(browser.get(f"{URL}/team"))
    assert browser.submit(f"{URL}/{mentorship_id}/sign", form_of=f"{URL}/{mentorship_id}").status_code == 303
    assert load(h, mentorship_id).status is MentorshipStatus.COMPLETED
    assert met == [(team.mentee.person_id, team.course_id, PartKind.CHECKLIST, str(mentorship_id))]
    with h.read("training") as uow:
        both = [uow.session.get_one(DirectoryPerson, one.person_id) for one in (team.mentee, team.mentor)]
        known = [facts_for(uow.session, one, team.plan_id, h.clock.now()).mentored for one in both]
    assert [one is not None and one.by for one in known] == [team.mentor.person_id, False]
    mine = h.client(Role.REP, person_id=team.mentee.person_id)
    page = f"{URL}/{mentorship_id}"
    assert mine.submit(f"{page}/feedback", {"rating": "6"}, form_of=page).status_code == 422
    assert mine.submit(f"{page}/feedback", {"rating": "5"}, form_of=page).status_code == 303
    assert "5 of 5" in assert_page(h.client(Role.REP, person_id=team.mentor.person_id).get(URL))


def test_when_the_mentor_leaves_the_next_one_takes_over_plan_ticks_and_notes(h: Harness) -> None:
    team = make_team(h)
    first = pair(h, team)
    page = f"{URL}/{first}"
    mentee = h.client(Role.REP, person_id=team.mentee.person_id)
    assert mentee.submit(f"{page}/tick", {"item": "1.1"}, form_of=page).status_code == 303
    assert mentee.submit(f"{page}/notes", {"body": "留给下一位"}, form_of=page).status_code == 303
    h.clock.advance(timedelta(days=10))
    change(h, replace(team.mentor, left_on=date(2026, 9, 30)), left=True)
    ended = load(h, first)
    assert (ended.status, ended.end_reason) == (MentorshipStatus.ENDED, EndReason.MENTOR_LEFT)
    manager = h.client(Role.MANAGER, person_id=team.manager)
    assert "Choose a mentor for 新人" in assert_page(manager.get(f"{URL}/team"))
    pair_page = f"{URL}/pair/{team.mentee.person_id}"
    assert "Takes over from 导师" in assert_page(manager.get(pair_page))
    h.clock.advance(timedelta(days=4))
    manager = h.client(Role.MANAGER, person_id=team.manager)  # A session does not last as long.
    fields = {"mentor_id": str(team.other.person_id), "plan_id": str(team.plan_id)}
    sent = manager.submit(pair_page, fields)
    second = load(h, UUID(sent.headers["Location"].rsplit("/", 1)[-1]))
    assert second.thread_id == first
    assert second.started_on == date(2026, 9, 21) + timedelta(days=4)
    text = assert_page(h.client(Role.REP, person_id=team.other.person_id).get(sent.headers["Location"]))
    assert "留给下一位" in text
    with h.read("training") as uow:
        assert len(commands.ticks_of(uow.session, second.thread_id)) == 1
    former = h.client(Role.REP, person_id=team.mentor.person_id)
    assert "留给下一位" not in assert_page(former.get(page))


def test_on_the_last_day_a_mentor_is_still_one_and_the_next_morning_no_more(h: Harness) -> None:
    team = make_team(h)
    mentorship_id = pair(h, team)
    change(h, replace(team.mentor, left_on=date(2026, 9, 21)), left=True)
    assert load(h, mentorship_id).status is MentorshipStatus.ACTIVE
    h.clock.advance(timedelta(days=1))
    with h.write("training") as uow:
        enqueue(uow, LEAVERS_JOB, {}, now=h.clock.now(), created_by=SYSTEM)
    h.suite.runner.run_due("training")
    assert load(h, mentorship_id).end_reason is EndReason.MENTOR_LEFT


def test_a_mentee_who_leaves_ends_it_and_nobody_is_asked_for_another_mentor(h: Harness) -> None:
    team = make_team(h)
    mentorship_id = pair(h, team)
    change(h, replace(team.mentee, left_on=date(2026, 9, 20)), left=True)
    assert load(h, mentorship_id).end_reason is EndReason.MENTEE_LEFT
    text = assert_page(h.client(Role.MANAGER, person_id=team.manager).get(f"{URL}/team"))
    assert "Everybody who is new has a mentor" in text


def test_a_mentorship_exists_for_its_people_and_those_above_alone(h: Harness) -> None:
    team = make_team(h)
    pair(h, team)
    seen = {
        team.mentee.person_id: 1,
        team.mentor.person_id: 1,
        team.other.person_id: 0,
    }
    for person_id, count in seen.items():
        assert len(h.api(Role.REP, person_id=person_id).get(API).json["items"]) == count
    assert len(h.api(Role.MANAGER, person_id=team.manager).get(API).json["items"]) == 1
    assert len(h.api(Role.TRAINER).get(f"{API}?status=active").json["items"]) == 1
    assert h.api(Role.TRAINER).get(f"{API}?status=ended").json["items"] == []
    assert "导师" in assert_page(h.client(Role.TRAINER).get(f"{URL}/overview"), title="All mentorships")


def test_a_plan_is_changed_for_mentorships_to_come_and_mistakes_keep_what_was_typed(h: Harness) -> None:
    team = make_team(h)
    mentorship_id = pair(h, team)
    trainer = h.client(Role.TRAINER)
    page = f"{URL}/plans/{team.plan_id}"
    fields = {"title_zh": "新", "title_en": "New", "zh": "# 1\n- 只此一项", "en": "# 1", "course_id": ""}
    assert "只此一项" in assert_page(trainer.submit(page, fields), status=422)
    assert trainer.submit(page, fields | {"en": "# 1\n- Just this"}).status_code == 303
    assert len(load(h, mentorship_id).plan) == 2
    taken = fields | {"en": "# 1\n- Just this", "code": "onboarding"}
    assert "code already" in assert_page(trainer.submit(f"{URL}/plans/new", taken), status=422)
    assert trainer.submit(f"{URL}/plans/new", taken | {"code": "short"}).status_code == 303


def test_a_list_of_many_asks_as_often_as_a_list_of_one(h: Harness) -> None:
    team = make_team(h)
    pair(h, team)
    trainer = h.client(Role.TRAINER)
    asked: list[str] = []
    event.listen(h.suite.databases["training"].engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    def count() -> int:
        asked.clear()
        assert_page(trainer.get(f"{URL}/overview"))
        return len(asked)

    one = count()
    for _ in range(2):
        team.mentee = hire(h, manager_id=team.manager, hired_on=date(2026, 9, 1))
        mentorship_id = pair(h, team)
        with h.write("training") as uow:
            mentorship = uow.session.scalars(select(Mentorship).where(Mentorship.id == mentorship_id)).one()
            tick_item(
                uow, mentorship, "1.1", person_id=team.mentor.person_id, actor=SYSTEM, now=h.clock.now()
            )
    assert count() == one
