"""What a change of a learning path does to one person. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.training.assignments.rules import OPEN, AssignmentStatus, Had, Wanted
from services.training.certifications.rules import Due
from services.training.curricula.rules import PathContent
from services.training.enrolment.rules import Plan, reconcile, replan
from services.training.waivers.rules import Credit
from shared.core.errors import Conflict, IllegalTransition
from shared.core.text import N_


class ProposalStatus(StrEnum):
    """Where a proposal stands: nothing changes before it is confirmed."""

    COUNTING = "counting"
    READY = "ready"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


STATUS_WORDS = {
    ProposalStatus.COUNTING: N_("Being counted"),
    ProposalStatus.READY: N_("To be confirmed"),
    ProposalStatus.CONFIRMED: N_("Confirmed"),
    ProposalStatus.DROPPED: N_("Dropped"),
}


class ProposalStep(StrEnum):
    """What may happen to it."""

    COUNT = "count"
    CONFIRM = "confirm"
    DROP = "drop"


STEP_WORDS = {
    ProposalStep.COUNT: N_("count"),
    ProposalStep.CONFIRM: N_("confirm"),
    ProposalStep.DROP: N_("drop"),
}


class ChangeKind(StrEnum):
    """What would become of somebody's assignment."""

    ASSIGN = "assign"
    CANCEL = "cancel"
    MOVE = "move"


CHANGE_WORDS = {
    ChangeKind.ASSIGN: N_("Assigned"),
    ChangeKind.CANCEL: N_("Cancelled"),
    ChangeKind.MOVE: N_("Due date moved"),
}


@dataclass(frozen=True)
class Change:
    """What becomes of one course of one person."""

    course_id: UUID
    kind: ChangeKind
    due_before: date | None
    due_after: date | None


@dataclass(frozen=True)
class PersonPlan:
    """What a path does to one person: assignments made and cancelled, and open ones due on another day."""

    plan: Plan
    moves: Mapping[UUID, Due]
    changes: tuple[Change, ...]


def next_status(status: ProposalStatus, step: ProposalStep) -> ProposalStatus:
    """Return the status after `step`."""
    match (status, step):
        case (ProposalStatus.COUNTING, ProposalStep.COUNT):
            return ProposalStatus.READY
        case (ProposalStatus.READY, ProposalStep.CONFIRM):
            return ProposalStatus.CONFIRMED
        case (ProposalStatus.COUNTING | ProposalStatus.READY, ProposalStep.DROP):
            return ProposalStatus.DROPPED
        case _:
            raise IllegalTransition(N_("The proposal"), STATUS_WORDS[status], STEP_WORDS[step])


def check_current(base_revision: int, revision: int, counted_on: date | None, today: date) -> None:
    """Raise Conflict when what was shown is not what confirming would do any more."""
    if base_revision != revision:
        raise Conflict(N_("Somebody has changed this learning path meanwhile: please look at it again"))
    if counted_on != today:
        raise Conflict(N_("This was counted on an earlier day: please have it counted again"))


def moved_courses(before: PathContent | None, after: PathContent) -> frozenset[UUID]:
    """Return the courses that are in both and whose due rule or extra days differ."""
    if before is None:
        return frozenset()
    extra = {course: item.extra_days for item in before.items for course in item.courses}
    return frozenset(
        course
        for item in after.items
        for course in item.courses
        if course in extra and (before.due != after.due or extra[course] != item.extra_days)
    )


def plan_person(
    curriculum_id: UUID,
    moved: frozenset[UUID],
    wanted: Sequence[Wanted],
    had: Sequence[Had],
    credited: Sequence[Credit],
    today: date,
) -> PersonPlan:
    """Return what has to change for somebody. `moved` are the courses whose due dates are calculated anew."""
    plan = reconcile(wanted, had, today, credited)
    open_now = {one.assignment_id: one for one in had if one.status in OPEN}
    moves = dict(_moves(curriculum_id, moved, wanted, had, plan, today))
    changes = [Change(one.wanted.course_id, ChangeKind.ASSIGN, None, one.due.due_on) for one in plan.make]
    remade = {one.course_id for one in changes}
    for assignment_id in plan.cancel:
        found = open_now[assignment_id]
        if found.course_id not in remade:
            changes.append(Change(found.course_id, ChangeKind.CANCEL, found.due_on, None))
    for assignment_id, due in moves.items():
        found = open_now[assignment_id]
        changes.append(Change(found.course_id, ChangeKind.MOVE, found.due_on, due.due_on))
    return PersonPlan(plan, moves, tuple(changes))


def _moves(
    curriculum_id: UUID,
    moved: frozenset[UUID],
    wanted: Sequence[Wanted],
    had: Sequence[Had],
    plan: Plan,
    today: date,
) -> Iterable[tuple[UUID, Due]]:
    done = {one.course_id: one for one in had if one.status is AssignmentStatus.COMPLETED}
    asked = {one.course_id: one for one in wanted if one.curriculum_id == curriculum_id}
    for found in had:
        one = asked.get(found.course_id)
        mine = found.status in OPEN and found.curriculum_id == curriculum_id and found.course_id in moved
        if not mine or one is None or found.assignment_id in plan.cancel:
            continue
        before = done.get(found.course_id)
        if before is not None and one.group_id is not None:
            continue  # When a choice is due again depends on all that was chosen: it holds until then.
        due = replan(one, found, before, today)
        if due is not None and (due.opens_on, due.due_on) != (found.opened_on, found.due_on):
            yield found.assignment_id, due
