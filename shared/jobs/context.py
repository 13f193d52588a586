"""What a handler is given."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from shared.core.clock import Clock
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs.commands import Claim, heartbeat

log = structlog.get_logger(__name__)

# Seconds between two writes of progress: nobody looks more often, and each is a transaction.
_PROGRESS_EVERY = 0.5


@dataclass
class JobContext:
    """One attempt at a job, and what there is to do it with.

    `attempt` counts from 1; a handler must bear to be started again after an attempt that got half-way.
    `services` holds what the application adds, such as a pool that renders documents.
    """

    claim: Claim = field(repr=False)
    service: str
    database: Database = field(repr=False)
    clock: Clock = field(repr=False)
    settings: Settings = field(repr=False)
    services: dict[str, Any] = field(repr=False)
    lease: timedelta
    _written_at: float = field(default=float("-inf"), repr=False)

    @property
    def job_id(self) -> UUID:
        """The job's id."""
        return self.claim.job_id

    @property
    def kind(self) -> str:
        """What kind of job it is."""
        return self.claim.kind

    @property
    def payload(self) -> dict[str, Any]:
        """What was given to `enqueue`, as plain JSON values."""
        return self.claim.payload

    @property
    def attempt(self) -> int:
        """The how-manieth time the job was taken, from 1."""
        return self.claim.attempt

    @property
    def created_by(self) -> str:
        """The actor who asked for it: "account:<uuid>" or "system"."""
        return self.claim.created_by

    def progress(self, done: int, total: int | None = None) -> None:
        """Show how far the work is, and keep the job a while longer.

        Call it between units of work, never inside one: it writes in a transaction of its own, at most
        twice a second and at the end. Raises LeaseLost when somebody else has the job by now; let it through.
        """
        at = time.monotonic()
        if at - self._written_at < _PROGRESS_EVERY and done != total:
            return
        self._written_at = at
        try:
            heartbeat(
                self.database, self.claim, now=self.clock.now(), lease=self.lease, done=done, total=total
            )
        except OperationalError as error:
            # A busy database must not undo work that goes well; the next call writes again.
            log.warning("job_progress_not_written", job_id=str(self.job_id), error=type(error).__name__)


JobHandler = Callable[[JobContext], dict[str, Any] | None]
