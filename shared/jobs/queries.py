"""Reading jobs."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.jobs.models import UNFINISHED, Job
from shared.jobs.rules import JobStatus


def find_job(session: Session, job_id: UUID) -> Job | None:
    """Return the job as it is now in the database, or None."""
    return session.get(Job, job_id, populate_existing=True)


def get_job(session: Session, job_id: UUID) -> Job:
    """Return the job as it is now in the database; raise NotFound."""
    found = find_job(session, job_id)
    if found is None:
        raise NotFound(N_("There is no such job"))
    return found


def find_unfinished(session: Session, kind: str, key: str) -> Job | None:
    """Return the queued or running job of this kind with this key, or None."""
    return session.scalar(select(Job).where(Job.kind == kind, Job.key == key, UNFINISHED))


def list_jobs(
    session: Session,
    *,
    kind: str | None = None,
    status: JobStatus | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Job]:
    """Return a page of jobs, the newest first."""
    statement = select(Job)
    if kind is not None:
        statement = statement.where(Job.kind == kind)
    if status is not None:
        statement = statement.where(Job.status == status)
    return paginate(
        session, statement, keys=[Job.created_at, Job.id], cursor=cursor, limit=limit, descending=True
    )


def count_jobs(session: Session) -> dict[JobStatus, int]:
    """Return how many jobs stand in each status, zero included."""
    rows = session.execute(select(Job.status, func.count().label("number")).group_by(Job.status))
    return dict.fromkeys(JobStatus, 0) | {row.status: row.number for row in rows}


def list_due_ids(session: Session, *, now: datetime, kinds: Collection[str], limit: int) -> list[UUID]:
    """Return the ids of up to `limit` jobs of `kinds` that somebody should take, those due first in front."""
    statement = (
        select(Job.id).where(is_due(now), Job.kind.in_(kinds)).order_by(Job.run_at, Job.id).limit(limit)
    )
    return list(session.scalars(statement))


def is_due(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a job waits to be taken: queued and due, or left by a worker whose lease ran out."""
    return or_(
        and_(Job.status == JobStatus.QUEUED, Job.run_at <= now),
        and_(Job.status == JobStatus.RUNNING, Job.lease_until <= now),
    )
