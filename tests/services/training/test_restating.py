"""What becomes of an open assignment by hand, and that standing says just what the log comes to."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.training.assignments.commands import (
    cancel_assignment,
    extend_assignment,
    release_assignment,
)
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus, CancelReason
from services.training.attempts.commands import start_attempt
from services.training.courses.models import Course
from services.training.standing.rules import AssignmentFacts, overdue_intervals
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.principals import SYSTEM
from shared.core.zones import end_of_day, local_date
from tests.harness import Harness
from tests.services.training.factories import (
    ACTOR,
    RIGHT,
    WRONG,
    assignments,
    change,
    create_active,
    exempt_from,
    hire,
    open_assignment,
    pass_parts,
    stated,
)

A = AssignmentStatus


def test_an_extension_moves_the_impediment_and_keeps_its_reason(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    later = one.due_on + timedelta(days=20)
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, one.id)
        extend_assignment(uow, assignment, later, " parental leave ", actor=ACTOR, now=h.clock.now())
    changed = open_assignment(h, person.person_id)
    assert (changed.due_on, changed.made_due_on) == (later, one.due_on)
    assert changed.extend_reason == "parental leave"
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == [(end_of_day(later), None)]
    (extended,) = h.events("training", "training.assignment.extended.v1")
    assert "parental" not in str(extended.data)
    assert extended.actor == ACTOR.actor


def test_an_exemption_ends_it_for_good(h: Harness) -> None:
    create_active(h)
    person = hire(h)
    one = open_assignment(h, person.person_id)
    h.clock.advance(timedelta(days=40))
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, one.id)
        exempt_from(uow, assignment, "does not sell", h.clock.now())
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == [
        (end_of_day(one.due_on), h.clock.now())
    ]
    change(h, person)
    (only,) = assignments(h, person.person_id)
    assert only.status is A.EXEMPTED
    with h.write("training") as uow, pytest.raises(IllegalTransition):
        start_attempt(uow, uow.session.get_one(Assignment, one.id), actor=SYSTEM, now=h.clock.now())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["start", "extend", "release", "unrelease", "fail", "pass", "exempt", "cancel"]),
        st.integers(0, 30),
    ),
    max_size=7,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_restating_standing_after_any_history_equals_folding_the_log(
    h: Harness, steps: list[tuple[str, int]]
) -> None:
    with h.read("training") as uow:
        ready = uow.session.scalar(select(Course.id)) is not None
    if not ready:
        create_active(h, certifies=False)
    person = hire(h, hired_on=local_date(h.clock.now()))
    (one,) = assignments(h, person.person_id)
    for step, days in steps:
        h.clock.advance(timedelta(days=days, minutes=1))
        with h.write("training") as uow:
            try:
                _apply(uow, uow.session.get_one(Assignment, one.id), step, h.clock.now())
            except (IllegalTransition, InvalidInput, Conflict):
                uow.rollback()
    facts = _fold(h, one.id)
    expected = [(interval.start, interval.end) for interval in overdue_intervals(facts)]
    assert stated(h, "training_overdue", person.person_id)[str(one.id)] == expected


def _apply(uow: Any, one: Assignment, step: str, now: Any) -> None:
    match step:
        case "start":
            start_attempt(uow, one, actor=SYSTEM, now=now)
        case "extend":
            later = max(one.due_on, local_date(now)) + timedelta(days=9)
            extend_assignment(uow, one, later, "more time", actor=ACTOR, now=now)
        case "release":
            release_assignment(uow, one, now + timedelta(days=20), now=now)
        case "unrelease":
            release_assignment(uow, one, None, now=now)
        case "exempt":
            exempt_from(uow, one, "not needed", now)
        case "cancel":
            cancel_assignment(uow, one, CancelReason.OUT_OF_AUDIENCE, at=now, now=now)
        case _:
            pass_parts(uow, one, now, RIGHT if step == "pass" else WRONG)


def _fold(h: Harness, assignment_id: UUID) -> AssignmentFacts:
    """Read the facts from nothing but the log's events about the assignment."""
    due_on, ended_at, released_at = None, None, None
    for event in h.events("training"):
        if event.subject != f"assignment/{assignment_id}":
            continue
        message = event.message()
        match event.type.split(".")[2]:
            case "made" | "extended":
                due_on = message.due_on
            case "completed":
                ended_at = message.completed_at
            case "exempted":
                ended_at = event.recorded_at
            case "cancelled":
                ended_at = message.at
            case "released":
                released_at = message.at
    assert due_on is not None
    return AssignmentFacts(due_on, ended_at, released_at)
