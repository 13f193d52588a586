"""Telling managers and trainers of those who are to learn with a mentor and have none."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.training.mentorless.queries import Mentorless, list_mentorless, list_trainers
from services.training.mentorless.rules import STAGES, told
from services.training.notices.commands import Telling, tell_many
from services.training.notices.rules import NoticeKind
from services.training.reminders.rules import Stage
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.jobs import JobContext

MENTORLESS_JOB = "training.mentoring.missing"
_AT_A_TIME = 500


def tell_chunk(
    uow: UnitOfWork, stage: Stage, after: UUID | None, *, now: datetime
) -> tuple[UUID | None, int]:
    """Tell of the next ones at a stage; return the last assignment, None at the end, and how many notices were given.

    Each notice has a key, so a job that is started again, or two at once, tell nobody twice.
    """
    today = local_date(now)
    found = list_mentorless(uow.session, stage, today, after=after, limit=_AT_A_TIME)
    if not found:
        return None, 0
    trainers = list_trainers(uow.session, today)
    tellings = [
        _telling(one, reader, stage)
        for one in found
        for reader in told(one.person_id, one.manager_id, trainers)
    ]
    return found[-1].assignment_id, tell_many(uow, tellings, now=now)


def tell_of_mentorless(context: JobContext) -> dict[str, Any]:
    """Tell of everybody for whom a stage has come; may be run again."""
    total = 0
    for stage in STAGES:
        after: UUID | None = None
        while True:
            with context.database.write() as uow:
                after, given = tell_chunk(uow, stage, after, now=context.clock.now())
            total += given
            if after is None:
                break
            context.progress(total)
    return {"told": total}


def _telling(one: Mentorless, reader: UUID, stage: Stage) -> Telling:
    return Telling(
        reader,
        NoticeKind.MENTOR_MISSING,
        one.course_id,
        f"{one.due_on}/{stage.days}",
        one.assignment_id,
        about_id=one.person_id,
        due_on=one.due_on,
        stage=stage.days,
    )
