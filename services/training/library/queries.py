"""Reading the library. `visible` is the condition on entries under which they exist for the asker."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from services.training.fulltext.queries import matches
from services.training.fulltext.rules import Phrase
from services.training.library.models import (
    LibraryAudience,
    LibraryEntry,
    LibraryReading,
    LibraryVersion,
    LibraryVisit,
)
from services.training.library.rules import EntryKind, VersionStatus
from services.training.permissions import sees_all
from shared.core.errors import InvalidInput, NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, paginate
from shared.directory import Audience, find_person


@dataclass(frozen=True)
class Wanted:
    """What is asked of the library. `phrases` None: nothing is searched for; (): nothing that can be found."""

    phrases: tuple[Phrase, ...] | None = None
    kind: EntryKind | None = None
    product_line: str = ""
    tag: str = ""
    since: datetime | None = None
    unread_by: UUID | None = None


@dataclass(frozen=True)
class Listed:
    """An entry with the version of it that is published."""

    entry: LibraryEntry
    version: LibraryVersion


def visible_entries(session: Session, principal: Principal) -> ColumnElement[bool]:
    """Return the condition under which an entry exists for somebody: they are in its audience, or look after it.

    An account without a person is in those audiences alone that select everybody.
    """
    if sees_all(principal):
        return true()
    person = find_person(session, principal.person_id) if principal.person_id is not None else None
    keys = []
    for one in session.scalars(select(LibraryAudience)):
        audience = Audience.from_json(one.rule)
        if audience == Audience() or (person is not None and audience.selects(person)):
            keys.append(one.key)
    inside = LibraryEntry.audience_key.in_(keys) if keys else false()
    if principal.person_id is None:
        return inside
    return or_(inside, LibraryEntry.owner_id == principal.person_id)


def get_entry(
    session: Session, entry_id: UUID, visible: ColumnElement[bool], *, drafts: bool = False
) -> LibraryEntry:
    """Return the entry; raise NotFound. Without `drafts`, one that is not published now does not exist."""
    statement = select(LibraryEntry).where(LibraryEntry.id == entry_id, visible)
    if not drafts:
        statement = statement.where(_is_published())
    found: LibraryEntry | None = session.scalar(statement)
    if found is None:
        raise NotFound(N_("There is no such entry in the library"))
    return found


def get_audience(session: Session, entry: LibraryEntry) -> Audience:
    """Return whom an entry is for."""
    return Audience.from_json(session.get_one(LibraryAudience, entry.audience_key).rule)


def find_version(session: Session, entry_id: UUID, status: VersionStatus) -> LibraryVersion | None:
    """Return the entry's one draft or one published version, or None."""
    assert status in (VersionStatus.DRAFT, VersionStatus.PUBLISHED)
    found: LibraryVersion | None = session.scalar(
        select(LibraryVersion).where(LibraryVersion.entry_id == entry_id, LibraryVersion.status == status)
    )
    return found


def list_versions(session: Session, entry_id: UUID, *, drafts: bool = True) -> list[LibraryVersion]:
    """Return the versions of an entry, the newest first; without `drafts`, those that are or were published."""
    statement = select(LibraryVersion).where(LibraryVersion.entry_id == entry_id)
    if not drafts:
        statement = statement.where(LibraryVersion.status != VersionStatus.DRAFT)
    return list(session.scalars(statement.order_by(LibraryVersion.number.desc())))


def list_entries(
    session: Session,
    visible: ColumnElement[bool],
    wanted: Wanted,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Listed]:
    """Return one page of published entries: what was searched for best first, else the newest first."""
    if wanted.phrases is None:
        statement = _published(visible, wanted)
        page: Page[LibraryVersion] = paginate(
            session,
            statement,
            keys=[LibraryVersion.published_at, LibraryVersion.id],
            cursor=cursor,
            limit=limit,
            descending=True,
        )
    elif wanted.phrases:
        page = _search(session, visible, wanted, wanted.phrases, cursor, limit)
    else:
        return Page([], None)
    entries = entries_by_id(session, [one.entry_id for one in page.items])
    return Page([Listed(entries[one.entry_id], one) for one in page.items], page.next_cursor)


def count_kinds(session: Session, visible: ColumnElement[bool], wanted: Wanted) -> dict[EntryKind, int]:
    """Return how many published entries of each kind the same question finds, whatever kind it asks for."""
    if wanted.phrases == ():
        return {}
    statement = (
        select(LibraryEntry.kind, func.count())
        .select_from(LibraryVersion)
        .join(LibraryEntry, LibraryEntry.id == LibraryVersion.entry_id)
        .where(*_conditions(visible, wanted, any_kind=True))
        .group_by(LibraryEntry.kind)
    )
    if wanted.phrases:
        found = matches(session, wanted.phrases)
        statement = statement.join(found, found.c.subject_id == LibraryEntry.id)
    return {row[0]: row[1] for row in session.execute(statement)}


def list_drafts(session: Session, *, limit: int = 20) -> list[Listed]:
    """Return the drafts that were begun last: for those who write."""
    statement = (
        select(LibraryEntry, LibraryVersion)
        .join(LibraryVersion, LibraryVersion.entry_id == LibraryEntry.id)
        .where(LibraryVersion.status == VersionStatus.DRAFT)
        .order_by(LibraryVersion.drafted_at.desc(), LibraryVersion.id.desc())
        .limit(limit)
    )
    return [Listed(*row) for row in session.execute(statement)]


def entries_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, LibraryEntry]:
    """Return entries by their ids, in one query."""
    if not ids:
        return {}
    return {
        one.id: one for one in session.scalars(select(LibraryEntry).where(LibraryEntry.id.in_(list(ids))))
    }


def find_reading(session: Session, version_id: UUID, person_id: UUID) -> LibraryReading | None:
    """Return that somebody has read a version, or None."""
    found: LibraryReading | None = session.scalar(
        select(LibraryReading).where(
            LibraryReading.version_id == version_id, LibraryReading.person_id == person_id
        )
    )
    return found


def read_version_ids(session: Session, person_id: UUID, version_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these versions somebody has read."""
    if not version_ids:
        return set()
    statement = select(LibraryReading.version_id).where(
        LibraryReading.person_id == person_id, LibraryReading.version_id.in_(list(version_ids))
    )
    return set(session.scalars(statement))


def list_read_by(
    session: Session,
    person_id: UUID,
    visible: ColumnElement[bool],
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[LibraryReading]:
    """Return one page of what somebody has read and may still see, the latest first."""
    statement = (
        select(LibraryReading)
        .join(LibraryVersion, LibraryVersion.id == LibraryReading.version_id)
        .join(LibraryEntry, LibraryEntry.id == LibraryVersion.entry_id)
        .where(LibraryReading.person_id == person_id, visible, _is_published())
    )
    keys = [LibraryReading.read_at, LibraryReading.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit, descending=True)


def versions_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, LibraryVersion]:
    """Return versions by their ids, in one query."""
    if not ids:
        return {}
    return {
        one.id: one for one in session.scalars(select(LibraryVersion).where(LibraryVersion.id.in_(list(ids))))
    }


def count_readers(session: Session, version_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many people have read each version."""
    statement = (
        select(LibraryReading.version_id, func.count())
        .where(LibraryReading.version_id.in_(list(version_ids)))
        .group_by(LibraryReading.version_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def find_last_visit(session: Session, person_id: UUID) -> LibraryVisit | None:
    """Return when somebody was here, or None."""
    return session.get(LibraryVisit, person_id)


def _published(visible: ColumnElement[bool], wanted: Wanted) -> Select[Any]:
    return (
        select(LibraryVersion)
        .join(LibraryEntry, LibraryEntry.id == LibraryVersion.entry_id)
        .where(*_conditions(visible, wanted))
    )


def _conditions(
    visible: ColumnElement[bool], wanted: Wanted, *, any_kind: bool = False
) -> list[ColumnElement[bool]]:
    conditions = [LibraryVersion.status == VersionStatus.PUBLISHED, visible]
    if wanted.kind is not None and not any_kind:
        conditions.append(LibraryEntry.kind == wanted.kind)
    if wanted.product_line:
        # What names no product line is for all of them.
        conditions.append(
            or_(
                LibraryEntry.product_lines == "",
                LibraryEntry.product_lines.contains(f"|{wanted.product_line}|", autoescape=True),
            )
        )
    if wanted.tag:
        conditions.append(LibraryEntry.tags.contains(f"|{wanted.tag}|", autoescape=True))
    if wanted.since is not None:
        conditions.append(LibraryVersion.published_at > wanted.since)
    if wanted.unread_by is not None:
        conditions.append(
            ~exists().where(
                LibraryReading.version_id == LibraryVersion.id, LibraryReading.person_id == wanted.unread_by
            )
        )
    return conditions


def _search(
    session: Session,
    visible: ColumnElement[bool],
    wanted: Wanted,
    phrases: Sequence[Phrase],
    cursor: str | None,
    limit: int,
) -> Page[LibraryVersion]:
    """Page over (score, id), the best and newest first; the score is not a column, so the marker is our own."""
    limit = max(1, min(limit, MAX_LIMIT))
    found = matches(session, phrases)
    statement = (
        _published(visible, wanted)
        .add_columns(found.c.score)
        .join(found, found.c.subject_id == LibraryEntry.id)
    )
    if cursor:
        score, last_id = _place(cursor)
        statement = statement.where(
            or_(found.c.score < score, and_(found.c.score == score, LibraryVersion.id < last_id))
        )
    ordered = statement.order_by(found.c.score.desc(), LibraryVersion.id.desc())
    rows = session.execute(ordered.limit(limit + 1)).all()
    shown = rows[:limit]
    marker = f"{shown[-1].score}.{shown[-1][0].id}" if len(rows) > limit else None
    return Page([row[0] for row in shown], marker)


def _place(cursor: str) -> tuple[int, UUID]:
    parts = re.fullmatch(r"(\d{1,6})\.([0-9a-f-]{36})", cursor)
    try:
        if parts is None:
            raise ValueError("not a marker of a search")
        return int(parts[1]), UUID(parts[2])
    except ValueError as error:
        raise InvalidInput(N_("This page marker is not valid; start from the first page")) from error


def _is_published() -> ColumnElement[bool]:
    in_force = aliased(LibraryVersion)  # The query around it may be over versions of its own.
    return exists().where(in_force.entry_id == LibraryEntry.id, in_force.status == VersionStatus.PUBLISHED)
