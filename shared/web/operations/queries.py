"""What an administrator, and a load balancer, want to know of a running service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from shared.core.errors import DomainError
from shared.db.migrate import is_current
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import ConsumerCursor, FeedError, HttpFeed, LocalFeed
from shared.web.service import Service

if TYPE_CHECKING:
    from shared.web.suite import Suite


@dataclass(frozen=True)
class FeedState:
    """How far a service has followed another's log; `size` is None when that one does not answer.

    When it is stopped, `stopped_at` is the position of the event that it cannot take in, `error` the cause.
    """

    source: str
    position: int
    size: int | None
    stopped_at: int | None
    error: str | None

    @property
    def lag(self) -> int | None:
        """How many events are still to be taken in."""
        return None if self.size is None else max(0, self.size - self.position)


def answers(database: Database) -> bool:
    """Say whether the database answers at all."""
    try:
        with database.read() as uow:
            uow.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def is_migrated(database: Database, service: Service) -> bool:
    """Say whether the database has every migration that the code knows."""
    return is_current(database, service.schema)


def list_feeds(uow: UnitOfWork, suite: "Suite", service: Service) -> list[FeedState]:
    """Return the feeds that the service follows, by the name of their source."""
    statement = select(ConsumerCursor).where(ConsumerCursor.consumer == service.name)
    cursors: Mapping[str, ConsumerCursor] = {one.source: one for one in uow.session.scalars(statement)}
    return [_state(source, cursors.get(source), suite) for source in sorted(service.handlers)]


def _state(source: str, cursor: ConsumerCursor | None, suite: "Suite") -> FeedState:
    size = _size(source, suite)
    if cursor is None:
        return FeedState(source, 0, size, None, None)
    return FeedState(source, cursor.position, size, cursor.stopped_at_position, cursor.error)


def _size(source: str, suite: "Suite") -> int | None:
    settings = suite.settings
    try:
        if source in suite.databases:
            return LocalFeed(suite.databases[source], source).head()
        if settings.feeds_url:
            return HttpFeed(f"{settings.feeds_url.rstrip('/')}/{source}", source, settings.feed_token).head()
    except (SQLAlchemyError, DomainError, FeedError):
        return None
    return None
