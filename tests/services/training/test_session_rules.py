"""What a session, a booking, a code and a calendar file may be: without a database."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.training.attendance.rules import (
    PLACE_KEPT_FOR,
    STEP,
    CodeVerdict,
    Mark,
    check_correction,
    check_door,
    judge_code,
    make_code,
    may_come_in,
    minutes_of,
    presence_at,
    seconds_left,
    step_of,
)
from services.training.bookings.rules import (
    BookingStatus,
    BookingStep,
    Channel,
    NoticeKind,
    Presence,
    check_may_book,
    check_may_cancel,
    first_status,
    moves_up,
)
from services.training.bookings.rules import next_status as next_booking
from services.training.calendars.rules import Appointment, Parties, as_feed, as_request
from services.training.feedback.rules import Answer, comments_of, summarise
from services.training.invitations.rules import Invitation, letter
from services.training.sessions.rules import (
    SessionStatus,
    SessionStep,
    Stage,
    check_details,
    concerns_calendars,
    hours,
    next_status,
    stage,
)
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.text import LocalizedText
from tests.services.training.session_factories import make_details

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)
PARTIES = Parties("training@company.example", "li.wei@company.example")
LEGAL = {
    ("planned", "edit"): "planned", ("open", "edit"): "open", ("planned", "open"): "open", ("open", "book"): "open",
    ("open", "mark"): "open", ("open", "hold"): "held", ("held", "correct"): "held", ("held", "close"): "closed",
    ("planned", "cancel"): "cancelled", ("open", "cancel"): "cancelled",
}  # fmt: skip
LEGAL_BOOKING = {
    ("waiting", "promote"): "booked", ("booked", "cancel"): "cancelled", ("waiting", "cancel"): "cancelled",
    ("booked", "attend"): "attended", ("waiting", "attend"): "attended", ("attended", "attend"): "attended",
    ("absent", "attend"): "attended", ("booked", "miss"): "absent", ("attended", "miss"): "absent",
    ("absent", "miss"): "absent",
}  # fmt: skip


def test_a_session_takes_the_listed_steps_and_no_others() -> None:
    for status, step in product(SessionStatus, SessionStep):
        if (status, step) in LEGAL:
            assert next_status(status, step) == LEGAL[status, step]
        else:
            with pytest.raises(IllegalTransition):
                next_status(status, step)


def test_a_booking_takes_the_listed_steps_and_no_others() -> None:
    for status, step in product(BookingStatus, BookingStep):
        if (status, step) in LEGAL_BOOKING:
            assert next_booking(status, step) == LEGAL_BOOKING[status, step]
        else:
            with pytest.raises(IllegalTransition):
                next_booking(status, step)


def test_full_under_way_and_over_are_seen_from_the_places_and_the_clock() -> None:
    start, end = NOW, NOW + timedelta(hours=1)
    before = start - timedelta(seconds=1)
    assert stage(SessionStatus.OPEN, start, end, 1, before) is Stage.OPEN
    assert stage(SessionStatus.OPEN, start, end, 0, before) is Stage.FULL
    assert stage(SessionStatus.OPEN, start, end, 0, start) is Stage.UNDER_WAY
    assert stage(SessionStatus.OPEN, start, end, 0, end) is Stage.OVER
    assert stage(SessionStatus.CANCELLED, start, end, 0, end) is Stage.CANCELLED


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title_en", {"title": LocalizedText(zh="课", en=" ")}),
        ("place", {"place": ""}),
        ("link", {"link": "javascript:alert(1)"}),
        ("starts_at", {"starts_at": NOW}),
        ("ends_at", {"ends_at": NOW}),
        ("ends_at", {"ends_at": NOW + timedelta(days=7)}),
        ("book_until", {"book_until": NOW + timedelta(days=4)}),
        ("cancel_until", {"cancel_until": NOW + timedelta(days=4)}),
        ("capacity", {"capacity": 0}),
        ("capacity", {"capacity": 1001}),
    ],
)
def test_a_session_that_cannot_be_is_refused_beside_its_field(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_details(make_details(NOW, **changes), NOW)
    assert field in refused.value.fields


def test_a_session_cannot_have_fewer_places_than_are_taken() -> None:
    check_details(make_details(NOW, capacity=3), NOW, booked=3)
    with pytest.raises(InvalidInput):
        check_details(make_details(NOW, capacity=2), NOW, booked=3)


def test_calendars_are_told_of_another_time_or_place_but_not_of_another_capacity() -> None:
    one = make_details(NOW)
    assert concerns_calendars(one, make_details(NOW, place="北京"))
    assert concerns_calendars(one, make_details(NOW, starts_at=NOW + timedelta(days=4)))
    assert not concerns_calendars(one, make_details(NOW, capacity=9))


def test_the_hours_are_those_of_the_company() -> None:
    assert hours(NOW, NOW + timedelta(minutes=90)) == "10:00–11:30"
    assert hours(NOW, NOW + timedelta(days=1)) == "10:00–10:00 (09-22)"


def test_one_books_until_the_deadline_and_a_trainer_until_it_begins() -> None:
    start = NOW + timedelta(days=1)
    with pytest.raises(Conflict):
        check_may_book(start, NOW, Channel.SELF, NOW)
    check_may_book(start, NOW, Channel.TRAINER, NOW)
    with pytest.raises(Conflict):
        check_may_book(start, start, Channel.TRAINER, start)


def test_one_withdraws_until_the_deadline_unless_the_place_came_after_it() -> None:
    start, deadline = NOW + timedelta(days=1), NOW
    with pytest.raises(Conflict):
        check_may_cancel(start, deadline, None, BookingStatus.BOOKED, Channel.SELF, NOW)
    with pytest.raises(Conflict):
        check_may_cancel(start, deadline, NOW - timedelta(hours=1), BookingStatus.BOOKED, Channel.SELF, NOW)
    check_may_cancel(start, deadline, NOW, BookingStatus.BOOKED, Channel.SELF, NOW)
    check_may_cancel(start, deadline, None, BookingStatus.WAITING, Channel.SELF, NOW)
    check_may_cancel(start, deadline, None, BookingStatus.BOOKED, Channel.TRAINER, NOW)
    with pytest.raises(Conflict):
        check_may_cancel(start, deadline, NOW, BookingStatus.BOOKED, Channel.SELF, start)


@given(
    st.integers(1, 4),
    st.lists(st.tuples(st.sampled_from(["book", "cancel", "raise"]), st.integers(0, 7)), max_size=40),
)
def test_the_waiting_list_is_first_come_first_served_whatever_happens(
    capacity: int, steps: list[tuple[str, int]]
) -> None:
    placed: list[int] = []
    waiting: list[int] = []
    turns: dict[int, int] = {}
    for turn, (step, who) in enumerate(steps):
        if step == "book" and who not in placed and who not in waiting:
            turns[who] = turn
            found = first_status(capacity, len(placed), len(waiting))
            (placed if found is BookingStatus.BOOKED else waiting).append(who)
        elif step == "cancel":
            placed = [one for one in placed if one != who]
            waiting = [one for one in waiting if one != who]
        elif step == "raise":
            capacity += who % 2
        up = list(moves_up(capacity, len(placed), waiting))
        placed += up
        waiting = waiting[len(up) :]
        assert len(placed) <= capacity
        assert not set(placed) & set(waiting)
        assert not waiting or len(placed) == capacity
        assert [turns[one] for one in waiting] == sorted(turns[one] for one in waiting)
        assert all(turns[one] < turns[other] for one in up for other in waiting)


@given(st.integers(0, 10**10), st.integers(0, 400))
def test_a_code_is_good_for_two_steps_and_never_again(at: int, later: int) -> None:
    secret, session_id, made = b"k" * 32, uuid4(), datetime.fromtimestamp(at, UTC)
    code = make_code(secret, session_id, step_of(made))
    read = made + timedelta(seconds=later)
    steps = step_of(read) - step_of(made)
    expected = CodeVerdict.GOOD if steps < 2 else CodeVerdict.STALE
    assert judge_code(secret, session_id, code, read) is expected
    assert 1 <= seconds_left(made) <= STEP.total_seconds()


@pytest.mark.parametrize("code", ["", "x", ".", "1.x", "-1.abc", "ffffffffffffffffffff.abc", "é.é"])
def test_what_was_never_a_code_is_wrong(code: str) -> None:
    assert judge_code(b"k" * 32, uuid4(), code, NOW) is CodeVerdict.WRONG


def test_a_code_of_another_session_of_another_secret_or_of_the_future_is_wrong() -> None:
    secret, one = b"k" * 32, uuid4()
    step = step_of(NOW)
    assert judge_code(secret, uuid4(), make_code(secret, one, step), NOW) is CodeVerdict.WRONG
    assert judge_code(secret, one, make_code(b"x" * 32, one, step), NOW) is CodeVerdict.WRONG
    assert judge_code(secret, one, make_code(secret, one, step + 1), NOW) is CodeVerdict.WRONG


def test_the_door_opens_half_an_hour_before_and_closes_at_the_end() -> None:
    start, end = NOW, NOW + timedelta(hours=1)
    check_door(start, end, start - timedelta(minutes=30))
    for at in (start - timedelta(minutes=31), end):
        with pytest.raises(Conflict):
            check_door(start, end, at)


def test_a_place_is_kept_for_a_quarter_of_an_hour_and_then_is_for_whoever_is_there() -> None:
    at_start = {"capacity": 2, "booked": 2, "attended": 0, "starts_at": NOW}
    assert not may_come_in(**at_start, now=NOW + PLACE_KEPT_FOR - timedelta(seconds=1))
    assert may_come_in(**at_start, now=NOW + PLACE_KEPT_FOR)
    assert not may_come_in(capacity=2, booked=0, attended=2, starts_at=NOW, now=NOW + PLACE_KEPT_FOR)


def test_whoever_comes_five_minutes_after_the_beginning_is_late() -> None:
    assert presence_at(NOW, NOW + timedelta(minutes=5)) is Presence.PRESENT
    assert presence_at(NOW, NOW + timedelta(minutes=6)) is Presence.LATE


def test_minutes_are_never_more_than_the_session_lasted_and_none_for_the_absent() -> None:
    assert minutes_of(Mark(uuid4(), Presence.PRESENT), 90) == 90
    assert minutes_of(Mark(uuid4(), Presence.ABSENT, 40), 90) == 0
    for minutes in (0, 91):
        with pytest.raises(Conflict):
            minutes_of(Mark(uuid4(), Presence.LATE, minutes), 90)


def test_a_correction_needs_its_reason() -> None:
    check_correction("签错了人，已核对")
    with pytest.raises(Conflict):
        check_correction("  x ")


def test_feedback_is_shown_from_five_answers_on_and_without_an_order() -> None:
    four = [Answer(5, 4, 3, "好"), *[Answer(4, 4, 4)] * 3]
    assert summarise(four) is None
    assert comments_of(four) == []
    found = summarise([*four, Answer(1, 5, 5, "啊")])
    assert found is not None
    assert [(one.question, one.tenths) for one in found] == [
        ("content", 36), ("instructor", 42), ("relevance", 40),
    ]  # fmt: skip
    assert found[0].counts == (1, 0, 0, 3, 1)
    assert comments_of([*four, Answer(1, 5, 5, "啊")]) == sorted(["好", "啊"])


def _appointment(**overrides: object) -> Appointment:
    values: dict[str, object] = {
        "session_id": uuid4(), "title": "导管，实操；第一期", "about": "带好工装", "where": "上海", "link": "",
        "teacher": "韩教授", "starts_at": NOW, "ends_at": NOW + timedelta(hours=2), "sequence": 3,
        "changed_at": NOW, "cancelled": False, "tentative": False, "page_url": "https://suite.example/s",
    }  # fmt: skip
    return Appointment(**{**values, **overrides})  # type: ignore[arg-type]


def test_a_calendar_file_is_read_back_as_it_was_meant_and_a_cancellation_names_the_same_event() -> None:
    one = _appointment()
    read = Calendar.from_ical(as_request(one, "suite.example", PARTIES))
    (event,) = read.walk("VEVENT")
    assert read["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"]) == (f"session-{one.session_id}@suite.example", 3)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (NOW, NOW + timedelta(hours=2))
    assert event["SUMMARY"] == one.title
    assert (event["ORGANIZER"], event["ATTENDEE"]) == (
        "mailto:training@company.example",
        "mailto:li.wei@company.example",
    )
    assert (event["ATTENDEE"].params["PARTSTAT"], event["ATTENDEE"].params["RSVP"]) == ("ACCEPTED", "FALSE")
    off = _appointment(session_id=one.session_id, cancelled=True, sequence=4)
    gone = Calendar.from_ical(as_request(off, "suite.example", Parties("", "")))
    (cancelled,) = gone.walk("VEVENT")
    assert gone["METHOD"] == "CANCEL"
    assert cancelled["UID"] == event["UID"]
    assert "ORGANIZER" not in cancelled
    assert (cancelled["STATUS"], cancelled["SEQUENCE"]) == ("CANCELLED", 4)


def test_a_feed_holds_every_session_once_and_says_how_often_to_ask() -> None:
    read = Calendar.from_ical(
        as_feed([_appointment(), _appointment(tentative=True)], "suite.example", "培训")
    )
    assert read["METHOD"] == "PUBLISH"
    assert [one["STATUS"] for one in read.walk("VEVENT")] == ["CONFIRMED", "TENTATIVE"]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in read.to_ical().decode()
    assert "ATTENDEE" not in read.to_ical().decode()


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_a_mail_that_says_which_session_and_when(kind: NoticeKind, locale: str) -> None:
    one = Invitation(
        kind, LocalizedText("支架新进展", "New stents"), "2026-09-24 10:00–12:00", "韩教授", "301", "讲师有手术",
        False, "/training/sessions/1",
    )  # fmt: skip
    mail = letter(one, "李薇", locale, "https://suite.example")
    ((line, url),) = mail.lines
    assert one.title.pick(locale) in mail.subject
    assert one.title.pick("en" if locale == "zh" else "zh") not in mail.text
    assert one.when in line
    assert url == "https://suite.example/training/sessions/1"
    off = kind in (NoticeKind.TAKEN_OFF, NoticeKind.SESSION_CANCELLED)
    assert (one.where in line, one.reason in line) == (not off, off)


def test_whoever_waits_is_not_told_that_they_have_a_place() -> None:
    title = LocalizedText("支架新进展", "New stents")
    subjects = {
        letter(Invitation(NoticeKind.BOOKED_FOR_YOU, title, "", "", "", "", waits, "/"), "", "en", "").subject
        for waits in (False, True)
    }
    assert subjects == {
        "You were signed up for “New stents”",
        "You were put on the waiting list for “New stents”",
    }
