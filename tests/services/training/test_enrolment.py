"""People join, move and leave; learning paths begin and end; assignments follow."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event

from services.training.assignments.rules import AssignmentStatus
from services.training.certifications.rules import DueKind, DueRule
from services.training.curricula.queries import get_curriculum
from services.training.enrolment.commands import archive_curriculum
from shared.core.zones import end_of_day, local_date
from shared.directory import Audience
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    AFTER_30,
    YEARLY,
    assignments,
    change,
    create_active,
    day,
    hire,
    open_assignment,
    stated,
    take,
)

A = AssignmentStatus


def test_a_hire_is_covered_and_asked_and_the_impediment_is_known_ahead(h: Harness) -> None:
    create_active(h, due=AFTER_30)
    person = hire(h, hired_on=day("2026-09-21"))
    (made,) = assignments(h, person.person_id)
    assert made.status is A.ASSIGNED
    assert made.due_on == day("2026-10-21")
    (covered,) = h.events("training", "training.coverage.stated.v1")
    assert covered.message().kinds == ("training_overdue", "certificate_expired")
    assert covered.message().person_id == person.person_id
    assert stated(h, "training_overdue", person.person_id) == {
        str(made.id): [(end_of_day(made.due_on), None)]
    }
    (event_made,) = h.events("training", "training.assignment.made.v1")
    assert event_made.subject == f"assignment/{made.id}"


def test_hearing_the_same_news_again_changes_nothing(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    before = len(h.events("training"))
    hire(h, **person.__dict__)
    change(h, person)
    assert len(h.events("training")) == before


def test_only_the_audience_is_asked(h: Harness) -> None:
    create_active(h, audience=Audience(positions=("supervisor",)))
    assert assignments(h, hire(h).person_id) == []
    assert len(assignments(h, hire(h, position="supervisor").person_id)) == 1


def test_whoever_moves_into_an_audience_is_asked_from_that_day_and_whoever_moves_out_not_any_more(
    h: Harness,
) -> None:
    create_active(h, audience=Audience(positions=("supervisor",)))
    person = hire(h)
    h.clock.advance(timedelta(days=3))
    change(h, replace(person, position="supervisor"))
    made = open_assignment(h, person.person_id)
    assert made.due_on == local_date(h.clock.now()) + timedelta(days=30)
    h.clock.advance(timedelta(days=60))
    moved_at = h.clock.now()
    change(h, replace(person, position="marketing"))
    (ended,) = assignments(h, person.person_id)
    assert (ended.status, ended.ended_at) == (A.CANCELLED, moved_at)
    assert stated(h, "training_overdue", person.person_id)[str(ended.id)] == [
        (end_of_day(made.due_on), moved_at)
    ]


def test_whoever_has_left_is_impeded_no_longer_than_their_last_day(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    due_on = open_assignment(h, person.person_id).due_on
    h.clock.advance(timedelta(days=60))
    left_on = local_date(h.clock.now()) - timedelta(days=5)
    change(h, replace(person, left_on=left_on), left=True)
    (ended,) = assignments(h, person.person_id)
    assert (ended.status, ended.ended_at) == (A.CANCELLED, end_of_day(left_on))
    assert stated(h, "training_overdue", person.person_id)[str(ended.id)] == [
        (end_of_day(due_on), end_of_day(left_on))
    ]


def test_whoever_is_going_to_leave_is_asked_until_the_last_day_and_may_change_their_mind(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    made = open_assignment(h, person.person_id)
    last = made.due_on + timedelta(days=10)
    change(h, replace(person, left_on=last), left=True)
    going = open_assignment(h, person.person_id)
    assert going.released_at == end_of_day(last)
    assert stated(h, "training_overdue", person.person_id)[str(made.id)] == [
        (end_of_day(made.due_on), end_of_day(last))
    ]
    change(h, person)
    assert open_assignment(h, person.person_id).released_at is None
    assert stated(h, "training_overdue", person.person_id)[str(made.id)] == [(end_of_day(made.due_on), None)]


def test_a_certificate_of_somebody_who_leaves_does_not_impede_after_they_left(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    left_on = local_date(h.clock.now()) + timedelta(days=500)
    change(h, replace(person, left_on=left_on), left=True)
    (intervals,) = stated(h, "certificate_expired", person.person_id).values()
    assert intervals == [(end_of_day(day("2027-09-21")), end_of_day(left_on))]


def test_whoever_comes_back_is_asked_again_only_when_what_they_did_runs_out(h: Harness) -> None:
    create_active(h, audience=Audience(positions=("rep",)))
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    h.clock.advance(timedelta(days=30))
    change(h, replace(person, position="marketing"))
    assert [one.status for one in assignments(h, person.person_id)] == [A.COMPLETED, A.CANCELLED]
    (released,) = stated(h, "certificate_expired", person.person_id).values()
    assert released == []
    change(h, person)
    assert open_assignment(h, person.person_id).due_on == day("2027-09-21")
    (back,) = stated(h, "certificate_expired", person.person_id).values()
    assert back == [(end_of_day(day("2027-09-21")), None)]


def test_activating_asks_everybody_there_in_bulk_and_a_second_run_asks_nobody_twice(h: Harness) -> None:
    people = [hire(h) for _ in range(5)]
    gone = hire(h, left_on=day("2026-09-01"))
    create_active(h, due=YEARLY, courses=("anti-bribery", "data-privacy"))
    for person in people:
        made = assignments(h, person.person_id)
        assert len(made) == 2
        assert {one.due_on for one in made} == {day("2026-10-21")}
        assert len(stated(h, "training_overdue", person.person_id)) == 2
    assert assignments(h, gone.person_id) == []
    for person in people:
        change(h, person)
    assert len(h.events("training", "training.assignment.made.v1")) == 10


def test_asking_many_takes_no_more_statements_than_asking_few(h: Harness) -> None:
    counts = []
    for code, size in (("a", 3), ("b", 40)):
        for _ in range(size):
            h.person(region=code)
        counts.append(_statements(h, code))
    assert counts[0] == counts[1]


def _statements(h: Harness, code: str) -> int:
    statements: list[str] = []
    engine = h.suite.databases["training"].engine

    def count(*args: object) -> None:
        if "INSERT INTO assignment" in str(args[2]) or "FROM assignment" in str(args[2]):
            statements.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    create_active(h, code=code, courses=(code,), audience=Audience(regions=(code,)))
    event.remove(engine, "before_cursor_execute", count)
    return len(statements)


def test_archiving_cancels_what_nothing_else_asks_for(h: Harness) -> None:
    curriculum = create_active(h, courses=("anti-bribery", "data-privacy"))
    person = hire(h)
    first, second = assignments(h, person.person_id)
    take(h, first.id)
    with h.write("training") as uow:
        archive_curriculum(uow, get_curriculum(uow.session, curriculum.id), actor=ACTOR, now=h.clock.now())
    h.suite.runner.run_due("training")
    states = {one.id: one.status for one in assignments(h, person.person_id)}
    assert states.pop(first.id) is A.COMPLETED
    assert set(states.values()) == {A.CANCELLED}
    assert stated(h, "training_overdue", person.person_id)[str(second.id)] == []
    assert list(stated(h, "certificate_expired", person.person_id).values()) == [[]]


def test_a_path_that_recurs_plans_the_next_time_as_soon_as_it_is_done(h: Harness) -> None:
    rule = DueRule(DueKind.AFTER_JOINING, days=30, window_days=60, every_months=12)
    create_active(h, due=rule, certifies=False)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    again = open_assignment(h, person.person_id)
    assert (again.opens_on, again.due_on) == (day("2027-07-23"), day("2027-09-21"))


def test_a_late_finisher_is_asked_again_for_the_next_date_and_not_for_the_one_just_missed(h: Harness) -> None:
    create_active(h, due=YEARLY)
    person = hire(h, hired_on=day("2026-08-01"))
    late = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=90))
    take(h, late.id)
    assert open_assignment(h, person.person_id).due_on == day("2027-11-30")
    change(h, person)
    assert len(assignments(h, person.person_id)) == 2
