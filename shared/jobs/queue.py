"""The bell: Huey carries ids of jobs from who enqueues to who works. It may forget; it is never asked."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.storage import SqliteStorage

from shared.core.settings import Settings, SettingsError

log = structlog.get_logger(__name__)

Answer = Callable[[str, UUID], None]
# Seconds between two looks of an idle worker into the SQLite queue, at most.
_IDLE = 1.0
# A queue longer than this is not searched for what is in it already.
_SEARCHED = 1000


class Queue:
    """A Huey made on first use. `answer(service, job_id)` is called in a worker's thread for each ring."""

    def __init__(self, settings: Settings, answer: Answer) -> None:
        self._huey = make_huey(settings)
        self._closing = threading.Lock()
        self._task = self._huey.task(name="ring")(lambda service, job: answer(service, UUID(job)))
        # A worker's thread may hold a connection of its own; it must go with the thread.
        self._huey.on_shutdown("close")(self.close)

    def ring(self, service: str, job_id: UUID) -> None:
        """Ask any worker to look at a job."""
        self._mend()
        self._task(service, str(job_id))

    def waiting(self) -> set[tuple[str, UUID]] | None:
        """Return for what it was rung and not yet answered, or None when that is a lot."""
        self._mend()
        tasks = self._huey.pending(limit=_SEARCHED)
        return {(task.args[0], UUID(task.args[1])) for task in tasks} if len(tasks) < _SEARCHED else None

    def consumer(self, workers: int, tick: Callable[[], None], every: float) -> "ThreadConsumer":
        """Return threads that answer rings, and one that calls `tick` now and `every` so many seconds."""
        return ThreadConsumer(self._huey, workers, tick, every)

    def close(self) -> None:
        """Close the connection; the next use opens it again. Threads that end together do it in turns."""
        with self._closing:
            self._huey.storage.close()

    def _mend(self) -> None:
        """Make the file anew if somebody deleted it: an open connection would go on with the deleted one."""
        storage = self._huey.storage
        if isinstance(storage, SqliteStorage) and not Path(storage.filename).exists():
            log.warning("job_queue_made_anew")
            storage.close()
            storage.initialize_schema()


class Sweeper(Scheduler):  # Huey has no types.
    """Takes the place of Huey's scheduler: calls `tick` in turns. What is due is said by the rows."""

    def __init__(self, huey: Huey, stop_flag: Any, tick: Callable[[], None], every: float) -> None:
        super().__init__(huey, stop_flag, interval=1, periodic=False)
        self.tick = tick
        self.every = every

    def loop(self, now: Any = None) -> None:
        """Call `tick` once and wait for the next turn or the end."""
        started = time.monotonic()
        try:
            self.tick()
        except Exception as error:
            log.error("job_sweep_failed", error=type(error).__name__)
        self.sleep_for_interval(started, self.every)


class ThreadConsumer(Consumer):  # Huey has no types.
    """Huey's consumer as daemon threads of a process that is not its own: it leaves the signals alone."""

    def __init__(self, huey: Huey, workers: int, tick: Callable[[], None], every: float) -> None:
        self.tick = tick
        self.every = every
        super().__init__(huey, workers=workers, periodic=False, max_delay=_IDLE)

    def end(self, wait: float | None) -> bool:
        """Stop; wait up to so many seconds (None: as long as it takes); return whether all threads ended."""
        self.shutdown_timeout = wait
        self.stop_flag.set()
        return bool(self._join_workers())

    def _create_scheduler(self) -> Sweeper:
        return Sweeper(self.huey, self.stop_flag, self.tick, self.every)

    def _set_signal_handlers(self) -> None:
        """Leave them to the process."""


class JsonSerializer:
    """Writes a ring as JSON. Huey's own pickles would let whoever can write to the queue run code here."""

    def serialize(self, message: Message) -> bytes:
        """Keep what a ring consists of."""
        return json.dumps([message.id, message.name, *message.args]).encode()

    def deserialize(self, data: bytes) -> Message:
        """Restore it."""
        found, name, *args = json.loads(bytes(data))
        return Message(
            id=found, name=name, args=tuple(args), kwargs={}, retries=0, retry_delay=0, retry_backoff=0
        )


def make_huey(settings: Settings) -> Huey:
    """Choose the storage: a file for one machine, PostgreSQL or Valkey/Redis for several.

    Processes that serve the same services share a queue. Raises SettingsError for another kind of address.
    """
    common = {"results": False, "serializer": JsonSerializer()}
    name = "jobs." + ".".join(sorted(settings.services))
    scheme = settings.queue_url.partition(":")[0].partition("+")[0]
    match scheme:
        case "":
            return _sqlite_huey(name, settings.queue_path, common)
        case "postgresql" | "postgres":
            dsn = "postgresql:" + settings.queue_url.partition(":")[2]
            return PostgresHuey(name, dsn=dsn, **common)
        case "redis" | "rediss" | "valkey" | "unix":
            return RedisHuey(name, url=settings.queue_url.replace("valkey:", "redis:", 1), **common)
        case _:
            raise SettingsError(["SUITE_QUEUE_URL must begin with postgresql:// or redis://"])


def _sqlite_huey(name: str, path: Path, common: dict[str, Any]) -> Huey:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return SqliteHuey(name, filename=str(path), **common)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        # The file is broken. It holds nothing that is not in the rows.
        log.warning("job_queue_made_anew")
        path.unlink()
        return SqliteHuey(name, filename=str(path), **common)
