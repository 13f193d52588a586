"""Reading the plan of reminders, and finding who is to be reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, select, true
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.notices.models import Notice
from services.training.notices.rules import NoticeKind
from services.training.reminders.models import ReminderStage
from services.training.reminders.rules import Stage, due_range
from shared.directory import DirectoryPerson


@dataclass(frozen=True)
class Late:
    """An assignment of which somebody is to be reminded, and who manages them."""

    assignment_id: UUID
    person_id: UUID
    course_id: UUID
    due_on: date
    manager_id: UUID | None


def list_stages(session: Session) -> list[Stage]:
    """Return the plan, from the earliest reminder to the latest."""
    rows = session.scalars(select(ReminderStage).order_by(ReminderStage.days))
    return [Stage(one.days, one.every, one.tells_manager) for one in rows]


def list_to_remind(
    session: Session, stages: Sequence[Stage], stage: Stage, today: date, *, limit: int
) -> list[Late]:
    """Return of whom the stage is to remind today and has not: one query."""
    first, last = due_range(stages, stage, today)
    told = exists().where(
        Notice.assignment_id == Assignment.id,
        Notice.kind == (NoticeKind.OVERDUE if stage.days > 0 else NoticeKind.DUE),
        Notice.due_on == Assignment.due_on,
        Notice.stage == stage.days,
        Notice.day > today - timedelta(days=stage.every) if stage.every else true(),
    )
    statement = (
        select(
            Assignment.id,
            Assignment.person_id,
            Assignment.course_id,
            Assignment.due_on,
            DirectoryPerson.manager_id,
        )
        .join(DirectoryPerson, DirectoryPerson.id == Assignment.person_id)
        .where(
            Assignment.status.in_(OPEN),
            Assignment.released_at.is_(None),
            Assignment.opens_on <= today,
            Assignment.due_on.between(first, last),
            ~told,
        )
        .order_by(Assignment.due_on, Assignment.id)
        .limit(limit)
    )
    return [Late(*row) for row in session.execute(statement)]
