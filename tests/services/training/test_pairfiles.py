"""Mentorships from a file, and telling of those who have no mentor: on both engines, the pages on one."""

import io
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from services.training.assigning.commands import assign_one
from services.training.courses.seed import seed_field_course
from services.training.mentoring.models import Mentorship
from services.training.mentoring.rules import MentorshipStatus
from services.training.mentorless.commands import MENTORLESS_JOB
from services.training.notices.models import Notice
from services.training.pairfiles.commands import apply_lines, read_file
from services.training.pairfiles.rules import Outcome
from shared.core.principals import SYSTEM, Role
from shared.core.zones import local_date
from shared.directory import DirectoryPerson
from shared.jobs import enqueue
from shared.messages.people import PersonSnapshot
from tests.harness import Harness, assert_page
from tests.services.training.factories import ACTOR, hire
from tests.services.training.test_mentoring import make_team, pair

HERE = "/training/mentoring/file"


def written(*lines: tuple[str, ...]) -> bytes:
    """Return a file as people write it."""
    head = ("学员工号", "导师工号", "计划代码", "开始日期", "截止日期")
    return "\n".join(",".join(one) for one in (head, *lines)).encode()


def test_what_a_file_says_has_begun_on_the_day_it_says_and_the_same_file_again_changes_nothing(
    h: Harness,
) -> None:
    team = make_team(h)
    start, due = (
        local_date(h.clock.now()) - timedelta(days=10),
        local_date(h.clock.now()) + timedelta(days=30),
    )
    numbers = (team.mentee.employee_no, team.mentor.employee_no)
    data = written(
        (*numbers, "onboarding", str(start), str(due)), ("nobody", numbers[1], "onboarding", str(start), "")
    )
    outcomes = []
    for _ in range(2):
        with h.write("training") as uow:
            lines = read_file(uow, data, "pairs.csv", h.principal(Role.TRAINER), now=h.clock.now(), lock=True)
            outcomes.append([one.outcome for one in lines])
            apply_lines(uow, lines, by=ACTOR, now=h.clock.now())
    assert outcomes == [[Outcome.NEW, Outcome.ERROR], [Outcome.SAME, Outcome.ERROR]]
    with h.read("training") as uow:
        (made,) = uow.session.scalars(select(Mentorship))
        assert (made.status, made.started_on, made.due_on) == (MentorshipStatus.ACTIVE, start, due)
        assert made.mentor_id == team.mentor.person_id
    told = [one.type for one in h.events("training") if "mentorship" in one.type]
    assert told == ["training.mentorship.proposed.v1", "training.mentorship.confirmed.v1"]


def ask_field_work(h: Harness, person: PersonSnapshot, due_on: date) -> None:
    """Ask of somebody what is learned with a mentor."""
    with h.write("training") as uow:
        course = seed_field_course(uow, actor=SYSTEM, now=h.clock.now())
        uow.session.flush()  # Its published version is looked for.
        mentee = uow.session.get_one(DirectoryPerson, person.person_id)
        assign_one(uow, mentee, course, due_on, None, actor=SYSTEM, now=h.clock.now())


def tell(h: Harness) -> list[tuple[object, int | None]]:
    """Let the day's job run; return who was told so far, and at which stage."""
    with h.write("training") as uow:
        enqueue(uow, MENTORLESS_JOB, {}, now=h.clock.now(), created_by="system")
    h.suite.runner.run_due("training")
    with h.read("training") as uow:
        rows = uow.session.scalars(select(Notice).where(Notice.kind == "mentor_missing"))
        return sorted(((one.person_id, one.stage) for one in rows), key=str)


def test_manager_and_trainers_are_told_once_a_stage_of_a_mentee_without_a_mentor(h: Harness) -> None:
    manager, trainer = hire(h, position="supervisor"), hire(h, position="training")
    mentee = hire(h, manager_id=manager.person_id)
    today = local_date(h.clock.now())
    ask_field_work(h, mentee, today + timedelta(days=20))
    assert tell(h) == []
    h.clock.advance(timedelta(days=6))
    readers = (manager.person_id, trainer.person_id)
    first = sorted(((one, -14) for one in readers), key=str)
    assert tell(h) == first
    assert tell(h) == first
    h.clock.advance(timedelta(days=14))
    both = sorted((*first, *((one, 0) for one in readers)), key=str)
    assert tell(h) == both
    h.clock.advance(timedelta(days=30))
    assert tell(h) == both


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_whoever_has_a_mentor_is_not_told_of_and_the_notice_leads_to_choosing_one(h: Harness) -> None:
    team = make_team(h)
    other = hire(h, manager_id=team.manager, name="无导师")
    due_on = local_date(h.clock.now()) + timedelta(days=10)
    for person in (team.mentee, other):
        ask_field_work(h, person, due_on)
    pair(h, team, begin=False)
    assert tell(h) == [(team.manager, -14)]
    manager = h.client(Role.MANAGER, person_id=team.manager)
    assert "无导师" in assert_page(manager.get("/training/mentoring/team"))
    text = assert_page(manager.get("/training/notices"))
    assert "无导师 has no mentor yet" in text
    assert f"/training/mentoring/pair/{other.person_id}" in text


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_trainer_hands_in_a_file_reads_what_it_comes_to_and_lets_it_begin(h: Harness) -> None:
    team = make_team(h)
    trainer = h.client(Role.TRAINER)
    start = str(local_date(h.clock.now()))
    data = written(
        (team.mentee.employee_no, team.mentor.employee_no, "onboarding", start, ""),
        (team.other.employee_no, "nobody", "onboarding", start, ""),
    )
    url = f"{HERE}/preview"
    missing = trainer.submit(url, {}, form_of=HERE)
    assert "Please choose a file" in assert_page(missing, status=422)
    page = assert_page(trainer.submit(url, {"file": (io.BytesIO(data), "pairs.csv")}, form_of=HERE))
    assert "Nothing has been changed yet" in page
    assert "No mentor here has this employee number" in page
    with h.read("training") as uow:
        assert uow.session.scalars(select(Mentorship)).all() == []
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
    assert found is not None
    fields = {"sha256": found[1], "name": "pairs.csv"}
    assert trainer.submit(HERE, fields, form_of=HERE).status_code == 303
    assert "新人" in assert_page(trainer.get("/training/mentoring/overview"))
    assert trainer.submit(HERE, {"sha256": "0" * 64, "name": "x"}, form_of=HERE).status_code == 422
    assert "Mentee" in trainer.get(f"{HERE}/template.csv").text
    assert h.client(Role.MANAGER, person_id=team.manager).get(HERE).status_code in (403, 404)
