"""Taking in statements: the open rows are closed at the statement's position, the new ones inserted."""

from typing import Any

from sqlalchemy import ColumnElement, delete, insert, update

from services.eligibility.impediments.models import Coverage, Impediment, PersonVersion, Statement
from services.eligibility.impediments.rules import bars, lasting, stated_intervals
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from shared.directory.handlers import row_of
from shared.eventlog import FeedEvent
from shared.messages.standing import CoverageStated, ImpedimentStated

_BULK = {"synchronize_session": False}


def take_impediment(uow: UnitOfWork, event: FeedEvent) -> None:
    """Replace what was known of (source, kind, reference). Raises InvalidInput for an impossible interval.

    The person need not be on the roster yet: the statement is kept, and counts from the day they are paid.
    """
    message: ImpedimentStated = event.message()
    intervals = stated_intervals(message)
    _close(
        uow,
        Impediment,
        event,
        Impediment.source == event.source,
        Impediment.kind == message.kind,
        Impediment.reference == message.reference,
    )
    rows = [
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
        for ordinal, interval in enumerate(intervals)
    ]
    if rows:
        uow.session.execute(insert(Impediment), rows)
    _note(uow, event)


def take_coverage(uow: UnitOfWork, event: FeedEvent) -> None:
    """Replace what the source was known to report on about the person."""
    message: CoverageStated = event.message()
    _close(uow, Coverage, event, Coverage.source == event.source, Coverage.person_id == message.person_id)
    row = {
        "source": event.source, "known_from": event.position, "person_id": message.person_id,
        "kinds": bars(message.kinds), "valid_from": message.since, "stated_at": event.recorded_at,
    }  # fmt: skip
    uow.session.execute(insert(Coverage), [row])
    _note(uow, event)


def take_person(uow: UnitOfWork, event: FeedEvent) -> None:
    """Replace what audiences can ask about the person."""
    columns = row_of(event.message().person)
    _close(uow, PersonVersion, event, PersonVersion.person_id == columns["id"])
    names = ("position", "region", "product_lines", "tags", "hired_on")
    row = {
        "known_from": event.position,
        "person_id": columns["id"],
        **{name: columns[name] for name in names},
    }
    uow.session.execute(insert(PersonVersion), [row])
    _note(uow, event)


def forget(uow: UnitOfWork, source: str) -> None:
    """Empty the projections of one source, so that they can be rebuilt from position 0 of its log."""
    if source == "people":
        uow.session.execute(delete(PersonVersion), execution_options=_BULK)
    for model in (Impediment, Coverage, Statement):
        uow.session.execute(delete(model).where(model.source == source), execution_options=_BULK)


def _close(uow: UnitOfWork, model: Any, event: FeedEvent, *same: ColumnElement[bool]) -> None:
    uow.session.execute(
        update(model).where(*same, model.known_to.is_(None)).values(known_to=event.position),
        execution_options=_BULK,
    )


def _note(uow: UnitOfWork, event: FeedEvent) -> None:
    row = {"source": event.source, "position": event.position, "recorded_at": event.recorded_at}
    uow.session.execute(insert(Statement), [row])
