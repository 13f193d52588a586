"""The unit of work: everything one request changes is committed together, or not at all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from shared.core.errors import Unavailable
from shared.core.text import N_
from shared.db.engine import BUSY_SECONDS, make_engine

Hook = Callable[["UnitOfWork"], None]


def _nothing() -> None:
    """Do nothing."""


class UnitOfWork:
    """One transaction. Commands use `session`; nobody but the edge calls `commit`."""

    def __init__(self, database: "Database", session: Session, *, writes: bool) -> None:
        self.database = database
        self.session = session
        self.writes = writes
        self._before: list[Hook] = []
        self._after: list[Callable[[], None]] = []
        self._end_of_turn: Callable[[], None] = database.take_turn() if writes else _nothing

    def before_commit(self, hook: Hook) -> None:
        """Run `hook(uow)` inside the transaction, just before it commits; the same hook runs once."""
        if hook not in self._before:
            self._before.append(hook)

    def after_commit(self, hook: Callable[[], None]) -> None:
        """Run `hook()` once the transaction has committed; it never runs when it did not."""
        if hook not in self._after:
            self._after.append(hook)

    def commit(self) -> None:
        """Commit, then run what waits for it. Raises what the database raises; the caller then rolls back."""
        while self._before:
            self._before.pop(0)(self)
        self.session.commit()
        self.close()
        hooks, self._after = self._after, []
        for hook in hooks:
            hook()
        if self.writes and self.database.on_commit is not None:
            self.database.on_commit()

    def rollback(self) -> None:
        """Undo everything and forget the hooks."""
        self._before.clear()
        self._after.clear()
        self.session.rollback()
        self._end_turn()

    def close(self) -> None:
        """Give the connection back."""
        self.session.close()
        self._end_turn()

    def _end_turn(self) -> None:
        end, self._end_of_turn = self._end_of_turn, _nothing
        end()


class Database:
    """One service's database. `on_commit` is called after each unit of work that wrote."""

    def __init__(self, url: str, *, on_commit: Callable[[], None] | None = None) -> None:
        self.url = url
        self.engine: Engine = make_engine(url)
        self.on_commit = on_commit
        self._turns = threading.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded engine."""
        return self.engine.dialect.name == "sqlite"

    def take_turn(self) -> Callable[[], None]:
        """Wait for this process's other writers on SQLite, and return what to call afterwards.

        SQLite's own waiting polls, so that a busy process can starve one of its threads; a lock does not.
        Raises Unavailable after BUSY_SECONDS.
        """
        if self._turns is None:
            return _nothing
        if not self._turns.acquire(timeout=BUSY_SECONDS):
            raise Unavailable(N_("The database is busy. Please try again shortly."))
        return self._turns.release

    def begin(self, *, writes: bool) -> UnitOfWork:
        """Open a unit of work that the caller commits or rolls back, and closes."""
        bind = self.engine.execution_options(write=writes)
        session = Session(bind, expire_on_commit=False, autoflush=False)
        if not writes and not self.is_sqlite:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        return UnitOfWork(self, session, writes=writes)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Commit at the end, roll back on any error: for jobs, handlers and commands outside a request."""
        uow = self.begin(writes=True)
        try:
            yield uow
            uow.commit()
        except BaseException:
            uow.rollback()
            raise
        finally:
            uow.close()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Read one consistent snapshot; anything written is rolled back."""
        uow = self.begin(writes=False)
        try:
            yield uow
        finally:
            uow.rollback()
            uow.close()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
