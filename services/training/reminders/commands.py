"""Sending reminders: as rows that the person sees on their own page."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.reminders.models import Reminder
from services.training.reminders.queries import find_reminder, list_to_remind
from services.training.reminders.rules import FROM_DAYS, ReminderKind
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import Entry, append, append_many, row_state
from shared.messages.training import ReminderSent


def remind(uow: UnitOfWork, assignment: Assignment, *, actor: Principal, now: datetime) -> Reminder | None:
    """Remind somebody because a manager asks for it: once a day; None when that was done today already.

    Raises Conflict when there is nothing open to be reminded of.
    """
    today = local_date(now)
    if assignment.status not in OPEN:
        raise Conflict(N_("This training is not open any more"))
    if find_reminder(uow.session, assignment.id, ReminderKind.MANAGER, today) is not None:
        return None
    reminder = Reminder(
        id=new_id(),
        assignment_id=assignment.id,
        person_id=assignment.person_id,
        kind=ReminderKind.MANAGER,
        mark=today,
        sent_at=now,
    )
    uow.session.add(reminder)
    sent = ReminderSent(assignment.id, assignment.person_id, reminder.kind, today)
    append(uow, sent, row=reminder, actor=actor, now=now, person_id=assignment.person_id)
    return reminder


def send_chunk(uow: UnitOfWork, *, now: datetime, limit: int = 2_000) -> int:
    """Send the next automatic reminders and return how many; 0 when everybody has had theirs."""
    today = local_date(now)
    rows: list[dict[str, Any]] = []
    for kind, _ in FROM_DAYS:
        rows += [
            {
                "id": new_id(),
                "assignment_id": assignment_id,
                "person_id": person_id,
                "kind": kind,
                "mark": due_on,
                "sent_at": now,
            }
            for assignment_id, person_id, due_on in list_to_remind(
                uow.session, kind, today, limit=limit - len(rows)
            )
        ]
        if len(rows) >= limit:
            break
    if rows:
        entries = [_entry(row, now) for row in rows]
        uow.session.execute(insert(Reminder), rows)
        append_many(uow.session.connection(), entries)
    return len(rows)


def _entry(row: dict[str, Any], now: datetime) -> Entry:
    entry = Entry(
        ReminderSent(row["assignment_id"], row["person_id"], row["kind"], row["mark"]),
        f"{Reminder.__audit_kind__}/{row['id']}",
        SYSTEM.actor,
        now,
        person_id=row["person_id"],
        state=row_state(Reminder, row),
    )
    row["last_event_id"] = entry.id
    return entry
