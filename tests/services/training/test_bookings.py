"""Places under contention, the waiting list, and who is told: on both engines."""

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import event, select, true

from services.training.bookings.commands import (
    book_many,
    cancel_booking,
    cancel_session,
    edit_session,
    remind_chunk,
)
from services.training.bookings.models import BookingNotice
from services.training.bookings.queries import count_bookings, get_booking, list_participants
from services.training.bookings.rules import BookingStatus, Channel
from shared.core.errors import Conflict, DomainError, InvalidInput
from shared.core.principals import SYSTEM, Role
from shared.core.zones import local_date
from shared.directory import Audience, DirectoryPerson
from shared.messages.people import PersonLeft
from tests.harness import Harness, make_snapshot
from tests.services.training.factories import ACTOR, deliver
from tests.services.training.session_factories import (
    ask,
    booking_of,
    create_session,
    make_details,
    session_of,
    statuses,
)


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Let all begin at the same moment, and return what each gave or raised."""
    answers: list[object] = [None] * len(actions)
    start = threading.Barrier(len(actions))

    def run(place: int, action: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[place] = action()
        except DomainError as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return answers


def notices(h: Harness) -> list[tuple[UUID, str]]:
    with h.read("training") as uow:
        found = uow.session.scalars(select(BookingNotice).order_by(BookingNotice.id))
        return [(one.person_id, one.kind.value) for one in found]


def give_up(h: Harness, booking_id: UUID, channel: Channel = Channel.SELF) -> None:
    with h.write("training") as uow:
        found = get_booking(uow.session, booking_id, true())
        cancel_booking(uow, found, channel, actor=ACTOR, now=h.clock.now())


def test_of_many_who_want_the_last_place_at_once_one_has_it_and_the_others_wait_in_turn(h: Harness) -> None:
    session_id = create_session(h, capacity=2)
    people = [h.person() for _ in range(6)]
    at_once(*[lambda one=one: ask(h, session_id, one) for one in people])  # type: ignore[misc]
    assert statuses(h, session_id) == ["booked"] * 2 + ["waiting"] * 4
    assert len(h.events("training", "training.booking.booked.v1")) == 2
    turns = [one.message().turn for one in h.events("training", "training.booking.queued.v1")]
    assert sorted(turns) == [3, 4, 5, 6]


def test_a_double_click_books_once_and_both_clicks_see_the_same_booking(h: Harness) -> None:
    session_id, person = create_session(h), h.person()
    first, second = at_once(lambda: ask(h, session_id, person), lambda: ask(h, session_id, person))
    assert first == second
    assert statuses(h, session_id) == ["booked"]


def test_two_sessions_of_one_time_booked_at_once_leave_one_of_them(h: Harness) -> None:
    one, other, person = create_session(h), create_session(h), h.person()
    answers = at_once(lambda: ask(h, one, person), lambda: ask(h, other, person))
    assert sorted(isinstance(answer, Conflict) for answer in answers) == [False, True]
    assert sorted(statuses(h, one) + statuses(h, other)) == ["booked"]


def test_places_given_up_and_wanted_at_once_never_exceed_the_capacity_nor_stay_empty(h: Harness) -> None:
    session_id = create_session(h, capacity=2)
    first = [h.person() for _ in range(3)]
    held = [ask(h, session_id, one) for one in first]
    late = [h.person() for _ in range(3)]
    at_once(
        lambda: give_up(h, held[0]),
        lambda: give_up(h, held[1]),
        *[lambda one=one: ask(h, session_id, one) for one in late],  # type: ignore[misc]
    )
    with h.read("training") as uow:
        roll = list_participants(uow.session, session_id, true())
        counts = count_bookings(uow.session, [session_id])[session_id]
        placed = [one.booking.turn for one in roll if one.booking.status is BookingStatus.BOOKED]
        waiting = [one.booking.turn for one in roll if one.booking.status is BookingStatus.WAITING]
    assert (counts.taken, counts.waiting) == (2, 2)
    assert max(placed) < min(waiting)


def test_whoever_waits_longest_moves_up_when_a_place_is_given_up_and_is_told(h: Harness) -> None:
    session_id = create_session(h)
    people = [h.person() for _ in range(3)]
    bookings = [ask(h, session_id, one) for one in people]
    give_up(h, bookings[0])
    assert statuses(h, session_id) == ["cancelled", "booked", "waiting"]
    assert notices(h) == [(people[1].id, "promoted")]
    assert [one.person_id for one in h.events("training", "training.booking.promoted.v1")] == [people[1].id]


def test_more_places_are_filled_from_the_waiting_list_and_fewer_than_are_taken_are_refused(
    h: Harness,
) -> None:
    session_id = create_session(h, capacity=2)
    for _ in range(5):
        ask(h, session_id, h.person())
    now = h.clock.now()
    with h.write("training") as uow:
        edit_session(uow, session_id, make_details(now, capacity=4), actor=ACTOR, now=now)
    assert statuses(h, session_id) == ["booked"] * 4 + ["waiting"]
    with pytest.raises(InvalidInput), h.write("training") as uow:
        edit_session(uow, session_id, make_details(now, capacity=3), actor=ACTOR, now=now)
    assert session_of(h, session_id).sequence == 0


def test_another_time_is_told_to_everybody_in_it_and_counts_for_calendars(h: Harness) -> None:
    session_id, person = create_session(h), h.person()
    ask(h, session_id, person)
    now = h.clock.now()
    with h.write("training") as uow:
        edit_session(
            uow, session_id, make_details(now, starts_at=now + timedelta(days=5)), actor=ACTOR, now=now
        )
    assert notices(h) == [(person.id, "moved")]
    assert session_of(h, session_id).sequence == 1


def test_a_cancelled_session_tells_everybody_and_takes_no_more_bookings(h: Harness) -> None:
    session_id = create_session(h)
    people = [h.person() for _ in range(2)]
    for one in people:
        ask(h, session_id, one)
    with h.write("training") as uow:
        cancel_session(uow, session_id, "讲师临时有手术", actor=ACTOR, now=h.clock.now())
    assert statuses(h, session_id) == ["cancelled"] * 2
    assert notices(h) == [(one.id, "session_cancelled") for one in people]
    with pytest.raises(Conflict):
        ask(h, session_id, h.person())


def test_only_those_whom_it_is_for_and_who_are_still_there_can_be_booked(h: Harness) -> None:
    session_id = create_session(h, capacity=9, audience=Audience(product_lines=("ivd",)))
    right = h.person(product_lines=("consumables", "ivd"))
    leaving = h.person(product_lines=("ivd",), left_on=local_date(h.clock.now()))
    wrong = h.person()
    with h.write("training") as uow:
        people = [uow.session.get_one(DirectoryPerson, one.id) for one in (wrong, right, leaving)]
        asked = book_many(uow, session_id, people, Channel.TRAINER, actor=ACTOR, now=h.clock.now())
        assert [one.booking is not None for one in asked] == [False, True, False]
        assert all(one.refused for one in asked if one.booking is None)
    assert notices(h) == [(right.id, "booked_for_you")]


def test_booking_many_takes_as_many_queries_as_booking_few(h: Harness) -> None:
    def count(number: int) -> int:
        session_id = create_session(h, capacity=2)
        people = [h.person() for _ in range(number)]
        with h.write("training") as uow:
            found = [uow.session.get_one(DirectoryPerson, one.id) for one in people]
            seen: list[str] = []
            engine = uow.database.engine
            listener = lambda *args: seen.append(args[2]) if args[2].startswith("SELECT") else None  # noqa: E731
            event.listen(engine, "before_cursor_execute", listener)
            book_many(uow, session_id, found, Channel.MANAGER, actor=ACTOR, now=h.clock.now())
            event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    assert count(2) == count(12)


def test_somebody_who_leaves_gives_up_what_comes_after_their_last_day(h: Harness) -> None:
    soon = create_session(h, starts_at=h.clock.now() + timedelta(hours=2))
    later = create_session(h, starts_at=h.clock.now() + timedelta(days=9))
    leaver, other = h.person(), h.person()
    ask(h, soon, leaver)
    ask(h, later, leaver)
    ask(h, later, other)
    left_on = local_date(h.clock.now()) + timedelta(days=3)
    deliver(h, PersonLeft(make_snapshot(person_id=leaver.id, left_on=left_on)))
    assert statuses(h, soon) == ["booked"]
    assert statuses(h, later) == ["cancelled", "booked"]


def test_everybody_with_a_place_is_reminded_once_the_day_before_and_again_when_it_moves(h: Harness) -> None:
    now = h.clock.now()
    session_id = create_session(h, starts_at=now + timedelta(days=1, hours=3))
    create_session(h, starts_at=now + timedelta(days=4))
    person = h.person()
    ask(h, session_id, person)
    ask(h, session_id, h.person())
    with h.write("training") as uow:
        assert remind_chunk(uow, now=now) == 1
    with h.write("training") as uow:
        assert remind_chunk(uow, now=now) == 0
    assert notices(h) == [(person.id, "tomorrow")]
    moved = make_details(now, starts_at=now + timedelta(days=1, hours=5))
    with h.write("training") as uow:
        edit_session(uow, session_id, moved, actor=ACTOR, now=now)
    with h.write("training") as uow:
        assert remind_chunk(uow, now=now) == 1


def test_after_the_deadline_a_rep_keeps_the_place_and_a_trainer_may_take_it(h: Harness) -> None:
    session_id, person = create_session(h), h.person()
    held = ask(h, session_id, person)
    h.clock.advance(timedelta(days=2, hours=1))
    with pytest.raises(Conflict):
        give_up(h, held)
    give_up(h, held, Channel.TRAINER)
    assert booking_of(h, held).cancel_reason == "trainer"
    assert notices(h) == [(person.id, "taken_off")]


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_people_do_the_rows_hold_what_the_rules_promise(h: Harness, seed: int) -> None:
    chance, capacity = Random(seed), 2
    session_id = create_session(h, capacity=capacity)
    people, held = [h.person() for _ in range(6)], {}
    for _ in range(20):
        person = chance.choice(people)
        if chance.random() < 0.6:
            held[person.id] = ask(h, session_id, person)
        elif person.id in held:
            give_up(h, held.pop(person.id))
        with h.read("training") as uow:
            roll = [one.booking for one in list_participants(uow.session, session_id, true())]
            placed = [one.turn for one in roll if one.status is BookingStatus.BOOKED]
            waiting = [one.turn for one in roll if one.status is BookingStatus.WAITING]
            people_in = {one.person_id for one in roll}
        assert len(placed) == min(capacity, len(roll))
        assert not waiting or max(placed) < min(waiting)
        assert len(people_in) == len(roll) == len(held)


def test_the_api_books_lists_and_gives_up_and_hides_what_is_not_meant_for_somebody(h: Harness) -> None:
    session_id = create_session(
        h, audience=Audience(product_lines=("consumables",)), link="https://meet.example/1"
    )
    person, stranger = h.person(), h.person(product_lines=("ivd",))
    api = h.api(Role.REP, person_id=person.id)
    outside = h.api(Role.REP, person_id=stranger.id)
    url = f"/training/v1/sessions/{session_id}"
    assert [one["id"] for one in api.get("/training/v1/sessions").json["items"]] == [str(session_id)]
    assert outside.get("/training/v1/sessions").json["items"] == []
    assert outside.get(url).status_code == outside.post(f"{url}/bookings", json={}).status_code == 404
    assert api.get(url).json["link"] is None
    made = api.post(f"{url}/bookings", json={})
    assert (made.status_code, made.json["status"]) == (201, "booked")
    assert api.get(made.headers["Location"]).json == made.json
    found = api.get(url).json
    assert (found["taken"], found["stage"], found["link"]) == (1, "full", "https://meet.example/1")
    assert outside.get(made.headers["Location"]).status_code == 404
    auditor = h.api(Role.AUDITOR, person_id=stranger.id)
    assert len(auditor.get(f"{url}/bookings").json["items"]) == 1
    assert auditor.post(f"/training/v1/bookings/{made.json['id']}/cancel").status_code == 404
    assert api.post(f"/training/v1/bookings/{made.json['id']}/cancel").json["status"] == "cancelled"
    assert api.post(f"/training/v1/bookings/{made.json['id']}/cancel").status_code == 409


def test_a_manager_books_and_takes_off_their_own_people_and_nobody_else(h: Harness) -> None:
    manager = h.person(position="supervisor")
    report, other = h.person(manager_id=manager.id), h.person()
    session_id = create_session(h)
    api = h.api(Role.MANAGER, person_id=manager.id)
    url = f"/training/v1/sessions/{session_id}/bookings"
    assert api.post(url, json={"person_id": str(other.id)}).status_code == 404
    made = api.post(url, json={"person_id": str(report.id)})
    assert made.json["channel"] == "manager"
    hidden = ask(h, session_id, other)
    assert [one["id"] for one in api.get(url).json["items"]] == [made.json["id"]]
    assert api.post(f"/training/v1/bookings/{hidden}/cancel").status_code == 404
    assert api.post(f"/training/v1/bookings/{made.json['id']}/cancel").status_code == 200
    assert booking_of(h, hidden).status is BookingStatus.BOOKED
    assert SYSTEM.actor in {one.actor for one in h.events("training", "training.booking.promoted.v1")}
