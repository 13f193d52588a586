"""Work that every service does by the clock: signing the head of its log."""

from collections.abc import Mapping
from typing import Any

from shared.eventlog import load_or_create_key, make_checkpoint
from shared.jobs import JobContext, JobHandler, Schedule


def checkpoint(context: JobContext) -> dict[str, Any]:
    """Sign the current head of the log, so that an auditor can hold later states against it."""
    key = load_or_create_key(context.settings.key_dir, context.service)
    with context.database.write() as uow:
        made = make_checkpoint(uow, key, context.clock.now())
    return {"size": made.size}


LOG_JOBS: Mapping[str, JobHandler] = {"log.checkpoint": checkpoint}
LOG_SCHEDULES = (Schedule("log.checkpoint", minute="0"),)
