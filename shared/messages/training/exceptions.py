"""Due dates that cannot be met. Reasons stay with training."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages.base import message


@message("training.due_exception.requested.v1")
@dataclass(frozen=True)
class DueExceptionRequested:
    """The due day cannot be met; `cause`: `asked`, or what a rule found."""

    exception_id: UUID
    assignment_id: UUID
    person_id: UUID
    cause: str
    due_on: date


@message("training.due_exception.granted.v1")
@dataclass(frozen=True)
class DueExceptionGranted:
    """It is due on another day."""

    exception_id: UUID
    assignment_id: UUID
    person_id: UUID
    due_on: date


@message("training.due_exception.refused.v1")
@dataclass(frozen=True)
class DueExceptionRefused:
    """The due day stays."""

    exception_id: UUID
    assignment_id: UUID
    person_id: UUID


@message("training.due_exception.withdrawn.v1")
@dataclass(frozen=True)
class DueExceptionWithdrawn:
    """Nobody asks any more, or there is nothing left to decide."""

    exception_id: UUID
    assignment_id: UUID
    person_id: UUID
