"""Mail over a real SMTP server: sent once, tried again when it was not taken, never when it may have been."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.core.clock import FixedClock
from shared.core.errors import InvalidInput
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs import Runner
from shared.mail import SEND_JOB, MailStatus, OutgoingMail, count_mail, find_by_key, queue_mail, send_mail
from shared.mail.commands import TRIES, claim
from tests.shared.mail.conftest import Postbox


def put(database: Database, now: datetime, **overrides: str) -> UUID | None:
    values = {
        "to": "li.wei@company.example",
        "subject": "2 门培训即将到期",
        "text": "请完成《反商业贿赂》。",
        "html": "<p>请完成《反商业贿赂》。</p>",
        "key": "digest/1/2026-09-21",
    }
    with database.write() as uow:
        return queue_mail(uow, **(values | overrides), now=now)


def state(database: Database, key: str = "digest/1/2026-09-21") -> OutgoingMail:
    with database.read() as uow:
        found = find_by_key(uow.session, key)
        assert found is not None
        uow.session.expunge(found)
        return found


def test_a_mail_arrives_in_both_forms_and_its_content_is_not_kept(
    database: Database, runner: Runner, postbox: Postbox, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    put(database, now)
    runner.run_due()
    (mail,) = postbox.taken
    assert mail["To"] == "li.wei@company.example"
    assert mail["From"] == "training@company.example"
    assert mail["Subject"] == "2 门培训即将到期"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.iter_parts()  # type: ignore[attr-defined]
    assert plain.get_content().strip() == "请完成《反商业贿赂》。"
    assert html.get_content().strip() == "<p>请完成《反商业贿赂》。</p>"
    kept = state(database)
    assert (kept.status, kept.text, kept.html, kept.attempts) == (MailStatus.SENT, "", "", 1)
    assert "反商业贿赂" not in caplog.text


def test_a_calendar_file_goes_with_it_as_what_its_method_says_and_is_not_kept_either(
    database: Database, runner: Runner, postbox: Postbox, now: datetime
) -> None:
    file = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:支架新进展\r\nEND:VCALENDAR\r\n"
    with database.write() as uow:
        queue_mail(uow, to="a@b.example", subject="s", text="t", html="h", key="k", now=now, calendar=file)
    runner.run_due()
    (mail,) = postbox.taken
    both, attached = mail.iter_parts()  # type: ignore[attr-defined]
    assert both.get_content_type() == "multipart/alternative"
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "CANCEL"
    assert attached.get_filename() == "session.ics"
    assert attached.get_payload(decode=True).decode() == file
    assert state(database, "k").calendar is None


def test_there_is_one_mail_for_one_key_however_often_it_is_asked_for(
    database: Database, runner: Runner, postbox: Postbox, now: datetime
) -> None:
    assert put(database, now) is not None
    assert put(database, now) is None
    runner.run_due()
    assert put(database, now) is None
    runner.run_due()
    assert len(postbox.taken) == 1


def test_a_header_cannot_be_injected(
    database: Database, runner: Runner, postbox: Postbox, now: datetime
) -> None:
    put(database, now, subject="Hello\r\nBcc: all@evil.example\r\n\r\nBody")
    runner.run_due()
    (mail,) = postbox.taken
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@evil.example Body"
    with pytest.raises(InvalidInput):
        put(database, now, to="a@b.example\r\nBcc: all@evil.example", key="other")


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_temporary_failure_is_tried_again_later_and_a_permanent_one_is_not(
    database: Database, runner: Runner, postbox: Postbox, clock: FixedClock, where: str
) -> None:
    answers = postbox.rcpt_answers if where == "rcpt" else postbox.answers
    answers += ["451 greylisted", "452 full"]
    put(database, clock.now())
    runner.run_due()
    assert (state(database).status, state(database).answer) == (MailStatus.QUEUED, "451")
    runner.run_due()
    assert state(database).attempts == 1
    clock.advance(timedelta(seconds=11))
    runner.run_due()
    assert (state(database).status, state(database).attempts) == (MailStatus.QUEUED, 2)
    clock.advance(timedelta(minutes=1))
    runner.run_due()
    assert state(database).status is MailStatus.SENT
    assert len(postbox.taken) == 1
    answers.append("550 nobody of that name")
    put(database, clock.now(), key="second")
    runner.run_due()
    assert (state(database, "second").status, state(database, "second").answer) == (MailStatus.REFUSED, "550")
    clock.advance(timedelta(days=1))
    runner.run_due()
    assert len(postbox.taken) == 1
    with database.read() as uow:
        assert count_mail(uow.session) == {MailStatus.SENT: 1, MailStatus.REFUSED: 1}


def test_what_was_cut_off_while_it_was_being_sent_is_not_sent_again(
    database: Database, runner: Runner, postbox: Postbox, now: datetime
) -> None:
    mail_id = put(database, now)
    assert mail_id is not None
    # As a worker that handed it over and died before it could say so.
    assert claim(database, mail_id) is not None
    runner.run_due()
    assert state(database).status is MailStatus.UNKNOWN
    assert postbox.taken == []


def test_a_connection_that_breaks_after_the_content_leaves_it_unknown_and_not_sent_twice(
    database: Database, runner: Runner, postbox: Postbox, clock: FixedClock
) -> None:
    postbox.hang_up = True
    put(database, clock.now())
    runner.run_due()
    assert len(postbox.taken) == 1
    assert state(database).status is MailStatus.UNKNOWN
    clock.advance(timedelta(days=2))
    runner.run_due()
    assert len(postbox.taken) == 1


def test_a_server_that_never_answers_is_given_up_after_half_a_day(
    database: Database, settings: Settings, clock: FixedClock
) -> None:
    object.__setattr__(settings, "smtp_url", "smtp://127.0.0.1:1")
    runner = Runner(settings, clock)
    runner.register("training", database, {SEND_JOB: send_mail})
    put(database, clock.now())
    for _ in range(TRIES):
        runner.run_due()
        clock.advance(timedelta(hours=2))
    assert (state(database).status, state(database).answer) == (MailStatus.REFUSED, "ConnectionRefusedError")
    runner.stop()


def test_two_workers_at_once_send_each_mail_once(
    database: Database, settings: Settings, postbox: Postbox, clock: FixedClock
) -> None:
    for number in range(12):
        put(database, clock.now(), key=str(number))
    runners = [Runner(settings, clock) for _ in range(2)]
    for one in runners:
        one.register("training", database, {SEND_JOB: send_mail})
    threads = [threading.Thread(target=one.run_due) for one in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for one in runners:
        one.stop()
    assert len(postbox.taken) == 12
    with database.read() as uow:
        statuses = set(uow.session.scalars(select(OutgoingMail.status)))
    assert statuses == {MailStatus.SENT}
