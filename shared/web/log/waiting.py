"""Waiting for a log to grow: without a transaction, without a database connection, and never for good."""

import threading
from collections.abc import Callable
from time import monotonic

# Seconds between two looks at the database: another process may have written to the log without ringing here.
LOOK_EVERY = 0.5
# Each waiting request holds a thread of the server; further ones are answered at once.
MOST_WAITING = 4


class Bell:
    """Rung after each commit of this process; wakes the requests that wait for news of one log."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._turn = threading.Condition()
        self._rung = 0
        self._places = threading.BoundedSemaphore(most)
        # A plain attribute, so that a signal handler may set it: it takes no lock.
        self._open = False

    def ring(self) -> None:
        """Say that the log may have grown."""
        with self._turn:
            self._rung += 1
            self._turn.notify_all()

    def open(self) -> None:
        """Let requests wait from now on: the process serves."""
        self._open = True

    def close(self) -> None:
        """Let everybody go within half a second, and nobody wait any more: the process is ending."""
        self._open = False

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Return whether `ready()` within so many seconds; at once when too many wait already."""
        if seconds <= 0 or not self._places.acquire(blocking=False):
            return ready()
        try:
            return self._wait(ready, monotonic() + seconds)
        finally:
            self._places.release()

    def _wait(self, ready: Callable[[], bool], deadline: float) -> bool:
        while True:
            heard = self._rung
            if ready():
                return True
            left = deadline - monotonic()
            if left <= 0 or not self._open:
                return False
            with self._turn:
                if self._rung == heard:
                    self._turn.wait(min(left, LOOK_EVERY))
