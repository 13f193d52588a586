"""Assignments."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.messages.base import message


@message("training.assignment.made.v1")
@dataclass(frozen=True)
class AssignmentMade:
    """Somebody has to take a course by the end of `due_on`, and may from `opens_on`."""

    assignment_id: UUID
    person_id: UUID
    curriculum_id: UUID | None
    course_id: UUID
    opens_on: date
    due_on: date
    origin: str = "audience"


@message("training.assignment.started.v1")
@dataclass(frozen=True)
class AssignmentStarted:
    """The person opened the course for the first time."""

    assignment_id: UUID
    person_id: UUID


@message("training.assignment.extended.v1")
@dataclass(frozen=True)
class AssignmentExtended:
    """A manager gave more time; the reason is kept with the assignment."""

    assignment_id: UUID
    person_id: UUID
    due_before: date
    due_on: date


@message("training.assignment.completed.v1")
@dataclass(frozen=True)
class AssignmentCompleted:
    """The requirement is met; `score` is in percent, None where nothing was asked."""

    assignment_id: UUID
    person_id: UUID
    curriculum_id: UUID | None
    course_id: UUID
    version_id: UUID
    completed_at: datetime
    score: int | None


@message("training.assignment.satisfied.v1")
@dataclass(frozen=True)
class AssignmentSatisfied:
    """The requirement is met without the course: by a waiver or an equivalent course, the credit."""

    assignment_id: UUID
    person_id: UUID
    course_id: UUID
    credit_id: UUID


@message("training.assignment_extension.given.v1")
@dataclass(frozen=True)
class ExtensionGiven:
    """One more entry in the history of an assignment's due dates; the reason is kept there."""

    extension_id: UUID
    assignment_id: UUID
    person_id: UUID
    due_before: date
    due_on: date


@message("training.assignment.exempted.v1")
@dataclass(frozen=True)
class AssignmentExempted:
    """The requirement does not apply to this person; the reason is kept with the assignment."""

    assignment_id: UUID
    person_id: UUID


@message("training.assignment.cancelled.v1")
@dataclass(frozen=True)
class AssignmentCancelled:
    """No longer asked of them since `at`; why: `left`, `out_of_audience`, `archived`, `by_hand`, `not_needed`."""

    assignment_id: UUID
    person_id: UUID
    at: datetime
    why: str


@message("training.assignment.released.v1")
@dataclass(frozen=True)
class AssignmentReleased:
    """Asked of them until `at`, a moment still to come, such as the end of their last day; None: for good."""

    assignment_id: UUID
    person_id: UUID
    at: datetime | None


@message("training.assignment.moved.v1")
@dataclass(frozen=True)
class AssignmentMoved:
    """Its path was revised: it opens and is due on other days. `grace_days` after that it stands in the way."""

    assignment_id: UUID
    person_id: UUID
    due_before: date
    opens_on: date
    due_on: date
    grace_days: int


@message("training.assignment.regrouped.v1")
@dataclass(frozen=True)
class AssignmentRegrouped:
    """It is one of those that `choice_id` lets one choose from; None: it stands for itself."""

    assignment_id: UUID
    person_id: UUID
    choice_id: UUID | None


@message("training.completion.taken_back.v1")
@dataclass(frozen=True)
class CompletionTakenBack:
    """What counted as done never was, as is known now; the reason is kept with the retraction.

    The assignment is open again, or, where the course was completed again since, cancelled.
    """

    retraction_id: UUID
    assignment_id: UUID
    person_id: UUID
    course_id: UUID
    completed_at: datetime


@message("training.assignment.reopened.v1")
@dataclass(frozen=True)
class AssignmentReopened:
    """It is asked of them again, due when it was: what completed it was taken back."""

    assignment_id: UUID
    person_id: UUID
    due_on: date
