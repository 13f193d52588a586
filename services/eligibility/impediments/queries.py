"""Reading facts as known at a position, for one person or for many; and positions for moments."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from services.eligibility.impediments.models import Coverage, Impediment, PersonVersion, Statement
from services.eligibility.impediments.rules import (
    NOTHING,
    SOURCES,
    CoverageFact,
    Fact,
    KnownAt,
    PersonFact,
    unbar,
)
from shared.eventlog import ConsumerCursor

CONSUMER = "eligibility"
# Ids in one IN (…): below the parameter limits of both engines.
_CHUNK = 5_000


def known_now(session: Session) -> dict[str, int]:
    """Return the last position taken in of each source (NOTHING where there is none)."""
    rows = session.execute(
        select(ConsumerCursor.source, ConsumerCursor.position).where(ConsumerCursor.consumer == CONSUMER)
    )
    found = {row.source: row.position - 1 for row in rows}
    return {source: found.get(source, NOTHING) for source in SOURCES}


def known_at_moment(session: Session, moment: datetime) -> dict[str, int]:
    """Return for each source the largest position that it recorded at or before `moment`.

    Looks at what was taken in: events in between that state nothing change no decision.
    """
    found = {}
    for source in SOURCES:
        # From the end backwards, because moments that people pick are mostly recent.
        position = session.scalar(
            select(Statement.position)
            .where(Statement.source == source, Statement.recorded_at <= moment)
            .order_by(Statement.position.desc())
            .limit(1)
        )
        found[source] = NOTHING if position is None else position
    return found


def is_known_sql(model: Any, position: int) -> ColumnElement[bool]:
    """The condition of `rules.is_known`, on columns."""
    return and_(model.known_from <= position, or_(model.known_to.is_(None), model.known_to > position))


def known_sql(model: Any, known_at: KnownAt, sources: Iterable[str] | None = None) -> ColumnElement[bool]:
    """The same for rows of several sources, each with its own position."""
    wanted = [source for source in known_at if sources is None or source in set(sources)]
    conditions = [and_(model.source == one, is_known_sql(model, known_at[one])) for one in wanted]
    return or_(*conditions) if conditions else false()


def list_facts(session: Session, person_ids: Collection[UUID], known_at: KnownAt) -> dict[UUID, list[Fact]]:
    """Return what is known of each person's impediments, oldest first."""
    found: dict[UUID, list[Fact]] = defaultdict(list)
    for chunk in _chunks(person_ids):
        statement = (
            select(Impediment)
            .where(Impediment.person_id.in_(chunk), known_sql(Impediment, known_at))
            .order_by(Impediment.valid_from, Impediment.source, Impediment.known_from, Impediment.ordinal)
        )
        for row in session.scalars(statement):
            found[row.person_id].append(fact_of(row))
    return found


def list_coverage(
    session: Session, person_ids: Collection[UUID], known_at: KnownAt
) -> dict[UUID, list[CoverageFact]]:
    """Return which sources are known to report on each person."""
    found: dict[UUID, list[CoverageFact]] = defaultdict(list)
    for chunk in _chunks(person_ids):
        statement = (
            select(Coverage)
            .where(Coverage.person_id.in_(chunk), known_sql(Coverage, known_at))
            .order_by(Coverage.source, Coverage.known_from)
        )
        for row in session.scalars(statement):
            found[row.person_id].append(
                CoverageFact(
                    row.source, row.known_from, row.known_to, row.person_id, unbar(row.kinds), row.valid_from
                )
            )
    return found


def list_person_facts(
    session: Session, person_ids: Collection[UUID], known_at: KnownAt
) -> dict[UUID, PersonFact]:
    """Return what audiences ask about people, as known; those whom people's log had not named are left out."""
    known = is_known_sql(PersonVersion, known_at.get("people", NOTHING))
    found: dict[UUID, PersonFact] = {}
    for chunk in _chunks(person_ids):
        rows = session.scalars(select(PersonVersion).where(PersonVersion.person_id.in_(chunk), known))
        found.update((row.person_id, person_fact_of(row)) for row in rows)
    return found


def person_fact_of(row: PersonVersion) -> PersonFact:
    """Return a row as a value."""
    return PersonFact(
        row.known_from, row.known_to, row.person_id, row.position, row.region, row.product_lines, row.tags,
        row.hired_on,
    )  # fmt: skip


def fact_of(row: Impediment) -> Fact:
    """Return a row as a value."""
    return Fact(
        source=row.source,
        known_from=row.known_from,
        ordinal=row.ordinal,
        known_to=row.known_to,
        person_id=row.person_id,
        kind=row.kind,
        reference=row.reference,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        severity=row.severity,
        tags=unbar(row.tags),
        amount_minor=row.amount_minor,
        currency=row.currency,
        title=row.title,
        cure_url=row.cure_url,
    )


def _chunks(ids: Collection[UUID]) -> Iterable[list[UUID]]:
    unique = list(dict.fromkeys(ids))
    return (unique[start : start + _CHUNK] for start in range(0, len(unique), _CHUNK))
