"""Reminders."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages.base import message


@message("training.reminder.sent.v1")
@dataclass(frozen=True)
class ReminderSent:
    """Somebody was reminded, of `assignment_id`, in the way that `kind` names, once for `mark`."""

    assignment_id: UUID
    person_id: UUID
    kind: str
    mark: date
