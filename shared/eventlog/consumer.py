"""Taking in another service's events, each exactly once.

The cursor is saved in the transaction of what the events changed, so a crash loses both or neither. A handler
that fails stops its feed at that event: the place and the cause are kept for the operations page, the event
is tried again next time, and nothing after it is taken in before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from structlog import get_logger

from shared.core.errors import DomainError
from shared.db.uow import Database, UnitOfWork
from shared.eventlog.feed import Feed, FeedError, FeedEvent
from shared.eventlog.models import ConsumerCursor

log = get_logger(__name__)

Handler = Callable[[UnitOfWork, FeedEvent], None]


@dataclass(frozen=True)
class Batched:
    """A handler that takes in many events at once, in their order, in one transaction.

    Register the same one for every type it understands: events of a feed that follow each other come together.
    """

    apply: Callable[[UnitOfWork, Sequence[FeedEvent]], None]

    def __call__(self, uow: UnitOfWork, event: FeedEvent) -> None:
        """Take in a single event."""
        self.apply(uow, [event])


@dataclass(frozen=True)
class ConsumerStatus:
    """`position` events are taken in. When stopped: at which event, and the kind of error, safe to show."""

    consumer: str
    source: str
    position: int
    stopped_at_position: int | None
    error: str | None


class Consumer:
    """Follows the log of `source` into `database`.

    Types without a handler are passed over, and so are events whose data has been erased: there is nothing
    left in them to project.
    """

    def __init__(self, name: str, source: str, handlers: Mapping[str, Handler], database: Database) -> None:
        self.name = name
        self.source = source
        self._handlers = dict(handlers)
        self._database = database

    def catch_up(self, feed: Feed, *, limit: int = 500) -> int:
        """Take in all there is, and return how many events that was.

        A failing handler ends it early and is recorded, not raised. Errors of the feed itself are raised.
        """
        total = 0
        while True:
            position = self.status().position
            events = list(feed.read(position, limit))
            if not events:
                return total
            done, stopped = self._take_in(position, events)
            total += done
            if stopped:
                return total

    def rebuild(self, reset: Callable[[UnitOfWork], None], feed: Feed | None = None) -> int:
        """Empty the projection with `reset` and go back to position 0, in one transaction; then catch up."""
        with self._database.write() as uow:
            cursor = self._locked_cursor(uow)
            reset(uow)
            cursor.position = 0
            cursor.stopped_at_position = cursor.error = None
        return 0 if feed is None else self.catch_up(feed)

    def status(self) -> ConsumerStatus:
        """Return how far it has come."""
        with self._database.read() as uow:
            found = uow.session.get(ConsumerCursor, (self.name, self.source))
            if found is None:
                return ConsumerStatus(self.name, self.source, 0, None, None)
            return ConsumerStatus(
                self.name, self.source, found.position, found.stopped_at_position, found.error
            )

    def lag(self, feed: Feed) -> int:
        """Return how many events of the log have not been taken in."""
        return max(0, feed.head() - self.status().position)

    def _take_in(self, position: int, events: Sequence[FeedEvent]) -> tuple[int, bool]:
        """Apply a batch in one transaction, or, if that fails, one by one up to the event that is broken."""
        try:
            return self._apply(position, events), False
        except Exception as error:
            if len(events) == 1:
                self._stop(position, events[0], error)
                return 0, True
        total = 0
        for at, event in enumerate(events, start=position):
            done, stopped = self._take_in(at, [event])
            total += done
            if stopped or not done:
                return total, stopped
        return total, False

    def _apply(self, position: int, events: Sequence[FeedEvent]) -> int:
        """Apply events and move the cursor; return 0, changing nothing, when somebody else moved it first."""
        with self._database.write() as uow:
            cursor = self._locked_cursor(uow)
            if cursor.position != position:
                return 0
            for expected, event in enumerate(events, start=position):
                if (event.source, event.position) != (self.source, expected):
                    raise FeedError(f"position {expected} was expected, {event.position} came")
            for handler, run in groupby((one for one in events if one.data is not None), self._handler_of):
                if handler is not None:
                    self._handle(uow, handler, list(run))
            cursor.position = position + len(events)
            cursor.stopped_at_position = cursor.error = None
        return len(events)

    def _handler_of(self, event: FeedEvent) -> Handler | None:
        return self._handlers.get(event.type)

    @staticmethod
    def _handle(uow: UnitOfWork, handler: Handler, run: list[FeedEvent]) -> None:
        """Hand over a run of events; a flush follows each call, so that a fault belongs to its event and the
        next one's handler finds what this one wrote."""
        if isinstance(handler, Batched):
            handler.apply(uow, run)
            uow.session.flush()
            return
        for event in run:
            handler(uow, event)
            uow.session.flush()

    def _stop(self, position: int, event: FeedEvent, error: Exception) -> None:
        # A message of our own is safe to show. Others may quote the data, which may be personal.
        safe = str(error.message) if isinstance(error, DomainError) else ""
        text = f"{type(error).__name__}: {safe}" if safe else type(error).__name__
        log.error(
            "consumer stopped",
            consumer=self.name,
            source=self.source,
            position=position,
            event_id=str(event.id),
            event_type=event.type,
            error=text,
        )
        with self._database.write() as uow:
            cursor = self._locked_cursor(uow)
            if cursor.position == position:
                cursor.stopped_at_position = position
                cursor.error = text[:500]

    def _locked_cursor(self, uow: UnitOfWork) -> ConsumerCursor:
        """Return the cursor, which nobody else can move until the transaction ends."""
        engine = sqlite if self._database.is_sqlite else postgresql
        uow.session.execute(
            engine.insert(ConsumerCursor)
            .values(consumer=self.name, source=self.source, position=0)
            .on_conflict_do_nothing()
        )
        return uow.session.scalars(
            select(ConsumerCursor)
            .where(ConsumerCursor.consumer == self.name, ConsumerCursor.source == self.source)
            .with_for_update()
        ).one()
