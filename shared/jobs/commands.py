"""What changes a job's row. Attempts hold a claim; whoever lost it changes nothing any more.

`enqueue` is part of the caller's unit of work. The others are short transactions of their own, outside of
units of work, so that keeping the books of a job neither wakes the followers of the log nor waits for them.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.core.canonical import to_plain
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.db.uow import Database, UnitOfWork
from shared.jobs import bell
from shared.jobs.errors import LOST, LeaseLost, SafeError
from shared.jobs.models import Job
from shared.jobs.queries import find_unfinished, is_due
from shared.jobs.rules import JobStatus, Step, after_failure, after_lapse, next_status

_WANTED = (
    Job.id,
    Job.kind,
    Job.payload,
    Job.status,
    Job.attempts,
    Job.max_attempts,
    Job.lease_token,
    Job.created_by,
)


@dataclass(frozen=True)
class Claim:
    """One attempt's hold on a job: `token` is what tells it from any later attempt."""

    job_id: UUID
    kind: str
    payload: dict[str, Any] = field(repr=False)
    attempt: int
    max_attempts: int
    created_by: str
    token: UUID


def enqueue(
    uow: UnitOfWork,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    created_by: Principal | str,
    key: str | None = None,
    run_at: datetime | None = None,
    max_attempts: int = 5,
) -> Job:
    """Add a job to the unit of work and return it, or the unfinished one with the same kind and key.

    The payload is stored as plain JSON values (ids and instants as text). Whoever does the work is told after
    the commit, unless `run_at` is later than `now`.
    """
    values = _new(kind, payload, now=now, created_by=created_by, key=key, run_at=run_at, tries=max_attempts)
    while (made := _insert(uow, values)) is None:
        assert key is not None
        # It may have been finished since the insert met it; then there is room for ours.
        found = find_unfinished(uow.session, kind, key)
        if found is not None:
            return found
    return made


def enqueue_scheduled(
    uow: UnitOfWork, kind: str, payload: Mapping[str, Any], *, minute: datetime, now: datetime
) -> bool:
    """Add the job a schedule asks for at `minute`; return False when it is there already, done or not."""
    key = f"{kind}@{minute.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
    values = _new(kind, payload, now=now, created_by="system", key=key, run_at=minute, tries=5)
    values["id"] = _scheduled_id(key, minute)
    return _insert(uow, values) is not None


def take(
    database: Database,
    kinds: Collection[str],
    *,
    now: datetime,
    lease: timedelta,
    job_id: UUID | None = None,
) -> Claim | None:
    """Take the job that is due first, or `job_id` if it is due; None when there is nothing to take.

    Of several workers exactly one gets it, until `now + lease`. A job whose workers were all lost is failed.
    """
    statement = select(*_WANTED).where(is_due(now), Job.kind.in_(kinds)).order_by(Job.run_at, Job.id).limit(1)
    if job_id is not None:
        statement = statement.where(Job.id == job_id)
    with database.engine.begin() as connection:
        # Others look past a row that is being taken (PostgreSQL; on SQLite there is one writer at a time).
        while row := connection.execute(statement.with_for_update(skip_locked=True)).one_or_none():
            claim = _claim(connection, row, now, lease)
            if claim is not None:
                return claim
    return None


def heartbeat(
    database: Database,
    claim: Claim,
    *,
    now: datetime,
    lease: timedelta,
    done: int | None = None,
    total: int | None = None,
) -> None:
    """Keep the job until `now + lease`, with its progress if given.

    Raises LeaseLost when it is somebody else's by now.
    """
    values: dict[str, Any] = {"lease_until": now + lease}
    if done is not None:
        values |= {"progress_done": done, "progress_total": total}
    with database.engine.begin() as connection:
        _set_held(connection, claim, values)


def finish(database: Database, claim: Claim, *, now: datetime, result: dict[str, Any] | None) -> None:
    """Record that the work is done; raise LeaseLost when it is somebody else's by now."""
    values = {"result": result, "error": None, "error_code": None} | _released()
    values |= {"status": next_status(JobStatus.RUNNING, Step.FINISH), "finished_at": now}
    with database.engine.begin() as connection:
        _set_held(connection, claim, values)


def fail(database: Database, claim: Claim, *, now: datetime, error: SafeError) -> JobStatus:
    """Record that the attempt failed, and return the status: queued to be tried later, or failed for good.

    Raises LeaseLost when it is somebody else's by now.
    """
    outcome = after_failure(claim.attempt, claim.max_attempts, now=now, permanent=error.permanent)
    values = {"status": outcome.status, "error": error.message, "error_code": error.code} | _released()
    values |= {"finished_at": now} if outcome.run_at is None else {"run_at": outcome.run_at}
    with database.engine.begin() as connection:
        _set_held(connection, claim, values)
    return outcome.status


def _new(
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    created_by: Principal | str,
    key: str | None,
    run_at: datetime | None,
    tries: int,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": kind,
        "key": key,
        "payload": to_plain(payload),
        "status": JobStatus.QUEUED,
        "progress_done": 0,
        "attempts": 0,
        "max_attempts": tries,
        "run_at": run_at or now,
        "created_at": now,
        "created_by": created_by.actor if isinstance(created_by, Principal) else created_by,
    }


def _insert(uow: UnitOfWork, values: dict[str, Any]) -> Job | None:
    """Insert the row and return it, or None when its id or its unfinished key is there.

    One that is due is rung for after the commit.
    """
    # An ordinary insert that meets its like would end the caller's transaction on PostgreSQL.
    table = sqlite.insert(Job) if uow.database.is_sqlite else postgresql.insert(Job)
    statement = table.values(values).on_conflict_do_nothing().returning(Job)
    made: Job | None = uow.session.scalars(statement).first()
    if made is not None and values["run_at"] <= values["created_at"]:
        uow.after_commit(partial(bell.ring, uow.database, values["id"]))
    return made


def _scheduled_id(key: str, minute: datetime) -> UUID:
    """Return the same UUIDv7 for the same key: its time is the minute, its random bits a digest of the key.

    So the primary key keeps two schedulers from making two jobs, even when the first is done by then.
    """
    bits = int.from_bytes(hashlib.sha256(key.encode()).digest()[:10])
    milliseconds = int(minute.timestamp() * 1000)
    low = (0b10 << 62) | (bits & (2**62 - 1))
    return UUID(int=(milliseconds << 80) | (7 << 76) | ((bits >> 62 & 0xFFF) << 64) | low)


def _claim(connection: Connection, row: Row[Any], now: datetime, lease: timedelta) -> Claim | None:
    status: JobStatus = row.status
    if status is JobStatus.RUNNING:
        status = after_lapse(row.attempts, row.max_attempts)
    if status is JobStatus.FAILED:
        lost = {"status": status, "finished_at": now, "error": LOST.message, "error_code": LOST.code}
        _compare_and_set(connection, row, lost | _released())
        return None
    token = new_id()
    taken = {
        "status": next_status(status, Step.TAKE),
        "attempts": row.attempts + 1,
        "lease_token": token,
        "lease_until": now + lease,
        "progress_done": 0,
        "progress_total": None,
    }
    if not _compare_and_set(connection, row, taken):
        return None
    return Claim(row.id, row.kind, row.payload, row.attempts + 1, row.max_attempts, row.created_by, token)


def _compare_and_set(connection: Connection, row: Row[Any], values: dict[str, Any]) -> bool:
    """Change the row if it is still as it was seen."""
    seen = (Job.id == row.id, Job.status == row.status, Job.lease_token == row.lease_token)
    return connection.execute(update(Job).where(*seen).values(values)).rowcount == 1


def _set_held(connection: Connection, claim: Claim, values: dict[str, Any]) -> None:
    held = (Job.id == claim.job_id, Job.status == JobStatus.RUNNING, Job.lease_token == claim.token)
    if connection.execute(update(Job).where(*held).values(values)).rowcount != 1:
        raise LeaseLost(f"job {claim.job_id}")


def _released() -> dict[str, Any]:
    return {"lease_token": None, "lease_until": None}
