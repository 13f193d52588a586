"""What people are told about their bookings also comes by mail, with a file that keeps their calendar true."""

from datetime import timedelta
from email.message import Message
from uuid import UUID

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select, true

from services.training.bookings.commands import MAIL_JOB, cancel_booking, cancel_session, edit_session
from services.training.bookings.models import BookingNotice
from services.training.bookings.queries import get_booking
from services.training.bookings.rules import Channel
from services.training.handlers import SESSIONS_JOB
from shared.core.principals import Role
from shared.jobs import enqueue
from tests.harness import Harness
from tests.services.training.factories import ACTOR
from tests.services.training.session_factories import ask, create_session, make_details
from tests.shared.mail.conftest import Postbox

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def post(h: Harness, postbox: Postbox) -> list[Message]:
    """Let what is due be sent, and return what came since the last time."""
    postbox.taken.clear()
    h.suite.runner.run_due("training")
    return list(postbox.taken)


def attached(mail: Message) -> tuple[str, Event] | None:
    """Return the method and the event of the calendar file that came with a mail."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            (event,) = calendar.walk("VEVENT")
            assert part.get_param("method") == calendar["METHOD"]
            return str(calendar["METHOD"]), event
    return None


def words(mail: Message) -> str:
    """Return a mail's plain text."""
    (plain,) = [one for one in mail.walk() if one.get_content_type() == "text/plain"]
    return str(plain.get_content())  # type: ignore[attr-defined]


def give_up(h: Harness, booking_id: UUID) -> None:
    with h.write("training") as uow:
        found = get_booking(uow.session, booking_id, true())
        cancel_booking(uow, found, Channel.TRAINER, actor=ACTOR, now=h.clock.now())


def test_a_booking_is_followed_by_mail_from_sign_up_to_cancellation_as_one_event_of_the_calendar(
    mailing: Harness, postbox: Postbox
) -> None:
    h, now = mailing, mailing.clock.now()
    session_id = create_session(h, link="https://meet.example/1")
    first, second = h.person(email="wang@company.example"), h.person(email="li.wei@company.example")
    held = ask(h, session_id, first, Channel.MANAGER)
    (mail,) = post(h, postbox)
    assert (mail["To"], mail["Subject"]) == ("wang@company.example", "已为您报名《可吸收支架新进展》")
    assert "2026-09-24 10:00–12:00，临床专家：韩教授" in words(mail)
    found = attached(mail)
    assert found is not None
    assert (found[0], found[1]["STATUS"], found[1]["ATTENDEE"]) == (
        *("REQUEST", "CONFIRMED"),
        "mailto:wang@company.example",
    )
    ask(h, session_id, second, Channel.MANAGER)
    (mail,) = post(h, postbox)
    assert mail["Subject"] == "已将您列入《可吸收支架新进展》的候补名单"
    assert "meet.example" not in mail.as_string() + words(mail)
    give_up(h, held)
    off, up = sorted(post(h, postbox), key=lambda one: one["To"], reverse=True)
    assert off["Subject"] == "您在《可吸收支架新进展》的报名已被取消"
    events = {}
    for one in (off, up):
        found = attached(one)
        assert found is not None
        events[one["To"]] = (found[0], found[1]["UID"], found[1]["SEQUENCE"])
    uid = f"session-{session_id}@localhost"
    assert events == {
        "wang@company.example": ("CANCEL", uid, 1),
        "li.wei@company.example": ("REQUEST", uid, 1),
    }
    assert "https://meet.example/1" in words(up)
    with h.write("training") as uow:
        edit_session(uow, session_id, make_details(now, place="上海 302"), actor=ACTOR, now=now)
    (mail,) = post(h, postbox)
    found = attached(mail)
    assert found is not None
    assert (found[0], found[1]["SEQUENCE"], found[1]["LOCATION"]) == ("REQUEST", 2, "上海 302")
    with h.write("training") as uow:
        cancel_session(uow, session_id, "讲师临时有手术", actor=ACTOR, now=now)
    (mail,) = post(h, postbox)
    found = attached(mail)
    assert found is not None
    assert (found[0], found[1]["UID"], found[1]["SEQUENCE"]) == ("CANCEL", uid, 4)
    assert "讲师临时有手术" in words(mail)


def test_the_reminder_of_the_day_before_is_mailed_once_and_without_a_file(
    mailing: Harness, postbox: Postbox
) -> None:
    h = mailing
    session_id = create_session(h, starts_at=h.clock.now() + timedelta(days=1))
    ask(h, session_id, h.person(email="li.wei@company.example"))
    assert post(h, postbox) == []
    for expected in (["《可吸收支架新进展》即将开始"], []):
        with h.write("training") as uow:
            enqueue(uow, SESSIONS_JOB, {}, now=h.clock.now(), created_by="system")
        mails = post(h, postbox)
        assert [mail["Subject"] for mail in mails] == expected
        assert not any(attached(mail) for mail in mails)


def test_mail_is_in_the_readers_language_or_not_at_all_and_a_job_that_runs_again_sends_nothing_twice(
    mailing: Harness, postbox: Postbox
) -> None:
    h = mailing
    session_id = create_session(h, capacity=9)
    english, silent, nowhere = (h.person(email=one) for one in ("a@b.example", "c@d.example", ""))
    for person, form in ((english, {"locale": "en", "by_mail": "1"}), (silent, {"locale": "zh"})):
        browser = h.client(Role.REP, person_id=person.id)
        browser.submit("/training/notices/preference", form, form_of="/training/notices")
    for person in (english, silent, nowhere):
        ask(h, session_id, person, Channel.TRAINER)
    (mail,) = post(h, postbox)
    assert (mail["To"], mail["Subject"]) == ("a@b.example", "You were signed up for “New absorbable stents”")
    assert "Clinical expert: 韩教授" in words(mail)
    with h.write("training") as uow:
        told = list(uow.session.scalars(select(BookingNotice.id)))
        assert len(told) == 3
        enqueue(uow, MAIL_JOB, {"notice_ids": told}, now=h.clock.now(), created_by="system")
    assert post(h, postbox) == []
