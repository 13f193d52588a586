"""What an assignment may become, and which assignments somebody should have. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.training.certifications.rules import DueRule, Since
from shared.core.errors import Conflict, IllegalTransition, InvalidInput
from shared.core.reasons import check_reason
from shared.core.text import N_
from shared.core.zones import end_of_day

# How far from today a manager may move a due date; beyond that the requirement itself is in question.
MOST_EXTENSION_DAYS = 90


class AssignmentStatus(StrEnum):
    """What is stored; that one is overdue is seen from its due day."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    EXEMPTED = "exempted"
    CANCELLED = "cancelled"


OPEN = (AssignmentStatus.ASSIGNED, AssignmentStatus.IN_PROGRESS)


class AssignmentStep(StrEnum):
    """What may happen to an assignment."""

    START = "start"
    EXTEND = "extend"
    RELEASE = "release"
    MOVE = "move"
    COMPLETE = "complete"
    SATISFY = "satisfy"
    EXEMPT = "exempt"
    CANCEL = "cancel"
    REOPEN = "reopen"
    TAKE_BACK = "take_back"


STATUS_WORDS = {
    AssignmentStatus.ASSIGNED: N_("Assigned"),
    AssignmentStatus.IN_PROGRESS: N_("Under way"),
    AssignmentStatus.COMPLETED: N_("Completed"),
    AssignmentStatus.EXEMPTED: N_("Exempt"),
    AssignmentStatus.CANCELLED: N_("Cancelled"),
}
STEP_WORDS = {
    AssignmentStep.START: N_("start"),
    AssignmentStep.EXTEND: N_("extend"),
    AssignmentStep.RELEASE: N_("release"),
    AssignmentStep.MOVE: N_("move"),
    AssignmentStep.COMPLETE: N_("complete"),
    AssignmentStep.SATISFY: N_("satisfy"),
    AssignmentStep.EXEMPT: N_("exempt"),
    AssignmentStep.CANCEL: N_("cancel"),
    AssignmentStep.REOPEN: N_("take back"),
    AssignmentStep.TAKE_BACK: N_("take back"),
}


class Origin(StrEnum):
    """Who asks for it: a learning path's audience, somebody by hand or in a file, or a course that was revised.

    What no audience asked for is not cancelled when audiences change.
    """

    AUDIENCE = "audience"
    HAND = "hand"
    CSV = "csv"
    RETRAINING = "retraining"


ORIGIN_WORDS = {
    Origin.AUDIENCE: N_("By a learning path"),
    Origin.HAND: N_("By hand"),
    Origin.CSV: N_("By file"),
    Origin.RETRAINING: N_("Because the course was revised"),
}


class CancelReason(StrEnum):
    """Why an assignment is no longer asked of somebody."""

    LEFT = "left"
    OUT_OF_AUDIENCE = "out_of_audience"
    ARCHIVED = "archived"
    NOT_NEEDED = "not_needed"
    BY_HAND = "by_hand"


class Urgency(StrEnum):
    """How an assignment stands on a day, for people: derived, never stored."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    OPEN = "open"
    LATER = "later"
    DONE = "done"
    EXEMPTED = "exempted"
    CANCELLED = "cancelled"


URGENCY_WORDS = {
    Urgency.OVERDUE: N_("Overdue"),
    Urgency.DUE_SOON: N_("Due soon"),
    Urgency.OPEN: N_("Open"),
    Urgency.LATER: N_("Not open yet"),
    Urgency.DONE: N_("Completed"),
    Urgency.EXEMPTED: N_("Exempt"),
    Urgency.CANCELLED: N_("Cancelled"),
}


def next_status(status: AssignmentStatus, step: AssignmentStep) -> AssignmentStatus:
    """Return the status after `step`; what has ended stays as it ended, unless what completed it never was.

    Then it is open again; where the course was completed again since, nobody is asked for it a second time.
    """
    match (status, step):
        case (AssignmentStatus.ASSIGNED | AssignmentStatus.IN_PROGRESS, AssignmentStep.START):
            return AssignmentStatus.IN_PROGRESS
        case (
            AssignmentStatus.ASSIGNED | AssignmentStatus.IN_PROGRESS,
            AssignmentStep.EXTEND | AssignmentStep.RELEASE | AssignmentStep.MOVE,
        ):
            return status
        case (AssignmentStatus.IN_PROGRESS, AssignmentStep.COMPLETE):
            return AssignmentStatus.COMPLETED
        case (AssignmentStatus.ASSIGNED | AssignmentStatus.IN_PROGRESS, AssignmentStep.SATISFY):
            return AssignmentStatus.COMPLETED
        case (AssignmentStatus.ASSIGNED | AssignmentStatus.IN_PROGRESS, AssignmentStep.EXEMPT):
            return AssignmentStatus.EXEMPTED
        case (AssignmentStatus.ASSIGNED | AssignmentStatus.IN_PROGRESS, AssignmentStep.CANCEL):
            return AssignmentStatus.CANCELLED
        case (AssignmentStatus.COMPLETED, AssignmentStep.REOPEN):
            return AssignmentStatus.IN_PROGRESS
        case (AssignmentStatus.COMPLETED, AssignmentStep.TAKE_BACK):
            return AssignmentStatus.CANCELLED
        case _:
            raise IllegalTransition(N_("The assignment"), STATUS_WORDS[status], STEP_WORDS[step])


def is_overdue(status: AssignmentStatus, due_on: date, at: datetime) -> bool:
    """Say whether it is open and its due day is over."""
    return status in OPEN and end_of_day(due_on) <= at


def urgency(status: AssignmentStatus, opens_on: date, due_on: date, today: date) -> Urgency:
    """Return how it stands on a day."""
    match status:
        case AssignmentStatus.COMPLETED:
            return Urgency.DONE
        case AssignmentStatus.EXEMPTED:
            return Urgency.EXEMPTED
        case AssignmentStatus.CANCELLED:
            return Urgency.CANCELLED
        case AssignmentStatus.ASSIGNED | AssignmentStatus.IN_PROGRESS:
            if due_on < today:
                return Urgency.OVERDUE
            if due_on <= today + timedelta(days=14):
                return Urgency.DUE_SOON
            return Urgency.OPEN if opens_on <= today else Urgency.LATER


def check_may_start(opens_on: date, today: date, *, holds_certificate: bool) -> None:
    """Raise Conflict before its window; whoever has no valid certificate (any more) need not wait for it."""
    if today < opens_on and holds_certificate:
        raise Conflict(N_("This training opens on %(day)s", day=opens_on.isoformat()))


def check_extension(due_on: date, new_due_on: date, reason: str, today: date) -> None:
    """Raise InvalidInput unless the new day is later than before, not past, within 90 days, and has a reason."""
    if new_due_on <= due_on:
        message = N_("An extension is later than the present due date")
    elif new_due_on < today:
        message = N_("That day has passed")
    elif new_due_on > today + timedelta(days=MOST_EXTENSION_DAYS):
        message = N_("At most %(days)s days from today", days=MOST_EXTENSION_DAYS)
    else:
        check_reason(reason)
        return
    raise InvalidInput(message, fields={"due_on": [message]})


@dataclass(frozen=True)
class Wanted:
    """A requirement that applies to somebody since they joined its audience on `joined_on`.

    With a `group_id` it is one of several to choose from, of which `need` have to be met.
    """

    requirement_id: UUID
    curriculum_id: UUID
    course_id: UUID
    due: DueRule
    extra_days: int
    joined_on: date
    hired_on: date | None = None
    position_since: date | None = None
    group_id: UUID | None = None
    need: int = 1

    @property
    def since(self) -> Since:
        """The days that a due rule may count from."""
        return Since(self.joined_on, self.hired_on, self.position_since)


@dataclass(frozen=True)
class Had:
    """An open or ended assignment of somebody for a course. `valid_until` is its certificate's.

    `due_on` is the day it was made for, before any extension; `choice_id` is set where it is one of several to
    choose from. What was asked `by_hand` stays, whatever audiences ask.
    """

    assignment_id: UUID
    course_id: UUID
    status: AssignmentStatus
    ended_on: date | None = None
    valid_until: date | None = None
    opened_on: date | None = None
    due_on: date | None = None
    made_on: date | None = None
    choice_id: UUID | None = None
    curriculum_id: UUID | None = None
    by_hand: bool = False
