"""Taking in statements: the open rows are closed at the statement's position, the new ones inserted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, update

from services.eligibility.impediments.models import Coverage, Impediment, PersonVersion, Statement
from services.eligibility.impediments.rules import bars, lasting, stated_intervals
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from shared.directory.handlers import apply_snapshots, row_of
from shared.eventlog import FeedEvent
from shared.messages.standing import CoverageStated, ImpedimentStated

_BULK = {"synchronize_session": False}


def take_statements(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    """Take in what feeders state, in its order: each replaces what was known of the same thing before.

    An impediment is known by (source, kind, reference), coverage by (source, person). The person need not be
    on the roster yet: the statement is kept, and counts from the day they are paid. Raises InvalidInput for an
    impossible interval.
    """
    impediments = _Replacing(Impediment, ("source", "kind", "reference"))
    coverages = _Replacing(Coverage, ("source", "person_id"))
    for event in events:
        message = event.message()
        if isinstance(message, ImpedimentStated):
            key = (event.source, message.kind, message.reference)
            impediments.add(key, event.position, _impediment_rows(event, message))
        else:
            coverages.add((event.source, message.person_id), event.position, [_coverage_row(event, message)])
    impediments.write(uow)
    coverages.write(uow)
    _note(uow, events)


def take_people(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    """Keep the roster as it is, and what audiences ask about a person as it was at each position."""
    apply_snapshots(uow, [event.message().person for event in events])
    versions = _Replacing(PersonVersion, ("person_id",))
    for event in events:
        columns = row_of(event.message().person)
        names = ("position", "region", "product_lines", "tags", "hired_on")
        row = {
            "known_from": event.position,
            "person_id": columns["id"],
            **{name: columns[name] for name in names},
        }
        versions.add((columns["id"],), event.position, [row])
    versions.write(uow)
    _note(uow, events)


def forget(uow: UnitOfWork, source: str) -> None:
    """Empty the projections of one source, so that they can be rebuilt from position 0 of its log."""
    if source == "people":
        uow.session.execute(delete(PersonVersion), execution_options=_BULK)
    for model in (Impediment, Coverage, Statement):
        uow.session.execute(delete(model).where(model.source == source), execution_options=_BULK)


class _Replacing:
    """Rows of one projection to be written together: each set closes the one before it that has the same key."""

    def __init__(self, model: Any, key: tuple[str, ...]) -> None:
        self._model = model
        self._key = key
        self._rows: list[dict[str, Any]] = []
        self._latest: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        self._closed_at: dict[tuple[Any, ...], int] = {}

    def add(self, key: tuple[Any, ...], position: int, rows: list[dict[str, Any]]) -> None:
        """Let `rows` be what is known under `key` from `position` on."""
        if key in self._latest:
            for row in self._latest[key]:
                row["known_to"] = position
        else:
            self._closed_at[key] = position
        for row in rows:
            row["known_to"] = None
        self._latest[key] = rows
        self._rows += rows

    def write(self, uow: UnitOfWork) -> None:
        """Close the stored rows that were replaced, and insert the new ones: a statement for each, not for each row."""
        table = self._model.__table__
        connection = uow.session.connection()
        if self._closed_at:
            same = [table.c[name] == bindparam(f"key_{name}") for name in self._key]
            close = update(table).where(*same, table.c.known_to.is_(None)).values(known_to=bindparam("at"))
            names = [f"key_{name}" for name in self._key]
            connection.execute(
                close, [dict(zip(names, key, strict=True), at=at) for key, at in self._closed_at.items()]
            )
        if self._rows:
            connection.execute(insert(table), self._rows)


def _impediment_rows(event: FeedEvent, message: ImpedimentStated) -> list[dict[str, Any]]:
    return [
        {
            "source": event.source,
            "known_from": event.position,
            "ordinal": ordinal,
            "person_id": message.person_id,
            "kind": message.kind,
            "reference": message.reference,
            "valid_from": interval.start,
            "valid_until": interval.end,
            "lasting_us": lasting(interval),
            "severity": message.severity,
            "tags": bars(message.tags),
            "amount_minor": message.amount_minor,
            "currency": message.currency,
            "title": LocalizedText(zh=message.title_zh, en=message.title_en),
            "cure_url": message.cure_url,
            "stated_at": event.recorded_at,
        }
        for ordinal, interval in enumerate(stated_intervals(message))
    ]


def _coverage_row(event: FeedEvent, message: CoverageStated) -> dict[str, Any]:
    return {
        "source": event.source, "known_from": event.position, "person_id": message.person_id,
        "kinds": bars(message.kinds), "valid_from": message.since, "stated_at": event.recorded_at,
    }  # fmt: skip


def _note(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    rows = [
        {"source": one.source, "position": one.position, "recorded_at": one.recorded_at} for one in events
    ]
    uow.session.connection().execute(insert(Statement.__table__), rows)
