"""Hiring, moving and ending people: rows, history and events, on both engines."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from services.people.roster import queries
from services.people.roster.commands import Change, change_person, end_person, facts_of, post_of
from services.people.roster.models import Person
from shared.core.errors import Conflict, InvalidInput, NotFound
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.messages.people import Position, Region
from tests.harness import Harness
from tests.services.people.conftest import Company, hire

History = list[tuple[date, date | None, Position]]


def history(suite: Harness, person_id: UUID) -> History:
    with suite.read("people") as uow:
        rows = queries.list_assignments(uow.session, person_id)
        return [(row.since, row.until, row.position) for row in reversed(rows)]


def person(suite: Harness, person_id: UUID) -> Person:
    with suite.read("people") as uow:
        row = queries.get_person(uow.session, person_id)
        uow.session.expunge(row)
        return row


def move(suite: Harness, person_id: UUID, since: date | None = None, **post: object) -> None:
    with suite.write("people") as uow:
        row = queries.get_person(uow.session, person_id)
        change = Change(post=replace(post_of(row), **post), since=since)
        change_person(uow, person_id, change, actor=SYSTEM, now=suite.clock.now())


def leave(suite: Harness, person_id: UUID, left_on: date) -> None:
    with suite.write("people") as uow:
        end_person(uow, person_id, left_on, actor=SYSTEM, now=suite.clock.now())


def test_hiring_opens_the_first_assignment_and_tells_others_the_whole_person(suite: Harness) -> None:
    boss = hire(suite, "E1", "赵敏", position=Position.SUPERVISOR)
    rep = hire(suite, "E2", "李薇", manager=boss, product_lines=("ivd", "consumables"), tags=("key",))
    assert history(suite, rep) == [(date(2024, 3, 1), None, Position.REP)]
    told = suite.events("people", "people.person.hired.v1")[-1]
    snapshot = told.message().person
    assert (snapshot.person_id, snapshot.manager_id) == (rep, boss)
    assert snapshot.product_lines == ("consumables", "ivd")
    assert (snapshot.position, snapshot.region, snapshot.tags) == ("rep", "east", ("key",))
    assert told.person_id == rep


def test_a_promotion_closes_the_old_assignment_the_day_before_and_keeps_it(suite: Harness) -> None:
    rep = hire(suite, "E1")
    move(suite, rep, date(2026, 7, 1), position=Position.SUPERVISOR)
    assert history(suite, rep) == [
        (date(2024, 3, 1), date(2026, 6, 30), Position.REP),
        (date(2026, 7, 1), None, Position.SUPERVISOR),
    ]
    changed = suite.events("people", "people.person.changed.v1")[-1].message()
    assert changed.changed == ("position",)
    assert changed.person.position_since == date(2026, 7, 1)


def test_a_new_region_is_a_new_assignment_in_a_position_held_since_before(suite: Harness) -> None:
    rep = hire(suite, "E1")
    move(suite, rep, date(2026, 7, 1), region=Region.NORTH)
    row = person(suite, rep)
    assert (row.position_since, row.assigned_since) == (date(2024, 3, 1), date(2026, 7, 1))
    assert len(history(suite, rep)) == 2


def test_a_corrected_name_changes_no_assignment(suite: Harness) -> None:
    rep = hire(suite, "E1", "李微")
    with suite.write("people") as uow:
        facts = replace(facts_of(queries.get_person(uow.session, rep)), name="李薇")
        change_person(uow, rep, Change(facts=facts), actor=SYSTEM, now=suite.clock.now())
    assert person(suite, rep).name == "李薇"
    assert len(history(suite, rep)) == 1
    assert suite.events("people", "people.person.changed.v1")[-1].message().changed == ("name",)


def test_a_change_that_changes_nothing_says_nothing(suite: Harness) -> None:
    rep = hire(suite, "E1")
    before = len(suite.events("people"))
    move(suite, rep)
    assert len(suite.events("people")) == before


def test_a_corrected_hire_date_takes_along_the_assignment_that_began_on_it(suite: Harness) -> None:
    rep = hire(suite, "E1")
    with suite.write("people") as uow:
        facts = replace(facts_of(queries.get_person(uow.session, rep)), hired_on=date(2024, 4, 1))
        change_person(uow, rep, Change(facts=facts), actor=SYSTEM, now=suite.clock.now())
    assert history(suite, rep) == [(date(2024, 4, 1), None, Position.REP)]
    assert person(suite, rep).position_since == date(2024, 4, 1)


def test_leaving_closes_the_assignment_on_the_last_day_worked(suite: Harness) -> None:
    rep = hire(suite, "E1")
    leave(suite, rep, date(2026, 9, 30))
    assert history(suite, rep) == [(date(2024, 3, 1), date(2026, 9, 30), Position.REP)]
    assert suite.events("people", "people.person.left.v1")[-1].message().person.left_on == date(2026, 9, 30)


def test_somebody_who_has_left_is_moved_no_more(suite: Harness) -> None:
    rep = hire(suite, "E1")
    leave(suite, rep, date(2026, 9, 1))
    with pytest.raises(Conflict):
        move(suite, rep, position=Position.SUPERVISOR)


def test_a_move_before_a_known_last_day_ends_on_it_too(suite: Harness) -> None:
    rep = hire(suite, "E1")
    leave(suite, rep, date(2026, 12, 31))
    move(suite, rep, position=Position.SUPERVISOR)
    assert history(suite, rep)[-1] == (date(2026, 9, 21), date(2026, 12, 31), Position.SUPERVISOR)


def test_two_moves_on_one_day_leave_only_the_second_in_the_history(suite: Harness) -> None:
    rep = hire(suite, "E1")
    move(suite, rep, region=Region.NORTH)
    move(suite, rep, region=Region.SOUTH)
    assert [row[:2] for row in history(suite, rep)] == [
        (date(2024, 3, 1), date(2026, 9, 20)),
        (date(2026, 9, 21), None),
    ]


def test_nobody_comes_to_report_to_themselves_through_others(suite: Harness, company: Company) -> None:
    with pytest.raises(InvalidInput) as caught:
        move(suite, company.boss, manager=company.rep)
    assert list(caught.value.fields) == ["manager"]
    with pytest.raises(InvalidInput):
        move(suite, company.rep, manager=company.rep)


def test_a_manager_who_is_not_on_the_roster_is_refused(suite: Harness, company: Company) -> None:
    with pytest.raises(InvalidInput):
        move(suite, company.rep, manager=new_id())


def test_a_taken_employee_number_is_a_conflict(suite: Harness) -> None:
    hire(suite, "E1")
    with pytest.raises(Conflict):
        hire(suite, "E1")


def test_somebody_unknown_cannot_be_ended(suite: Harness) -> None:
    with pytest.raises(NotFound):
        leave(suite, new_id(), date(2026, 9, 30))


def test_the_log_accounts_for_every_person(suite: Harness, company: Company) -> None:
    """The history of assignments can be told from the snapshots alone."""
    suite.clock.advance(timedelta(days=1))
    move(suite, company.rep, region=Region.NORTH)
    leave(suite, company.peer, date(2026, 9, 22))
    told = {event.person_id: event.message().person for event in suite.events("people")}
    with suite.read("people") as uow:
        for person_id, snapshot in told.items():
            assert queries.get_person(uow.session, person_id).snapshot() == snapshot
