"""A revision that says so is asked of those who are certified, by the day it says, in bulk."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

from services.training.app import SERVICE
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus, Origin
from services.training.attempts.commands import start_attempt
from services.training.courses.commands import edit_draft, publish_version, start_draft
from services.training.courses.models import Course, CourseVersion
from services.training.retraining.commands import ask_again
from shared.core.principals import SYSTEM
from shared.core.zones import end_of_day
from shared.eventlog import export_log, load_or_create_key, sequence_pending
from shared.eventlog.verify import verify
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    TEXT,
    YEARLY,
    assignments,
    change,
    create_active,
    day,
    hire,
    make_content,
    open_assignment,
    stated,
    take,
)


def revise(h: Harness, *, retrain: bool = True, run: bool = True) -> None:
    """Publish the next version of the one course there is."""
    with h.write("training") as uow:
        course = uow.session.scalars(select(Course)).one()
        draft = start_draft(uow, course, actor=ACTOR, now=h.clock.now())
        days = 30 if retrain else None
        content = make_content(
            minutes=draft.number * 10, valid_months=None, retrain=retrain, retrain_days=days
        )
        edit_draft(uow, draft, content, actor=ACTOR, now=h.clock.now())
        publish_version(uow, draft, actor=ACTOR, now=h.clock.now())
    if run:
        h.suite.runner.run_due("training")


def test_the_certified_are_asked_to_take_it_by_the_day_it_says_and_nobody_else_is(h: Harness) -> None:
    create_active(h, parts=(TEXT,), valid_months=None)
    holder, learner, leaver = hire(h), hire(h), hire(h)
    for one in (holder, leaver):
        take(h, open_assignment(h, one.person_id).id)
    change(h, leaver.__class__(**{**vars(leaver), "left_on": day("2026-09-22")}), left=True)
    before = open_assignment(h, learner.person_id)
    h.clock.advance(timedelta(days=3))
    revise(h)
    again = open_assignment(h, holder.person_id)
    assert (again.origin, again.opens_on, again.due_on) == (
        Origin.RETRAINING, day("2026-09-24"), day("2026-10-24"),
    )  # fmt: skip
    assert again.curriculum_id is not None
    assert stated(h, "training_overdue", holder.person_id)[str(again.id)] == [
        (end_of_day(again.due_on), None)
    ]
    assert open_assignment(h, learner.person_id).id == before.id
    assert len(assignments(h, leaver.person_id)) == 1
    h.clock.advance(timedelta(days=1))
    completion = take(h, again.id).completion
    assert completion is not None
    assert completion.certificate is not None
    assert completion.certificate.version_number == 2


def test_a_revision_that_does_not_say_so_asks_nobody(h: Harness) -> None:
    create_active(h, parts=(TEXT,), valid_months=None)
    person = hire(h)
    take(h, open_assignment(h, person.person_id).id)
    revise(h, retrain=False)
    assert [one.status for one in assignments(h, person.person_id)] == [AssignmentStatus.COMPLETED]


def test_what_is_open_already_is_moved_forward_unless_it_was_begun_or_is_due_sooner(h: Harness) -> None:
    create_active(h, due=YEARLY, parts=(TEXT,))
    early, begun = (hire(h, hired_on=day("2026-08-01")) for _ in range(2))
    for one in (early, begun):
        take(h, open_assignment(h, one.person_id).id)
    assert open_assignment(h, early.person_id).due_on == day("2027-11-30")
    h.clock.advance(timedelta(days=360))
    with h.write("training") as uow:
        mine = uow.session.get_one(Assignment, open_assignment(h, begun.person_id).id)
        start_attempt(uow, mine, actor=SYSTEM, now=h.clock.now())
    revise(h)
    moved = open_assignment(h, early.person_id)
    assert (moved.opens_on, moved.due_on) == (day("2027-09-16"), day("2027-10-16"))
    assert stated(h, "training_overdue", early.person_id)[str(moved.id)] == [(end_of_day(moved.due_on), None)]
    assert open_assignment(h, begun.person_id).due_on == day("2027-11-30")
    (told,) = h.events("training", "training.assignment.moved.v1")
    assert told.message().assignment_id == moved.id


def test_a_pass_that_is_run_again_asks_nobody_twice_and_the_log_accounts_for_every_row(
    h: Harness, tmp_path: Any
) -> None:
    create_active(h, due=YEARLY, parts=(TEXT,), valid_months=None)
    people = [hire(h, hired_on=day("2026-08-01")) for _ in range(3)]
    for one in people:
        take(h, open_assignment(h, one.person_id).id)
    revise(h)
    count = len(h.events("training"))
    with h.write("training") as uow:
        course = uow.session.scalars(select(Course)).one()
        version = uow.session.scalars(select(CourseVersion).where(CourseVersion.number == 2)).one()
        chunk = ask_again(uow, course, version, None, now=h.clock.now())
        assert (chunk.people, chunk.asked) == (3, 0)
    assert len(h.events("training")) == count
    key = load_or_create_key(h.settings.key_dir, "training")
    target = tmp_path / "training.zip"
    database = h.suite.databases["training"]
    export_log(database, target, service="training", audited_models=list(SERVICE.audited), key=key)
    report = verify(str(target))
    assert (report.integrity, report.completeness) == ([], [])


def test_asking_ten_takes_as_many_queries_as_asking_two(h: Harness) -> None:
    create_active(h, parts=(TEXT,), valid_months=None)
    counts = []
    for size in (2, 8):
        for _ in range(size):
            take(h, open_assignment(h, hire(h).person_id).id)
        revise(h, run=False)
        # What the log has to catch up with first depends on when it last did.
        sequence_pending(h.suite.databases["training"])
        statements: list[str] = []
        engine = h.suite.databases["training"].engine

        def count(*args: Any, kept: list[str] = statements) -> None:
            kept.append(args[2])

        event.listen(engine, "before_cursor_execute", count)
        with h.write("training") as uow:
            course = uow.session.scalars(select(Course)).one()
            version = uow.session.scalars(
                select(CourseVersion).order_by(CourseVersion.number.desc()).limit(1)
            ).one()
            assert ask_again(uow, course, version, None, now=h.clock.now()).asked >= size
            counts.append(len(statements))
        event.remove(engine, "before_cursor_execute", count)
        for one in assignments_of_all(h):
            take(h, one)
    assert counts[0] == counts[1]


def assignments_of_all(h: Harness) -> list[Any]:
    """Return the ids of all open assignments."""
    with h.read("training") as uow:
        return list(uow.session.scalars(select(Assignment.id).where(Assignment.ended_at.is_(None))))
