"""Which queue to tell when a database gets a new job; without one, the next sweep finds the job anyway."""

from collections.abc import Callable
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog

from shared.db.uow import Database

log = structlog.get_logger(__name__)

_bells: WeakKeyDictionary[Database, Callable[[UUID], None]] = WeakKeyDictionary()


def hang(database: Database, ring_for: Callable[[UUID], None]) -> None:
    """Call `ring_for(job_id)` for each new job of `database` that is due."""
    _bells[database] = ring_for


def ring(database: Database, job_id: UUID) -> None:
    """Tell the queue of a committed job. Never raises: the job is safe, no caller must fail for a bell."""
    ring_for = _bells.get(database)
    if ring_for is None:
        return
    try:
        ring_for(job_id)
    except Exception as error:
        log.warning("job_bell_not_rung", job_id=str(job_id), error=type(error).__name__)
