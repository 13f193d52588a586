"""Doing one job that was taken: call the handler, keep the lease meanwhile, record how it ended."""

import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from shared.core.canonical import to_plain
from shared.jobs.commands import fail, finish, heartbeat
from shared.jobs.context import JobContext, JobHandler
from shared.jobs.errors import LeaseLost, describe

log = structlog.get_logger(__name__)


def execute(context: JobContext, handler: JobHandler) -> None:
    """Do the job that the context holds, and record its end. Raises only when its end cannot be recorded."""
    found = log.bind(
        job_id=str(context.job_id), service=context.service, kind=context.kind, attempt=context.attempt
    )
    started = time.monotonic()
    try:
        with _kept(context):
            result = handler(context)
        plain = None if result is None else to_plain(result)
        finish(context.database, context.claim, now=context.clock.now(), result=plain)
    except LeaseLost:
        found.warning("job_lease_lost", seconds=_since(started))
    except Exception as error:
        _record_failure(context, error, found, started)
    else:
        found.info("job_done", seconds=_since(started))


def _record_failure(
    context: JobContext, error: Exception, found: structlog.stdlib.BoundLogger, started: float
) -> None:
    safe = describe(error)
    try:
        status = fail(context.database, context.claim, now=context.clock.now(), error=safe)
    except LeaseLost:
        found.warning("job_lease_lost", seconds=_since(started))
        return
    # The place, not the text: an exception's text may hold the data it fell over.
    found.error(
        "job_attempt_failed", status=status, error=safe.code, at=_place(error), seconds=_since(started)
    )


@contextmanager
def _kept(context: JobContext) -> Iterator[None]:
    """Extend the lease while the block runs, however long it takes and whether or not it reports progress."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(context, over), name="job-lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(context: JobContext, over: threading.Event) -> None:
    while not over.wait(context.lease.total_seconds() / 3):
        try:
            heartbeat(context.database, context.claim, now=context.clock.now(), lease=context.lease)
        except LeaseLost:
            return
        except SQLAlchemyError as error:
            log.warning("job_lease_not_extended", job_id=str(context.job_id), error=type(error).__name__)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1]
    return f"{Path(last.filename).name}:{last.lineno} {last.name}"


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
