"""A pool of rendering processes.

Processes, because WeasyPrint is not thread-safe; plain child programs on a pipe and not `multiprocessing`
or `concurrent.futures`, because those run the caller's main module again in every worker, break every
document under way when one worker dies or must be killed for taking too long, and in Python 3.11 can hang
when they recycle workers (CPython issue 115634).
"""

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import weakref
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from shared.core.errors import Unavailable
from shared.core.text import N_
from shared.documents.protocol import Reply, Request

_ROOT = Path(__file__).resolve().parents[2]


class WorkerDiedError(Exception):
    """The process ended before it answered."""


class WorkerSlowError(Exception):
    """The process did not answer in time."""


class Worker:
    """One rendering process. `stop` must be called, which also removes its folder of fonts."""

    def __init__(self) -> None:
        self.answered = 0
        # The parent makes the folder: it can remove it after a worker was killed outright.
        self._folder = tempfile.mkdtemp(prefix="goodstanding-pdf-")
        self._connection: Connection[Request, Reply]
        self._connection, theirs = Pipe()
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        try:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "shared.documents.worker"),
                    *(str(theirs.fileno()), self._folder, str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            )
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, request: Request, seconds: float) -> Reply:
        """Return the answer. Raises WorkerDiedError or WorkerSlowError; then the worker is of no more use."""
        try:
            self._connection.send(request)
            if not self._connection.poll(max(seconds, 0)):
                raise WorkerSlowError
            reply = self._connection.recv()
        except (EOFError, OSError) as error:
            raise WorkerDiedError from error
        self.answered += 1
        return reply

    def end(self) -> None:
        """End the process and remove its folder; a thread that waits for its answer sees it die."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End it and hang up: for the one who holds it. May be called twice."""
        self.end()
        self._connection.close()

    def forget(self) -> None:
        """Let go of it in a forked child, to whom it does not belong: close the pipe and nothing else."""
        self._connection.close()
        self._process.returncode = 0  # Else Popen warns of, and waits for, a process that is not our child.


class PdfPool:
    """Up to `workers` processes, each started when first needed and replaced after `recycle_after` documents.

    `timeout` (seconds) covers one document from the call to the answer, waiting for a free worker and
    starting one included. Safe to share between threads, and after a fork: the child begins with none.
    """

    def __init__(self, workers: int = 2, *, timeout: float = 30.0, recycle_after: int = 500) -> None:
        self.workers = workers
        self.timeout = timeout
        self.recycle_after = recycle_after
        self._closed = False
        self._begin()
        _pools.add(self)

    def render(self, request: Request) -> Reply:
        """Return a worker's answer. Raises Unavailable when none could be had, twice over or in time.

        A worker that dies is replaced and the document tried once more; one that is too slow is killed
        and its document is not tried again.
        """
        deadline = time.monotonic() + self.timeout
        for _attempt in range(2):
            worker = self._take(deadline)
            try:
                reply = worker.ask(request, deadline - time.monotonic())
            except WorkerDiedError:
                self._discard(worker)
            except WorkerSlowError:
                self._discard(worker)
                raise Unavailable(N_("The document took too long to draw")) from None
            except BaseException:
                self._discard(worker)  # It may still be about to answer a question nobody waits for.
                raise
            else:
                self._give_back(worker)
                return reply
        raise Unavailable(N_("The document could not be drawn: the renderer stopped twice"))

    def pids(self) -> list[int]:
        """Return the ids of the processes that are there now, for the operations page and for tests."""
        return [worker.pid for worker in list(self._all)]

    def close(self) -> None:
        """End every process at once, under way or not. The pool cannot be used afterwards."""
        self._closed = True
        for worker in list(self._all):
            worker.end()
        while not self._free.empty():
            if idle := self._free.get_nowait():
                idle.stop()
        self._all.clear()

    def _begin(self) -> None:
        # The last one used is the next one used, so a quiet site keeps one warm process and no more.
        self._free: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._all: set[Worker] = set()
        for _place in range(self.workers):
            self._free.put(None)

    def _take(self, deadline: float) -> Worker:
        """Return an idle worker, or a new one if the last place in the queue is empty."""
        if self._closed:
            raise Unavailable(N_("The document renderer has been shut down"))
        try:
            worker = self._free.get(timeout=max(deadline - time.monotonic(), 0))
        except queue.Empty:
            raise Unavailable(N_("Too many documents are being drawn; please try again shortly")) from None
        if worker is None:
            try:
                worker = Worker()
            except BaseException:
                self._free.put(None)
                raise
            self._all.add(worker)
        return worker

    def _give_back(self, worker: Worker) -> None:
        """Keep a worker for the next document, unless it has done its share."""
        if worker.answered >= self.recycle_after or self._closed:
            self._discard(worker)
        else:
            self._free.put(worker)

    def _discard(self, worker: Worker) -> None:
        """Stop a worker that is of no more use and leave its place empty."""
        self._all.discard(worker)
        worker.stop()
        self._free.put(None)

    def _after_fork(self) -> None:
        for worker in self._all:
            worker.forget()
        self._begin()


_pools: "weakref.WeakSet[PdfPool]" = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool._after_fork()


os.register_at_fork(after_in_child=_after_fork)
