"""What the tests of jobs say often."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.db.uow import Database
from shared.jobs import Job, enqueue, get_job


def add_job(database: Database, now: datetime, kind: str = "count", **options: Any) -> UUID:
    """Enqueue a job in a unit of work of its own and return its id."""
    options.setdefault("payload", {})
    options.setdefault("created_by", "system")
    with database.write() as uow:
        return enqueue(uow, kind, now=now, **options).id


def read_job(database: Database, job_id: UUID) -> Job:
    """Return the job as it is now."""
    with database.read() as uow:
        job = get_job(uow.session, job_id)
        uow.session.expunge(job)  # It outlives the unit of work.
        return job


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that happens in another thread or process; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
