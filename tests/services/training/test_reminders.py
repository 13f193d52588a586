"""Reminders and mail: never twice for the same thing, whoever runs at once and whatever breaks off."""

import threading
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from services.training.handlers import REMINDERS_JOB
from services.training.notices.models import Notice
from services.training.notices.queries import count_unread
from services.training.reminders.commands import send_chunk
from shared.core.principals import Role
from shared.core.zones import local_date
from shared.jobs import enqueue
from shared.mail import MailStatus, OutgoingMail
from tests.harness import Harness
from tests.services.training.factories import create_active, hire, open_assignment, take
from tests.shared.mail.conftest import Postbox


def run_reminders(h: Harness) -> list[str]:
    """Let the day's job run; return the kinds of all notices so far."""
    with h.write("training") as uow:
        enqueue(uow, REMINDERS_JOB, {}, now=h.clock.now(), created_by="system")
    h.suite.runner.run_due("training")
    return [one.message().kind for one in h.events("training", "training.notice.given.v1")]


def test_each_stage_reminds_once_however_often_the_job_runs_and_the_last_one_every_week(h: Harness) -> None:
    create_active(h)
    boss = hire(h, hired_on=open_day(h))
    person = hire(h, manager_id=boss.person_id, hired_on=open_day(h))
    take(h, open_assignment(h, boss.person_id).id)
    assert run_reminders(h) == []
    due, late = ["due"], ["overdue", "team_overdue"]
    expected: list[str] = []
    # Due 30 days from now.
    for days, kinds in ((16, due), (11, due), (4, late), (6, late), (6, []), (1, late), (7, late)):
        h.clock.advance(timedelta(days=days))
        expected += kinds
        assert run_reminders(h) == expected
        assert run_reminders(h) == expected
    told = h.events("training", "training.notice.given.v1")
    assert {one.person_id for one in told if one.message().kind == "team_overdue"} == {boss.person_id}
    assert {one.person_id for one in told if one.message().kind == "overdue"} == {person.person_id}


def test_more_time_begins_the_reminders_anew_and_what_is_done_has_none(h: Harness) -> None:
    create_active(h)
    person = hire(h, hired_on=open_day(h))
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=40))
    assert run_reminders(h) == []
    h.clock.advance(timedelta(days=320))
    assert run_reminders(h) == ["due"]


def test_two_workers_at_once_remind_everybody_once(h: Harness) -> None:
    create_active(h)
    for _ in range(25):
        hire(h)
    h.clock.advance(timedelta(days=42))
    database, failures = h.suite.databases["training"], []

    def work() -> None:
        try:
            with database.write() as uow:
                send_chunk(uow, now=h.clock.now())
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert run_reminders(h) == ["overdue"] * 25
    with h.read("training") as uow:
        assert uow.session.scalar(select(func.count()).select_from(Notice)) == 25


def test_there_is_one_mail_a_person_and_day_in_their_language_with_all_of_it(
    mailing: Harness, postbox: Postbox
) -> None:
    h = mailing
    create_active(h, courses=("a", "b"))
    person = hire(h, email="li.wei@company.example", hired_on=open_day(h))
    hire(h, email="", hired_on=open_day(h))
    h.clock.advance(timedelta(days=17))
    run_reminders(h)
    run_reminders(h)
    (mail,) = postbox.taken
    assert mail["To"] == "li.wei@company.example"
    assert mail["Subject"] == "培训提醒：您有 2 条通知"
    plain = next(mail.iter_parts()).get_content()  # type: ignore[attr-defined]
    assert plain.count("http://localhost/training/assignments/") == 2
    browser = h.client(Role.REP, person_id=person.person_id)
    assert browser.submit("/training/notices/preference", {"locale": "en", "by_mail": "1"},
                          form_of="/training/notices").status_code == 303  # fmt: skip
    h.clock.advance(timedelta(days=11))
    run_reminders(h)
    assert postbox.taken[1]["Subject"] == "Training: 2 notices for you"
    browser = h.client(Role.REP, person_id=person.person_id)
    browser.submit("/training/notices/preference", {"locale": "en"}, form_of="/training/notices")
    h.clock.advance(timedelta(days=5))
    run_reminders(h)
    assert len(postbox.taken) == 2


def test_a_crash_between_sending_and_commit_sends_nothing_twice(mailing: Harness, postbox: Postbox) -> None:
    h = mailing
    create_active(h)
    hire(h, email="li.wei@company.example", hired_on=open_day(h))
    h.clock.advance(timedelta(days=17))
    postbox.hang_up = True  # The server has it, and the worker hears nothing more.
    run_reminders(h)
    postbox.hang_up = False
    assert len(postbox.taken) == 1
    h.clock.advance(timedelta(hours=2))
    run_reminders(h)
    assert len(postbox.taken) == 1
    with h.read("training") as uow:
        assert list(uow.session.scalars(select(OutgoingMail.status))) == [MailStatus.UNKNOWN]


def test_without_a_mail_server_people_are_told_in_the_suite_and_that_is_all(h: Harness) -> None:
    create_active(h)
    person = hire(h, email="li.wei@company.example", hired_on=open_day(h))
    h.clock.advance(timedelta(days=17))
    assert run_reminders(h) == ["due"]
    with h.read("training") as uow:
        assert uow.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0
        assert count_unread(uow.session, person.person_id) == 1


def unread(h: Harness, person_id: UUID) -> int:
    with h.read("training") as uow:
        return count_unread(uow.session, person_id)


def open_day(h: Harness) -> date:
    """Today, so that what is asked within 30 days of hire is due in 30."""
    return local_date(h.clock.now())
