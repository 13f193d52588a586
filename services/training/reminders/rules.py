"""Which reminder is due on a day. Pure."""

from datetime import date, timedelta
from enum import StrEnum


class ReminderKind(StrEnum):
    """What somebody is reminded of; MANAGER is a person's own wish, once a day."""

    DUE_IN_14 = "due_in_14"
    DUE_IN_3 = "due_in_3"
    OVERDUE = "overdue"
    OVERDUE_14 = "overdue_14"
    MANAGER = "manager"


# From how many days after the due date (before it, when negative) each kind applies, the latest first.
FROM_DAYS = (
    (ReminderKind.OVERDUE_14, 15),
    (ReminderKind.OVERDUE, 1),
    (ReminderKind.DUE_IN_3, -3),
    (ReminderKind.DUE_IN_14, -14),
)


def reminder_due(due_on: date, today: date) -> ReminderKind | None:
    """Return the one automatic reminder that fits the day, or None.

    A day on which nothing ran is made up for by the next; stages that were missed are not sent after the fact.
    """
    late = (today - due_on).days
    return next((kind for kind, days in FROM_DAYS if late >= days), None)


def due_range(kind: ReminderKind, today: date) -> tuple[date, date]:
    """Return the first and last due date for which `kind` is the reminder of the day."""
    starts = dict(FROM_DAYS)
    later = [days for _, days in FROM_DAYS if days > starts[kind]]
    last = today - timedelta(days=starts[kind])
    first = today - timedelta(days=min(later) - 1) if later else date.min
    return first, last
