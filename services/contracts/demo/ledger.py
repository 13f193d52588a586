"""Collecting rows and the events that tell of them, to be written in bulk."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert

from services.contracts.standing.commands import changed, subject_of
from shared.core.zones import start_of_day
from shared.eventlog import Entry, append_many, row_state
from shared.messages.standing import ContractsImpedimentStated

_BATCH = 5_000


class Ledger:
    """Rows by model and entries of the log. A row's last entry holds the digest of its final state."""

    def __init__(self) -> None:
        self.rows: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self.entries: list[Entry] = []
        self._last: dict[UUID, int] = {}

    def tell(
        self, message: Any, kind: str, row_id: UUID, at: datetime, actor: str, person_id: UUID | None = None
    ) -> None:
        """Add an event about the row of this kind and id."""
        self._last[row_id] = len(self.entries)
        self.entries.append(Entry(message, f"{kind}/{row_id}", actor, at, person_id=person_id))

    def state(
        self,
        before: Sequence[ContractsImpedimentStated],
        after: Sequence[ContractsImpedimentStated],
        at: datetime,
        actor: str,
    ) -> None:
        """Add what a change means for standing."""
        for one in changed(before, after):
            self.entries.append(Entry(one, subject_of(one), actor, at, person_id=one.person_id))

    def keep(self, model: type[Any], row: dict[str, Any]) -> None:
        """Add a row in its final state; every event about it has been told."""
        last = self._last[row["id"]]
        row["last_event_id"] = self.entries[last].id
        self.entries[last] = replace(self.entries[last], state=row_state(model, row))
        self.rows[model].append(row)

    def write(self, connection: Connection, order: Sequence[type[Any]]) -> None:
        """Write the rows of each model in `order`, then the log by time."""
        for model in order:
            remaining = iter(self.rows[model])
            while chunk := list(islice(remaining, _BATCH)):
                connection.execute(insert(model), chunk)
        # The sort keeps the order of what happened at the same instant.
        self.entries.sort(key=lambda entry: entry.recorded_at)
        append_many(connection, self.entries)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return an instant on a day of the company's calendar."""
    return start_of_day(day) + timedelta(hours=hour, minutes=minute)
