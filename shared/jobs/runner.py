"""Who does the jobs: threads in the web process, a process of its own, or the caller at once."""

import signal
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from shared.core.clock import Clock
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs import bell
from shared.jobs.commands import Claim, enqueue_scheduled, take
from shared.jobs.context import JobContext, JobHandler
from shared.jobs.execution import execute
from shared.jobs.queries import list_due_ids
from shared.jobs.queue import Queue, ThreadConsumer
from shared.jobs.schedules import Schedule, floor_to_minute

log = structlog.get_logger(__name__)

# How far back a schedule's missed turn is made up for, once, when nobody was there at the time.
_MISSED = timedelta(days=7)
_RUNG_AT_ONCE = 500


@dataclass(frozen=True)
class _Post:
    """One service's part."""

    service: str
    database: Database
    handlers: Mapping[str, JobHandler]
    schedules: Sequence[Schedule]


class Runner:
    """Works off the jobs of the services registered with it.

    `lease` is how long a job waits after its worker was lost; a living worker extends it. `sweep_every` is in
    seconds. `services` is handed to every handler.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        lease: timedelta = timedelta(minutes=1),
        sweep_every: float = 5,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.lease = lease
        self.sweep_every = sweep_every
        self.services: dict[str, Any] = {}
        self._posts: dict[str, _Post] = {}
        self._planned: dict[tuple[str, str], datetime] = {}
        self._queue: Queue | None = None
        self._opening = threading.Lock()
        self._consumer: ThreadConsumer | None = None

    def register(
        self,
        service: str,
        database: Database,
        handlers: Mapping[str, JobHandler],
        schedules: Sequence[Schedule] = (),
    ) -> None:
        """Do a service's jobs: `handlers` by kind. Raises ValueError for a schedule that cannot be kept."""
        kinds = [schedule.kind for schedule in schedules]
        for kind in kinds:
            if kind not in handlers:
                raise ValueError(f"{service} schedules {kind}, for which it has no handler")
            if kinds.count(kind) > 1:
                raise ValueError(f"{service} schedules {kind} twice")
        self._posts[service] = _Post(service, database, handlers, schedules)
        bell.hang(database, partial(self._ring, service))

    def start(self, workers: int = 2) -> None:
        """Begin in daemon threads of this process; what was left over from before is found at once."""
        if self._consumer is None:
            self._consumer = self._open().consumer(workers, self._tick, self.sweep_every)
            self._consumer.start()
            log.info("jobs_started", workers=workers, services=sorted(self._posts))

    def stop(self, wait: float | None = 5.0) -> bool:
        """Take no more jobs; wait up to so many seconds (None: as long as it takes) for those being done.

        Returns whether all came to their end. One that did not ends with the process and is taken again.
        """
        ended = True
        if self._consumer is not None:
            ended = self._consumer.end(wait)
            self._consumer = None
            log.info("jobs_stopped", all_ended=ended)
        if self._queue is not None:
            self._queue.close()
        return ended

    def run_worker(self, workers: int = 2) -> None:
        """Work in the foreground until SIGTERM or SIGINT, then finish the jobs at hand and return.

        A second signal does what it did before this was called: it ends the process.
        """
        asked: list[int] = []
        former = {
            number: signal.signal(number, lambda found, _: asked.append(found))
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            self.start(workers)
            while not asked:
                time.sleep(0.2)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            self.stop(wait=None)

    def run_due(self, service: str | None = None) -> int:
        """Do in this thread all that is due now, with what the schedules ask for in this minute.

        Returns how many attempts were made. A job that fails is not due again before its wait is over.
        """
        posts = [post for post in self._posts.values() if service in (None, post.service)]
        count = 0
        for post in posts:
            self._plan(post, timedelta(minutes=1))
        # One job a turn: it may have enqueued others, for any service.
        while any(self._take_and_do(post) for post in posts):
            count += 1
        return count

    def sweep(self) -> int:
        """Ring for what is due and was not rung for, or whose worker was lost; return for how many."""
        queue = self._open()
        waiting = queue.waiting()
        if waiting is None:
            return 0  # There is more than enough to do; what is missing is found when the queue is shorter.
        rung = 0
        for post in self._posts.values():
            with post.database.read() as uow:
                due = list_due_ids(
                    uow.session, now=self.clock.now(), kinds=list(post.handlers), limit=_RUNG_AT_ONCE
                )
            for job_id in due:
                if (post.service, job_id) not in waiting:
                    queue.ring(post.service, job_id)
                    rung += 1
        return rung

    def _tick(self) -> None:
        for post in self._posts.values():
            self._plan(post, _MISSED)
        self.sweep()

    def _plan(self, post: _Post, back: timedelta) -> None:
        """Enqueue the last turn of each schedule, if it came within `back` and was not planned before."""
        now = self.clock.now()
        for schedule in post.schedules:
            place = (post.service, schedule.kind)
            after = max(
                floor_to_minute(now) - back, self._planned.get(place, datetime.min.replace(tzinfo=now.tzinfo))
            )
            minute = schedule.latest(after, now)
            if minute is not None:
                with post.database.write() as uow:
                    enqueue_scheduled(uow, schedule.kind, schedule.payload, minute=minute, now=now)
            self._planned[place] = floor_to_minute(now)

    def _open(self) -> Queue:
        with self._opening:
            if self._queue is None:
                self._queue = Queue(self.settings, self._answer)
            return self._queue

    def _ring(self, service: str, job_id: UUID) -> None:
        self._open().ring(service, job_id)

    def _answer(self, service: str, job_id: UUID) -> None:
        """Do a job that was rung for, unless somebody else was faster."""
        post = self._posts.get(service)
        if post is None:
            return
        try:
            self._take_and_do(post, job_id)
        except SQLAlchemyError as error:
            # Its lease gives it back; a later sweep rings again.
            log.error("job_not_recorded", job_id=str(job_id), service=service, error=type(error).__name__)

    def _take_and_do(self, post: _Post, job_id: UUID | None = None) -> bool:
        claim = take(
            post.database, list(post.handlers), now=self.clock.now(), lease=self.lease, job_id=job_id
        )
        if claim is None:
            return False
        execute(self._context(post, claim), post.handlers[claim.kind])
        return True

    def _context(self, post: _Post, claim: Claim) -> JobContext:
        return JobContext(
            claim=claim,
            service=post.service,
            database=post.database,
            clock=self.clock,
            settings=self.settings,
            services=self.services,
            lease=self.lease,
        )
