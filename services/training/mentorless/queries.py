"""Finding who is to learn with a mentor and has none, and who the trainers are."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.mentorless.rules import STAGES
from services.training.notices.models import Notice
from services.training.notices.rules import NoticeKind
from services.training.pairing.queries import is_here, lacks_mentor
from services.training.reminders.rules import Stage, due_range
from shared.directory import DirectoryPerson
from shared.messages.people import Position


@dataclass(frozen=True)
class Mentorless:
    """An assignment that takes a mentor, of somebody who has none."""

    assignment_id: UUID
    person_id: UUID
    course_id: UUID
    due_on: date
    manager_id: UUID | None


def list_mentorless(
    session: Session, stage: Stage, today: date, *, after: UUID | None, limit: int
) -> list[Mentorless]:
    """Return the next assignments that lack a mentor, for which the stage has come and nobody was told, by id."""
    first, last = due_range(STAGES, stage, today)
    was_told = exists().where(
        Notice.assignment_id == Assignment.id,
        Notice.kind == NoticeKind.MENTOR_MISSING,
        Notice.due_on == Assignment.due_on,
        Notice.stage == stage.days,
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
            lacks_mentor(session),
            Assignment.due_on.between(first, last),
            is_here(today),
            ~was_told,
        )
        .order_by(Assignment.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Assignment.id > after)
    return [Mentorless(*row) for row in session.execute(statement)]


def list_trainers(session: Session, today: date) -> list[UUID]:
    """Return who works in training and is here."""
    trainers = select(DirectoryPerson.id).where(
        DirectoryPerson.position == Position.TRAINING.value, is_here(today)
    )
    return list(session.scalars(trainers.order_by(DirectoryPerson.id)))
