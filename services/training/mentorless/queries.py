"""Finding who is to learn with a mentor and has none, and who the trainers are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.mentoring.models import Mentorship
from services.training.mentoring.rules import OPEN as OPEN_MENTORSHIPS
from services.training.mentoring.rules import MentorshipStatus
from services.training.mentorless.rules import STAGES
from services.training.notices.models import Notice
from services.training.notices.rules import NoticeKind
from services.training.pairing.queries import is_here
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
    session: Session,
    course_ids: Collection[UUID],
    stage: Stage,
    today: date,
    *,
    after: UUID | None,
    limit: int,
) -> list[Mentorless]:
    """Return the next assignments of these courses for which the stage has come and nobody was told, by id.

    A mentorship that is proposed waits for the manager already, and one that was signed off for the course is done.
    """
    first, last = due_range(STAGES, stage, today)
    mentored = exists().where(
        Mentorship.mentee_id == Assignment.person_id,
        or_(
            Mentorship.status.in_(OPEN_MENTORSHIPS),
            and_(
                Mentorship.status == MentorshipStatus.COMPLETED, Mentorship.course_id == Assignment.course_id
            ),
        ),
    )
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
            Assignment.course_id.in_(course_ids),
            Assignment.status.in_(OPEN),
            Assignment.released_at.is_(None),
            Assignment.due_on.between(first, last),
            is_here(today),
            ~mentored,
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
