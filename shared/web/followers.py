"""Following feeds of services that run elsewhere: one patient thread, over HTTP."""

import threading
from collections.abc import Sequence

import structlog

from shared.core.errors import DomainError
from shared.eventlog import Consumer, FeedError, HttpFeed

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 1.0


class RemoteFollower:
    """Lets each consumer catch up with its feed about once a second until it is stopped.

    A producer that cannot be reached is asked again later; nothing is lost, because the consumer's cursor
    only moves together with what it projects.
    """

    def __init__(self, following: Sequence[tuple[Consumer, HttpFeed]]) -> None:
        self._following = tuple(following)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless there is nothing to follow."""
        if self._following and self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="follow-feeds", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop after the batch under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _follow(self) -> None:
        while not self._stopped.is_set():
            taken = sum(self._catch_up(consumer, feed) for consumer, feed in self._following)
            if not taken:
                self._stopped.wait(PAUSE_SECONDS)

    @staticmethod
    def _catch_up(consumer: Consumer, feed: HttpFeed) -> int:
        try:
            return consumer.catch_up(feed)
        except (DomainError, FeedError) as error:
            log.warning("feed_unreachable", source=feed.source, error=type(error).__name__)
        except Exception:
            log.exception("feed_not_followed", source=feed.source)
        return 0
