"""Gives events their positions: dense, in an order in which causes come before effects, and never again.

An event's insert cannot do that on PostgreSQL: numbers are given out before transactions commit, and a
reader that has seen number 7 would never look back for 6, which commits a moment later. So positions are
given afterwards, to committed rows only, by one sequencer at a time (an advisory lock), in one short
transaction that also extends the tree. Within a batch the order is that of `ordinal`, taken as each row was
written: whoever acted on another transaction's committed work wrote later, so has the higher one. Transaction
ids do not have this property: a long transaction has an early id. On SQLite there is one writer, and the
write itself gives the positions.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Select, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from shared.db.uow import Database
from shared.eventlog.leaf import event_leaf_hash
from shared.eventlog.merkle import TILE_WIDTH, Frontier
from shared.eventlog.models import Event, MerkleTile, log_head_table

log = get_logger(__name__)

BATCH = 5_000
# A transaction of its own after every commit would halve the rate of commits; this often does not show.
SOON_SECONDS = 0.05
_last_soon: WeakKeyDictionary[Database, float] = WeakKeyDictionary()
_LOCK = 7_302_002
_HEAD_ID = 1
LEAF_COLUMNS = (
    Event.id,
    Event.type,
    Event.subject,
    Event.person_id,
    Event.actor,
    Event.effective_at,
    Event.recorded_at,
    Event.digest,
    Event.state_digest,
)
_READ_HEAD = select(log_head_table.c.size, log_head_table.c.frontier)
_FIRST_HEAD = log_head_table.insert().values(id=_HEAD_ID)
_NEXT_HEAD = log_head_table.update().where(log_head_table.c.id == _HEAD_ID)
_POSITIONS = text(
    "UPDATE event SET position = given.position"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:positions AS bigint[])) AS given (id, position)"
    " WHERE event.id = given.id AND event.position IS NULL"
)


def sequence_pending(database: Database) -> int:
    """Give positions to all committed events that have none; return how many. Waits for its turn."""
    if database.is_sqlite:
        return 0
    total = 0
    while _has_unsequenced(database):
        with database.engine.begin() as connection:
            lock(connection)
            total += sequence_batch(connection)
    return total


def sequence_all(database: Database) -> None:
    """Sequence with writers made to wait for that moment, so that right afterwards nothing is left over."""
    if database.is_sqlite:
        return
    with database.engine.begin() as connection:
        lock(connection)
        connection.execute(text("LOCK TABLE event IN SHARE MODE"))
        while sequence_batch(connection):
            pass


def sequence_soon(database: Database) -> None:
    """Sequence after a commit, unless that was just done or is being done. Never fails: the commit stands.

    What is left over is sequenced by whoever reads the feed next, or with a later commit.
    """
    instant = monotonic()
    if instant - _last_soon.get(database, 0.0) < SOON_SECONDS:
        return
    _last_soon[database] = instant
    try:
        with database.engine.begin() as connection:
            if connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
                sequence_batch(connection)
    except SQLAlchemyError as error:
        log.warning("sequencing put off", error=type(error).__name__)


def lock(connection: Connection) -> None:
    """Be the only sequencer until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def sequence_batch(connection: Connection, limit: int = BATCH) -> int:
    """Give positions to up to `limit` committed events. The caller holds the lock; PostgreSQL only."""
    rows = connection.execute(unsequenced(limit)).all()
    if not rows:
        return 0
    first = extend(connection, [event_leaf_hash(row) for row in rows])
    positions = list(range(first, first + len(rows)))
    changed = connection.execute(_POSITIONS, {"ids": [row.id for row in rows], "positions": positions})
    if changed.rowcount != len(rows):
        raise RuntimeError("two sequencers were at work at once")
    return len(rows)


def unsequenced(limit: int) -> Select[*tuple[Any, ...]]:
    """Select what a leaf is made of, for events without a position, causes first."""
    return select(*LEAF_COLUMNS).where(Event.position.is_(None)).order_by(Event.ordinal).limit(limit)


def extend(connection: Connection, leaves: Sequence[bytes]) -> int:
    """Add leaf hashes to the tree; return the position of the first. Nobody else is doing so."""
    head = connection.execute(_READ_HEAD).one_or_none()
    frontier = Frontier() if head is None else Frontier.from_bytes(head.size, head.frontier)
    first = frontier.size
    tiles = []
    for leaf in leaves:
        tile = frontier.append(leaf)
        if tile is not None:
            tiles.append({"number": frontier.size // TILE_WIDTH - 1, "hash": tile})
    if tiles:
        connection.execute(insert(MerkleTile), tiles)
    values = {"size": frontier.size, "frontier": frontier.to_bytes()}
    if head is None:
        connection.execute(_FIRST_HEAD, values)
    else:
        connection.execute(_NEXT_HEAD, values)
    return first


def _has_unsequenced(database: Database) -> bool:
    with database.engine.connect() as connection:
        return connection.execute(unsequenced(1)).first() is not None
