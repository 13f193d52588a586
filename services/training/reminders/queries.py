"""Reading reminders, and finding who is to be reminded."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.reminders.models import Reminder
from services.training.reminders.rules import ReminderKind, due_range


def list_latest_of_person(session: Session, person_id: UUID) -> dict[UUID, Reminder]:
    """Return the latest reminder for each assignment that is still open."""
    statement = (
        select(Reminder)
        .join(Assignment, Assignment.id == Reminder.assignment_id)
        .where(Reminder.person_id == person_id, Assignment.status.in_(OPEN))
        .order_by(Reminder.sent_at, Reminder.id)
    )
    return {one.assignment_id: one for one in session.scalars(statement)}


def find_reminder(session: Session, assignment_id: UUID, kind: ReminderKind, mark: date) -> Reminder | None:
    """Return the reminder of that kind and mark, or None."""
    return session.scalar(
        select(Reminder).where(
            Reminder.assignment_id == assignment_id, Reminder.kind == kind, Reminder.mark == mark
        )
    )


def list_to_remind(
    session: Session, kind: ReminderKind, today: date, *, limit: int
) -> list[tuple[UUID, UUID, date]]:
    """Return assignment, person and due date of those who are to have this reminder and have not had it."""
    first, last = due_range(kind, today)
    had = exists().where(
        Reminder.assignment_id == Assignment.id, Reminder.kind == kind, Reminder.mark == Assignment.due_on
    )
    statement = (
        select(Assignment.id, Assignment.person_id, Assignment.due_on)
        .where(
            Assignment.status.in_(OPEN),
            Assignment.released_at.is_(None),
            Assignment.opens_on <= today,
            Assignment.due_on.between(first, last),
            ~had,
        )
        .order_by(Assignment.due_on, Assignment.id)
        .limit(limit)
    )
    return [(one, person, due_on) for one, person, due_on in session.execute(statement)]
