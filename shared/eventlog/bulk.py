"""Loading many events at once, such as a demo company's: the same bytes as `append`, without the ORM."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from shared.core.ids import new_id
from shared.eventlog import sequencer
from shared.eventlog.leaf import canonical_plain, leaf_bytes, new_salt, salted_digest
from shared.eventlog.merkle import leaf_hash
from shared.eventlog.models import event_table
from shared.messages.base import encode, type_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to load. `state` is `row_state(Model, values)` of the row whose last_event_id is `id`."""

    message: Any
    subject: str
    actor: str
    recorded_at: datetime
    effective_at: datetime | None = None
    person_id: UUID | None = None
    state: bytes | None = None
    id: UUID = field(default_factory=new_id)


def append_many(connection: Connection, entries: Iterable[Entry], *, batch: int = 5_000) -> int:
    """Append entries in their order, with their positions, and return how many there were.

    For new rows only. The connection is in a write transaction that the caller commits; other sequencers wait
    until then. Raises ValueError for a naive instant.
    """
    sequencer.lock(connection)
    if connection.dialect.name == "postgresql":
        while sequencer.sequence_batch(connection):
            pass
    total = 0
    remaining = iter(entries)
    while chunk := list(islice(remaining, batch)):
        written = [_written(entry) for entry in chunk]
        rows = [row for row, _ in written]
        first = sequencer.extend(connection, [leaf for _, leaf in written])
        for position, row in enumerate(rows, start=first):
            row["position"] = position
        connection.execute(event_table.insert(), rows)
        total += len(rows)
    return total


def _written(entry: Entry) -> tuple[dict[str, Any], bytes]:
    """Return the row of an entry but its position, and its leaf hash."""
    data, kind = canonical_plain(encode(entry.message)), type_of(entry.message)
    salt, effective_at = new_salt(), entry.effective_at or entry.recorded_at
    digest = salted_digest(salt, data)
    state_digest = None if entry.state is None else salted_digest(salt, entry.state)
    leaf = leaf_bytes(
        id=entry.id,
        type=kind,
        subject=entry.subject,
        person_id=entry.person_id,
        actor=entry.actor,
        effective_at=effective_at,
        recorded_at=entry.recorded_at,
        digest=digest,
        state_digest=state_digest,
    )
    row = {
        "id": entry.id,
        "type": kind,
        "subject": entry.subject,
        "person_id": entry.person_id,
        "actor": entry.actor,
        "effective_at": effective_at,
        "recorded_at": entry.recorded_at,
        "data": data.decode(),
        "salt": salt,
        "digest": digest,
        "state_digest": state_digest,
    }
    return row, leaf_hash(leaf)
