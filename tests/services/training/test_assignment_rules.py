"""What becomes of assignments and attempts, and which ones somebody should have."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.assignments.rules import (
    OPEN,
    AssignmentStatus,
    AssignmentStep,
    Had,
    Urgency,
    Wanted,
    check_extension,
    check_may_start,
    is_overdue,
    next_status,
    urgency,
)
from services.training.enrolment.rules import reconcile
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.ids import new_id
from shared.core.zones import end_of_day
from tests.services.training.factories import AFTER_30, YEARLY, day

A, S = AssignmentStatus, AssignmentStep
LEGAL = {
    **{(status, S.START): A.IN_PROGRESS for status in OPEN},
    **{(status, step): status for status in OPEN for step in (S.EXTEND, S.RELEASE, S.MOVE)},
    **{(status, S.EXEMPT): A.EXEMPTED for status in OPEN},
    **{(status, S.SATISFY): A.COMPLETED for status in OPEN},
    **{(status, S.CANCEL): A.CANCELLED for status in OPEN},
    **{(status, S.SATISFY): A.COMPLETED for status in OPEN},
    (A.IN_PROGRESS, S.COMPLETE): A.COMPLETED,
    (A.COMPLETED, S.REOPEN): A.IN_PROGRESS,
    (A.COMPLETED, S.TAKE_BACK): A.CANCELLED,
}
TODAY = day("2026-09-21")


@pytest.mark.parametrize(("status", "step"), list(product(AssignmentStatus, AssignmentStep)))
def test_what_has_ended_stays_as_it_ended_and_nothing_completes_without_being_started(
    status: AssignmentStatus, step: AssignmentStep
) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_an_assignment_is_overdue_when_its_due_day_is_over_and_not_an_instant_before() -> None:
    over = end_of_day(TODAY)
    assert not is_overdue(A.ASSIGNED, TODAY, over - timedelta(microseconds=1))
    assert is_overdue(A.IN_PROGRESS, TODAY, over)
    assert not is_overdue(A.COMPLETED, TODAY, over)


@pytest.mark.parametrize(
    ("status", "opens", "due", "expected"),
    [
        (A.ASSIGNED, -30, -1, Urgency.OVERDUE),
        (A.ASSIGNED, -30, 0, Urgency.DUE_SOON),
        (A.IN_PROGRESS, -30, 14, Urgency.DUE_SOON),
        (A.ASSIGNED, 0, 15, Urgency.OPEN),
        (A.ASSIGNED, 1, 90, Urgency.LATER),
        (A.COMPLETED, -30, -1, Urgency.DONE),
        (A.EXEMPTED, -30, -1, Urgency.EXEMPTED),
        (A.CANCELLED, -30, -1, Urgency.CANCELLED),
    ],
)
def test_how_an_assignment_stands_is_seen_from_its_dates(
    status: AssignmentStatus, opens: int, due: int, expected: Urgency
) -> None:
    dates = (TODAY + timedelta(days=opens), TODAY + timedelta(days=due))
    assert urgency(status, *dates, TODAY) is expected


def test_a_training_waits_for_its_window_only_while_the_certificate_is_valid() -> None:
    tomorrow = TODAY + timedelta(days=1)
    check_may_start(TODAY, TODAY, holds_certificate=True)
    check_may_start(tomorrow, TODAY, holds_certificate=False)
    with pytest.raises(Conflict):
        check_may_start(tomorrow, TODAY, holds_certificate=True)


@pytest.mark.parametrize("days", [0, -1, -12, 91, 365])
def test_an_extension_is_later_than_before_not_past_and_at_most_ninety_days_away(days: int) -> None:
    due_on = TODAY if days >= 0 else TODAY - timedelta(days=20)
    with pytest.raises(InvalidInput) as caught:
        check_extension(due_on, TODAY + timedelta(days=days), "on parental leave", TODAY)
    assert "due_on" in caught.value.fields


def test_an_extension_up_to_ninety_days_from_today_is_given_also_when_it_is_overdue() -> None:
    check_extension(TODAY - timedelta(days=12), TODAY, "on parental leave", TODAY)
    check_extension(TODAY, TODAY + timedelta(days=90), "on parental leave", TODAY)


COURSE, OTHER = new_id(), new_id()


def make_wanted(course: UUID = COURSE, joined: str = "2026-09-14") -> Wanted:
    """Return a requirement due 30 days after joining."""
    return Wanted(new_id(), new_id(), course, AFTER_30, 0, day(joined))


def make_had(status: AssignmentStatus, course: UUID = COURSE, **more: object) -> Had:
    """Return something that somebody had."""
    return replace(Had(new_id(), course, status), **more)


def test_what_is_asked_and_not_there_is_made() -> None:
    one = make_wanted()
    ((wanted, due),) = reconcile([one], [], TODAY).make
    assert wanted is one
    assert due.due_on == day("2026-10-14")


def test_a_course_that_two_paths_ask_for_is_asked_once_by_the_first() -> None:
    first, second = make_wanted(), make_wanted()
    assert [one for one, _ in reconcile([first, second], [], TODAY).make] == [first]


@pytest.mark.parametrize("status", [*OPEN, AssignmentStatus.EXEMPTED, AssignmentStatus.COMPLETED])
def test_what_is_open_exempt_or_done_for_good_is_not_asked_again(status: AssignmentStatus) -> None:
    plan = reconcile([make_wanted()], [make_had(status, ended_on=TODAY)], TODAY)
    assert plan.make == ()
    assert plan.cancel == ()


def test_what_is_open_and_not_asked_any_more_is_cancelled_and_nothing_else_is() -> None:
    had = [make_had(A.ASSIGNED), make_had(A.COMPLETED, OTHER, ended_on=TODAY)]
    assert reconcile([], had, TODAY).cancel == (had[0].assignment_id,)


def test_whoever_comes_back_is_asked_when_what_they_did_runs_out() -> None:
    done = make_had(A.COMPLETED, ended_on=day("2026-08-01"), valid_until=day("2027-08-01"))
    ((_, due),) = reconcile([make_wanted()], [done], TODAY).make
    assert due.due_on == day("2027-08-01")


def test_the_latest_of_several_completions_counts() -> None:
    old = make_had(A.COMPLETED, ended_on=day("2024-08-01"), valid_until=day("2025-08-01"))
    new = make_had(A.COMPLETED, ended_on=day("2026-08-01"), valid_until=day("2027-08-01"))
    ((_, due),) = reconcile([make_wanted()], [old, new], TODAY).make
    assert due.due_on == day("2027-08-01")


@given(
    st.lists(st.sampled_from([COURSE, OTHER]), max_size=4),
    st.lists(st.tuples(st.sampled_from([COURSE, OTHER]), st.sampled_from(list(A))), max_size=3),
)
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    courses: list[UUID], before: list[tuple[UUID, AssignmentStatus]]
) -> None:
    wanted = [replace(make_wanted(one), due=YEARLY) for one in courses]
    had = [make_had(status, course, ended_on=TODAY) for course, status in dict(before).items()]
    had = [one for one in had if one.status is not A.CANCELLED]
    plan = reconcile(wanted, had, TODAY)
    kept = [one for one in had if one.assignment_id not in plan.cancel]
    made = [make_had(A.ASSIGNED, one.course_id) for one, _ in plan.make]
    again = reconcile(wanted, [*kept, *made], TODAY)
    assert (again.make, again.cancel) == ((), ())
