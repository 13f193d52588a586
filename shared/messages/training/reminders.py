"""Reminders and other notices."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages.base import message


@message("training.reminder.sent.v1")
@dataclass(frozen=True)
class ReminderSent:
    """Somebody was reminded, of `assignment_id`, in the way that `kind` names, once for `mark`.

    Until 2026 all reminders were told so; since then they are notices.
    """

    assignment_id: UUID
    person_id: UUID
    kind: str
    mark: date


@message("training.notice.given.v1")
@dataclass(frozen=True)
class NoticeGiven:
    """`person_id` was told something, of the `kind`, about an assignment or a course; `due_on` is what it names."""

    notice_id: UUID
    person_id: UUID
    kind: str
    course_id: UUID
    assignment_id: UUID | None
    due_on: date | None


@message("training.reminder_plan.changed.v1")
@dataclass(frozen=True)
class ReminderPlanChanged:
    """People are reminded on these days from now on: days after the due day (before it, when negative)."""

    days: tuple[int, ...]
