"""Writing events: in the transaction of the change they tell of, or not at all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import object_session

from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.db.base import Audited
from shared.db.uow import UnitOfWork
from shared.eventlog import sequencer
from shared.eventlog.leaf import DELETED_STATE, canonical_plain, event_leaf_hash, new_salt, salted_digest
from shared.eventlog.models import Event, event_table, ordinal_sequence
from shared.eventlog.state import state_of
from shared.messages.base import encode, type_of

_PENDING = "eventlog.pending"
# Python ids of the pending rows (the pending events keep them alive): looked up once for each row of a flush.
_ROWS = "eventlog.rows"
_INSERT = event_table.insert()
_INSERT_UNSEQUENCED = event_table.insert().values(ordinal=ordinal_sequence.next_value())

INSERTED = (
    "id",
    "position",
    "type",
    "subject",
    "person_id",
    "actor",
    "effective_at",
    "recorded_at",
    "data",
    "salt",
    "digest",
    "state_digest",
)


class UnloggedChangeError(Exception):
    """An audited row was about to be written without an event that says so: a fault in the command."""


@dataclass
class _Pending:
    event: Event
    row: Audited | None


def append(
    uow: UnitOfWork,
    message: Any,
    *,
    row: Audited | None = None,
    subject: str | None = None,
    actor: Principal | str,
    now: datetime,
    effective_at: datetime | None = None,
    person_id: UUID | None = None,
) -> Event:
    """Add an event to the log when the unit of work commits, and return it.

    `row` is the audited row that the event changes. The event's subject is then "<kind>/<id>", the row points
    at the event, and the event holds a digest of the row's final state: the row may still be changed until
    the commit. A row without an id is given one. Where several events of one transaction change a row, the
    last holds the digest. A row to be deleted is passed here and deleted in the same unit of work.

    `effective_at` is when it took effect, by default `now`. A savepoint that is rolled back does not take
    back what was appended in it. Raises ValueError when neither row nor subject is given or an instant is
    naive, RuntimeError in a unit of work that only reads.
    """
    pending: list[_Pending] = uow.session.info.setdefault(_PENDING, [])
    data = canonical_plain(encode(message))
    salt = new_salt()
    found = Event(
        id=_next_id(pending),
        type=type_of(message),
        subject=_subject(row, subject),
        person_id=person_id,
        actor=actor.actor if isinstance(actor, Principal) else actor,
        effective_at=_aware(effective_at or now),
        recorded_at=_aware(now),
        data=data.decode(),
        salt=salt,
        digest=salted_digest(salt, data),
        state_digest=None,
        position=None,
    )
    if not uow.writes:
        raise RuntimeError("an event was appended in a unit of work that only reads: it would be lost")
    if row is not None:
        row.last_event_id = found.id
        uow.session.info.setdefault(_ROWS, set()).add(id(row))
    pending.append(_Pending(found, row))
    uow.before_commit(_record)
    return found


def _record(uow: UnitOfWork) -> None:
    """Write what was appended; runs as the last thing before the commit."""
    pending: list[_Pending] = uow.session.info.get(_PENDING, [])
    if any(one.row is not None for one in pending):
        # The digest is over what the database will hold, so defaults and deletions must have been applied.
        uow.session.flush()
    last = {id(one.row): one for one in pending if one.row is not None}
    for one in last.values():
        one.event.state_digest = _state_digest(one)
    events = [one.event for one in pending]
    write_events(uow.session.connection(), events)
    if not uow.database.is_sqlite:
        uow.after_commit(lambda: sequencer.sequence_soon(uow.database))
    # From here on a change to these rows would not be covered by the digest; the guard below must see it.
    del uow.session.info[_PENDING]
    uow.session.info.pop(_ROWS, None)


def write_events(connection: Connection, events: list[Event]) -> None:
    """Insert events; where there is one writer, with their positions."""
    statement = _INSERT
    if connection.dialect.name == "sqlite":
        first = sequencer.extend(connection, [event_leaf_hash(one) for one in events])
        for position, one in enumerate(events, start=first):
            one.position = position
    else:
        statement = _INSERT_UNSEQUENCED
    connection.execute(statement, [{name: getattr(one, name) for name in INSERTED} for one in events])


def _state_digest(one: _Pending) -> bytes:
    state = inspect(one.row)
    if state is None or state.transient:
        raise UnloggedChangeError(f"{one.event.subject} was given to append but not added to the session")
    if state.deleted or state.was_deleted:
        return DELETED_STATE
    assert one.event.salt is not None
    return salted_digest(one.event.salt, state_of(one.row))


def _next_id(pending: list[_Pending]) -> UUID:
    """Return a new id above those of this transaction, so that ids too tell its events in order."""
    found = new_id()
    last = pending[-1].event.id if pending else None
    return UUID(int=last.int + 1) if last is not None and found <= last else found


def _subject(row: Any, subject: str | None) -> str:
    if row is None:
        if not subject:
            raise ValueError("an event needs a row or a subject")
        return subject
    if row.id is None:
        row.id = new_id()
    return f"{row.__audit_kind__}/{row.id}"


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an event's instants are aware")
    return instant


def _refuse_unlogged(mapper: Any, connection: Connection, target: Audited) -> None:
    """Stop a flush that would change an audited row without an event in the same unit of work."""
    session = object_session(target)
    assert session is not None
    if target not in session.deleted and not session.is_modified(target, include_collections=False):
        return
    if id(target) not in session.info.get(_ROWS, ()):
        kind = target.__audit_kind__
        raise UnloggedChangeError(f"a row of kind {kind} is changed without append(…, row=row)")


for _step in ("before_insert", "before_update", "before_delete"):
    event.listen(Audited, _step, _refuse_unlogged, propagate=True)
