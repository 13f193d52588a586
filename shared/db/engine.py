"""Engines for both databases, set up so that the same code means the same on each."""

from time import monotonic
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

# Seconds a writer waits for another before it is told that the database is busy.
BUSY_SECONDS = 15
# A connection that lay unused for longer is asked first whether it still stands.
IDLE_SECONDS = 2.0
_LAST_USED = "engine.last_used"


def make_engine(url: str) -> Engine:
    """Return an engine for `url` (sqlite:///… or postgresql+psycopg://…)."""
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    engine = create_engine(
        url,
        # What was written is personal data; it must not come into a log with an error's text.
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
        connect_args={"options": "-c timezone=utc -c statement_timeout=60000 -c lock_timeout=15000"},
    )
    _ping_the_idle(engine)
    return engine


def _ping_the_idle(engine: Engine) -> None:
    """Ask a connection that lay unused for a while whether it still stands: asking each time costs a round trip."""

    @event.listens_for(engine, "checkin")
    def note(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_LAST_USED] = monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        idle = monotonic() - record.info.get(_LAST_USED, monotonic())
        if idle > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: the unit of work says BEGIN, and which one.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A transaction that will write takes the write lock at once: upgrading later fails when another
        # writer was faster, and no amount of waiting mends that.
        write = connection.get_execution_options().get("write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
