"""Following training's own log into the projection, and building it anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from services.training.history.models import TrainedSpan
from services.training.history.rules import TYPES, Change, Span, fact_of, learn
from shared.core.errors import Unavailable
from shared.core.text import N_
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import Batched, Consumer, FeedEvent, LocalFeed
from shared.jobs import JobContext
from shared.messages.base import known_types

SERVICE = "training"
CONSUMER = "training.history"
FOLLOW_JOB = "training.history.follow"
_AT_ONCE = 1_000
_TABLE: Any = TrainedSpan.__table__


def follow(database: Database) -> int:
    """Take in what the log says since last time, so that what is read next is complete; return how many events.

    Raises Unavailable when an event cannot be taken in: an answer that leaves something out is none.
    """
    consumer = _consumer(database)
    taken = consumer.catch_up(LocalFeed(database, SERVICE), limit=_AT_ONCE)
    stopped = consumer.status().stopped_at_position
    if stopped is not None:
        raise Unavailable(N_("The history stops at position %(position)s of the log", position=stopped))
    return taken


def rebuild(database: Database) -> int:
    """Empty the projection and read the whole log again; return how many events."""

    def reset(uow: UnitOfWork) -> None:
        uow.session.execute(delete(TrainedSpan), execution_options={"synchronize_session": False})

    return _consumer(database).rebuild(reset, LocalFeed(database, SERVICE))


def follow_log(context: JobContext) -> dict[str, Any]:
    """Keep the projection close to the log, so that nobody who asks has to wait for much of it."""
    return {"events": follow(context.database)}


def take_in(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    """Take in a batch of any of training's events, in the log's order; those that say nothing here change nothing."""
    told = [one for one in events if one.type in TYPES]
    if not told:
        return
    ledger = _Ledger(uow, {one.person_id for one in told if one.person_id is not None})
    for event in told:
        fact = fact_of(event.message())
        known = ledger.known(fact.person_id)
        ledger.note(event, learn(known, fact, event.effective_at, event.position))
    ledger.write()


def _consumer(database: Database) -> Consumer:
    # One handler for every type of training's, so that a batch of the log is one batch here.
    handler = Batched(take_in)
    types = [one for one in known_types() if one.startswith(f"{SERVICE}.")]
    return Consumer(CONSUMER, SERVICE, dict.fromkeys(types, handler), database)


class _Ledger:
    """What is known of the people of one batch, and the rows that say so, to be written together."""

    def __init__(self, uow: UnitOfWork, person_ids: set[UUID]) -> None:
        self._uow = uow
        self._known: dict[UUID, list[Span]] = defaultdict(list)
        self._keys: dict[Span, tuple[int, int]] = {}
        self._new: dict[tuple[int, int], dict[str, Any]] = {}
        self._closed: list[dict[str, Any]] = []
        statement = select(TrainedSpan).where(
            TrainedSpan.person_id.in_(person_ids), TrainedSpan.known_to.is_(None)
        )
        for row in uow.session.scalars(statement.order_by(TrainedSpan.known_from, TrainedSpan.ordinal)):
            self._known[row.person_id].append(row.span)
            self._keys[row.span] = (row.known_from, row.ordinal)

    def known(self, person_id: UUID) -> list[Span]:
        """Return a person's spans as they are known now."""
        return self._known[person_id]

    def note(self, event: FeedEvent, changes: Sequence[Change]) -> None:
        """Keep what an event changes."""
        for ordinal, change in enumerate(changes):
            if change.before is not None:
                self._known[change.before.person_id].remove(change.before)
                self._close(change.before, event.position, event.recorded_at)
            if change.after is not None:
                self._known[change.after.person_id].append(change.after)
                key = (event.position, ordinal)
                self._keys[change.after] = key
                self._new[key] = _row(key, change.after, event.recorded_at)

    def write(self) -> None:
        """Close what was stored and is not known any more, and insert what is new."""
        connection = self._uow.session.connection()
        if self._closed:
            key = (_TABLE.c.known_from == bindparam("position"), _TABLE.c.ordinal == bindparam("place"))
            close = update(_TABLE).where(*key).values(known_to=bindparam("to"), closed_at=bindparam("at"))
            connection.execute(close, self._closed)
        if self._new:
            connection.execute(insert(_TABLE), list(self._new.values()))

    def _close(self, span: Span, position: int, at: datetime) -> None:
        key = self._keys.pop(span)
        if key in self._new:
            self._new[key] |= {"known_to": position, "closed_at": at}
        else:
            self._closed.append({"position": key[0], "place": key[1], "to": position, "at": at})


def _row(key: tuple[int, int], span: Span, recorded_at: datetime) -> dict[str, Any]:
    return {
        "known_from": key[0],
        "ordinal": key[1],
        "known_to": None,
        "recorded_at": recorded_at,
        "closed_at": None,
        "person_id": span.person_id,
        "course_id": span.course_id,
        "kind": span.kind,
        "reference": span.reference,
        "since": span.since,
        "until": span.until,
        "evidence": list(span.evidence),
    }
