"""The roll, the code on the screen, the door, feedback, cases and calendars: pages and rows, on both engines."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar
from PIL import Image
from sqlalchemy import true

from services.training.attendance.commands import call_roll, check_in, confirm_roll
from services.training.attendance.rules import Mark, make_code, step_of
from services.training.bookings.models import Booking
from services.training.bookings.queries import get_booking
from services.training.bookings.rules import BookingStatus, Presence
from services.training.feedback.commands import give_feedback
from services.training.feedback.rules import Answer
from services.training.parts.rules import PartKind
from services.training.seminars.commands import close_session, write_case
from services.training.seminars.queries import find_case
from services.training.sessions.models import TrainingSession
from services.training.sessions.queries import get_secret
from services.training.sessions.rules import Instructor, InstructorKind, SessionKind
from shared.core.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.core.text import LocalizedText
from shared.directory import DirectoryPerson
from tests.harness import Browser, Harness, assert_page
from tests.services.training.factories import ACTOR, create_published
from tests.services.training.session_factories import (
    ask,
    booking_of,
    create_session,
    session_of,
    statuses,
)

SOON = timedelta(days=3)


def roll(h: Harness, session_id: UUID, *marks: Mark, reason: str = "", take_back: int = 0) -> int:
    with h.write("training") as uow:
        now = h.clock.now()
        return call_roll(uow, session_id, marks, reason=reason, take_back=take_back, actor=ACTOR, now=now)


def confirm(h: Harness, session_id: UUID) -> None:
    with h.write("training") as uow:
        confirm_roll(uow, session_id, actor=ACTOR, now=h.clock.now())


def enter(h: Harness, session_id: UUID, person: DirectoryPerson) -> Booking:
    with h.write("training") as uow:
        found = uow.session.get_one(DirectoryPerson, person.id)
        return check_in(uow, session_id, found, actor=ACTOR, now=h.clock.now())


def code(h: Harness, session_id: UUID) -> str:
    with h.read("training") as uow:
        return make_code(get_secret(uow.session, session_id), session_id, step_of(h.clock.now()))


def test_the_roll_is_saved_changed_and_confirmed_and_whoever_was_not_marked_was_absent(h: Harness) -> None:
    session_id = create_session(h, capacity=3)
    first, second, third, waits = (ask(h, session_id, h.person()) for _ in range(4))
    with pytest.raises(Conflict):
        roll(h, session_id, Mark(first, Presence.PRESENT))
    h.clock.advance(SOON)
    assert roll(h, session_id, Mark(first, Presence.PRESENT), Mark(second, Presence.ABSENT)) == 2
    assert roll(h, session_id, Mark(first, Presence.PRESENT), Mark(second, Presence.LATE, 80)) == 1
    confirm(h, session_id)
    assert statuses(h, session_id) == ["attended", "attended", "absent", "cancelled"]
    assert (booking_of(h, second).minutes, booking_of(h, first).minutes) == (80, 120)
    (held,) = h.events("training", "training.session.held.v1")
    assert (held.message().attended, held.message().absent) == (2, 1)
    assert booking_of(h, waits).cancel_reason == "not_reached"
    assert booking_of(h, third).presence is Presence.ABSENT
    with pytest.raises(IllegalTransition):
        confirm(h, session_id)


def test_a_confirmed_roll_is_corrected_only_with_a_reason_and_each_correction_is_an_event(
    h: Harness,
) -> None:
    session_id = create_session(h)
    booking = ask(h, session_id, h.person())
    h.clock.advance(SOON)
    confirm(h, session_id)
    with pytest.raises(Conflict):
        roll(h, session_id, Mark(booking, Presence.PRESENT))
    assert roll(h, session_id, Mark(booking, Presence.PRESENT), reason="签到表漏签，已核实") == 1
    (corrected,) = h.events("training", "training.booking.corrected.v1")
    assert (corrected.message().before, corrected.message().presence) == ("absent", "present")
    assert booking_of(h, booking).correction == "签到表漏签，已核实"


def test_a_mark_for_somebody_of_another_session_is_refused(h: Harness) -> None:
    one, other = create_session(h), create_session(h)
    foreign = ask(h, other, h.person())
    h.clock.advance(SOON)
    with pytest.raises(NotFound):
        roll(h, one, Mark(foreign, Presence.PRESENT))


def test_at_the_door_a_booked_place_is_kept_a_quarter_of_an_hour_and_then_given_away_once(
    h: Harness,
) -> None:
    session_id = create_session(h)
    ask(h, session_id, h.person())
    walks_in, late = h.person(), h.person()
    h.clock.advance(SOON)
    with pytest.raises(Conflict):
        enter(h, session_id, walks_in)
    h.clock.advance(timedelta(minutes=15))
    enter(h, session_id, walks_in)
    enter(h, session_id, walks_in)
    with pytest.raises(Conflict):
        enter(h, session_id, late)
    assert statuses(h, session_id) == ["booked", "attended"]
    assert len(h.events("training", "training.booking.walked_in.v1")) == 1
    assert len(h.events("training", "training.booking.marked.v1")) == 1


def test_a_phone_scans_signs_in_and_is_on_the_roll(h: Harness) -> None:
    session_id, person = create_session(h), h.person()
    booking = ask(h, session_id, person)
    h.clock.advance(SOON)
    trainer = h.client(Role.TRAINER, locale="en")
    screen = trainer.get(f"/training/sessions/{session_id}/screen")
    assert_page(screen, title="Sign in to the session")
    assert 1 <= int(screen.headers["Refresh"]) <= 20
    phone = h.client(locale="en")
    scanned = phone.get(f"/training/check-in/{session_id}/{code(h, session_id)}")
    assert scanned.status_code == 303
    assert phone.get(scanned.location).location.startswith("/people/sign-in")
    # Signing in gives the same phone a session; what it scanned is still there.
    signed_in = h.client(Role.REP, person_id=person.id)
    signed_in.set_cookie("training_check_in", _cookie(scanned.headers), path="/training/")
    h.clock.advance(timedelta(minutes=2))
    assert "You are on the roll" in assert_page(signed_in.get(scanned.location))
    assert booking_of(h, booking).status is BookingStatus.ATTENDED
    assert booking_of(h, booking).marked_by == "code"
    assert_page(signed_in.get(scanned.location))
    assert len(h.events("training", "training.booking.marked.v1")) == 1


def test_a_code_that_is_old_forwarded_made_up_or_of_another_session_lets_nobody_in(h: Harness) -> None:
    session_id, other, person = create_session(h), create_session(h, capacity=5), h.person()
    booking = ask(h, session_id, person)
    h.clock.advance(SOON)
    good, phone = code(h, session_id), h.client(Role.REP, person_id=person.id, locale="en")

    def land(url: str) -> str:
        phone.get(url)
        return assert_page(phone.get(f"/training/sessions/{session_id}/check-in"), status=409)

    assert "Scan the code on the" in assert_page(
        phone.get(f"/training/sessions/{session_id}/check-in"), status=409
    )
    assert "not a code of this session" in land(f"/training/check-in/{session_id}/{code(h, other)}")
    assert "not a code of this session" in land(f"/training/check-in/{session_id}/1.made-up")
    h.clock.advance(timedelta(seconds=41))
    assert "This code has run out" in land(f"/training/check-in/{session_id}/{good}")
    phone.get(f"/training/check-in/{session_id}/{code(h, session_id)}")
    h.clock.advance(timedelta(minutes=6))
    assert "Scan the code on the" in land(f"/training/check-in/{other}/{code(h, other)}")
    assert booking_of(h, booking).status is BookingStatus.BOOKED


def _cookie(headers: object) -> str:
    found = re.search(r"training_check_in=([^;]+)", str(headers))
    assert found is not None
    return found[1].strip('"')


def _roll_form(browser: Browser, session_id: UUID, fields: dict[str, str]) -> str:
    url = f"/training/sessions/{session_id}/roll"
    return browser.submit(url, fields, form_of=url).get_data(as_text=True)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_an_instructor_calls_the_roll_of_their_own_session_and_of_no_other(h: Harness, locale: str) -> None:
    teacher, person, walks_in = h.person(name="宋博士"), h.person(), h.person()
    mine = create_session(
        h, capacity=2, instructor=Instructor(InstructorKind.RND, "宋博士", "研发中心", teacher.id)
    )
    other = create_session(h)
    booking = ask(h, mine, person)
    h.clock.advance(SOON)
    browser = h.client(Role.REP, person_id=teacher.id, locale=locale)
    assert browser.get(f"/training/sessions/{other}/roll").status_code == 404
    assert_page(browser.get(f"/training/sessions/{mine}/roll"))
    wrong = {f"presence-{booking}": "late", f"minutes-{booking}": "500", "then": "save"}
    assert "500" in _roll_form(browser, mine, wrong)
    assert booking_of(h, booking).presence is None
    added = browser.submit(
        f"/training/sessions/{mine}/roll/walk-in",
        {"employee_no": walks_in.employee_no},
        form_of=f"/training/sessions/{mine}/roll",
    )
    assert added.status_code == 303
    _roll_form(browser, mine, {f"presence-{booking}": "late", f"minutes-{booking}": "50", "then": "confirm"})
    assert statuses(h, mine) == ["attended", "attended"]
    assert session_of(h, mine).status == "held"
    assert_page(browser.get(f"/training/sessions/{mine}"))
    outsider = h.client(Role.REP, person_id=person.id, locale=locale)
    assert outsider.get(f"/training/sessions/{mine}/results").status_code == 404


def test_feedback_is_one_answer_each_from_those_who_were_there_and_shown_from_five_on(h: Harness) -> None:
    session_id = create_session(h, capacity=6)
    people = [h.person() for _ in range(6)]
    bookings = [ask(h, session_id, one) for one in people]
    h.clock.advance(SOON)
    roll(h, session_id, *[Mark(one, Presence.PRESENT) for one in bookings[:5]])
    confirm(h, session_id)
    url = f"/training/sessions/{session_id}/feedback"
    fields = {"content": "4", "instructor": "5", "relevance": "4", "comment": "案例很实用"}
    rep = h.client(Role.REP, person_id=people[0].id, locale="zh")
    assert rep.submit(url, {**fields, "content": "9"}).status_code == 422
    assert rep.submit(url, fields).status_code == 303
    assert rep.submit(url, {**fields, "content": "2"}).status_code == 303
    assert h.client(Role.REP, person_id=people[5].id).get(url).status_code == 409
    trainer = h.client(Role.TRAINER, locale="zh")
    assert "案例很实用" not in assert_page(trainer.get(f"/training/sessions/{session_id}/results"))
    for booking in bookings[1:5]:
        with h.write("training") as uow:
            give_feedback(
                uow,
                uow.session.get_one(TrainingSession, session_id),
                get_booking(uow.session, booking, true()),
                Answer(5, 5, 5),
                now=h.clock.now(),
            )
    text = assert_page(trainer.get(f"/training/sessions/{session_id}/results"))
    assert "案例很实用" in text
    assert "4.4" in text
    assert {one.actor for one in h.events("training", "training.session.feedback_given.v1")} == {"system"}


def test_a_case_seminar_is_closed_when_its_case_is_written_which_then_is_in_the_library(h: Harness) -> None:
    session_id = create_session(h, kind=SessionKind.CASE_SEMINAR)
    h.clock.advance(SOON)
    confirm(h, session_id)
    with pytest.raises(Conflict), h.write("training") as uow:
        close_session(uow, session_id, actor=ACTOR, now=h.clock.now())
    title = LocalizedText(zh="钙化病变一例", en="A calcified lesion")
    text = LocalizedText(zh="患者男性，六十余岁。", en="A man in his sixties.")
    with h.write("training") as uow:
        session = uow.session.get_one(TrainingSession, session_id)
        write_case(uow, session, title, text, [], actor=ACTOR, now=h.clock.now())
    with h.write("training") as uow:
        close_session(uow, session_id, actor=ACTOR, now=h.clock.now())
    with h.read("training") as uow:
        case = find_case(uow.session, session_id)
        assert case is not None
        assert case.entry_id is not None
        entry_id = case.entry_id
    (closed,) = h.events("training", "training.session.closed.v1")
    assert closed.message().entry_id == entry_id
    assert session_of(h, session_id).status == "closed"


def test_the_case_takes_a_file_that_only_those_who_see_the_session_can_fetch(h: Harness) -> None:
    session_id = create_session(h, kind=SessionKind.CASE_SEMINAR)
    trainer, url = h.client(Role.TRAINER, locale="zh"), f"/training/sessions/{session_id}/case"
    fields = {"title_zh": "病例", "title_en": "Case", "text_zh": "经过", "text_en": "What happened"}
    picture = b"\x89PNG\r\n\x1a\nnot a picture at all"
    refused = trainer.submit(url, {**fields, "file": (io.BytesIO(picture), "x.png")})
    assert "病例" in assert_page(refused, status=422)
    assert trainer.submit(url, {"title_zh": "病例"}).status_code == 422
    assert trainer.submit(url, {**fields, "file": (io.BytesIO(PNG), "影像.png")}).status_code == 303
    page = assert_page(trainer.get(f"/training/sessions/{session_id}"))
    link = re.search(r'href="(/training/sessions/[^"]+/case/files/[0-9a-f]{64})"', page)
    assert link is not None
    with trainer.get(link[1]) as answer:
        assert answer.data == PNG
    assert trainer.get(link[1][:-2] + "00").status_code == 404


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    return out.getvalue()


PNG = _png()


def test_a_booking_is_a_calendar_file_whose_event_is_replaced_and_taken_out_again(h: Harness) -> None:
    session_id, person = create_session(h), h.person()
    first = ask(h, session_id, h.person())
    booking = ask(h, session_id, person)
    rep = h.client(Role.REP, person_id=person.id)
    url = f"/training/bookings/{booking}.ics"

    def read() -> tuple[str, str, int]:
        answer = rep.get(url)
        assert answer.content_type.startswith("text/calendar")
        calendar = Calendar.from_ical(answer.data)
        (event,) = calendar.walk("VEVENT")
        return str(calendar["METHOD"]), str(event["STATUS"]), int(event["SEQUENCE"])

    assert read() == ("REQUEST", "TENTATIVE", 0)
    api = h.api(Role.TRAINER)
    assert api.post(f"/training/v1/bookings/{first}/cancel").status_code == 200
    assert read() == ("REQUEST", "CONFIRMED", 1)
    assert api.post(f"/training/v1/bookings/{booking}/cancel").status_code == 200
    assert read() == ("CANCEL", "CANCELLED", 2)
    ask(h, session_id, person)
    assert h.client(Role.REP, person_id=h.person().id).get(url).status_code == 404


def test_a_secret_address_serves_the_sessions_of_one_person_until_it_is_switched_off(h: Harness) -> None:
    session_id, person = create_session(h), h.person()
    ask(h, session_id, person)
    rep, nobody = h.client(Role.REP, person_id=person.id, locale="en"), h.client()
    page = rep.submit("/training/sessions/calendar")
    found = re.search(r"http://localhost(/training/calendar/[\w-]+\.ics)", assert_page(page))
    assert found is not None
    (event,) = Calendar.from_ical(nobody.get(found[1]).data).walk("VEVENT")
    assert str(session_id) in event["UID"]
    second = assert_page(rep.submit("/training/sessions/calendar"))
    assert found[1] not in second
    assert nobody.get(found[1]).status_code == 404
    again = re.search(r"http://localhost(/training/calendar/[\w-]+\.ics)", second)
    assert again is not None
    assert nobody.get(again[1]).status_code == 200
    rep.submit("/training/sessions/calendar/revoke", form_of="/training/sessions/calendar")
    assert nobody.get(again[1]).status_code == 404


def test_attendance_by_program_marks_and_confirms(h: Harness) -> None:
    session_id = create_session(h)
    booking = ask(h, session_id, h.person())
    h.clock.advance(SOON)
    api, url = h.api(Role.TRAINER), f"/training/v1/sessions/{session_id}/attendance"
    marks = {"marks": [{"booking_id": str(booking), "presence": "present"}]}
    assert api.put(url, json=marks).json == {"changed": 1}
    assert api.put(url, json=marks).json == {"changed": 0}
    assert api.post(f"{url}/confirm").json["status"] == "held"
    assert api.put(url, json={"marks": [{**marks["marks"][0], "minutes": 5}]}).status_code == 409
    assert h.api(Role.REP, person_id=h.person().id).put(url, json=marks).status_code == 404


def test_everybody_who_was_there_meets_the_sessions_part_of_the_course_once(
    h: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    with h.write("training") as uow:
        course, _ = create_published(uow, h.clock.now())
        course_id = course.id
    met: list[tuple[object, ...]] = []

    def satisfy(uow: object, *given: object, **named: object) -> None:
        met.append((*given, named["actor"], named["now"]))

    monkeypatch.setattr("services.training.attendance.commands.satisfy_part", satisfy)
    session_id, other = create_session(h, capacity=3, course_id=course_id), create_session(h)
    people = [h.person() for _ in range(3)]
    bookings = [ask(h, session_id, one) for one in people]
    h.clock.advance(SOON)
    confirm(h, other)
    roll(h, session_id, Mark(bookings[0], Presence.PRESENT), Mark(bookings[1], Presence.LATE, 60))
    assert met == []
    confirm(h, session_id)
    part = (course_id, PartKind.SESSION, str(session_id), ACTOR, h.clock.now())
    assert met == [(people[0].id, *part), (people[1].id, *part)]
    roll(h, session_id, Mark(bookings[2], Presence.PRESENT), reason="签到表漏签，已核实")
    roll(h, session_id, Mark(bookings[0], Presence.LATE, 90), reason="迟到半小时，已核实")
    assert met[2:] == [(people[2].id, *part)]


def test_a_session_for_a_course_that_nobody_can_take_yet_is_refused(h: Harness) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_session(h, course_id=new_id())
    assert "course_id" in refused.value.fields
