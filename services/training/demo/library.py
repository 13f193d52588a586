"""The demo company's library, and who has read what in it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.training.demo.library_stories import STORIES
from services.training.demo.library_texts import TEXTS, DemoEntry
from services.training.library.commands import edit_draft, publish_entry, publish_version, start_draft
from services.training.library.models import LibraryEntry, LibraryReading, LibraryVersion, LibraryVisit
from services.training.library.queries import find_version
from services.training.library.rules import Content, Description, VersionStatus
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal, Role
from shared.core.text import LocalizedText
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.demo.company import DemoPerson
from shared.directory import Audience
from shared.eventlog import Entry, append_many, row_state
from shared.messages.training import LibraryVersionRead

# So many people's reading is told of; the shape of a larger company's is the same.
_READERS = 300
_LAST_VISIT = timedelta(days=7)


def load_library(database: Database, company: DemoCompany) -> None:
    """Put in the entries, a revision and a draft, and let people read them."""
    trainer = company.persona("trainer")
    actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
    with database.write() as uow:
        published = [(one, _put(uow, one, company, actor)) for one in (*TEXTS, *STORIES)]
        _begin_draft(uow, published[-1][1], company, actor)
    with database.write() as uow:
        found = [
            (one, find_version(uow.session, entry.id, VersionStatus.PUBLISHED)) for one, entry in published
        ]
        _load_readings(uow, company, [(one, version) for one, version in found if version is not None])
        uow.session.execute(
            insert(LibraryVisit),
            [
                {
                    "person_id": company.persona(name).id,
                    "previous_at": company.now - 2 * _LAST_VISIT,
                    "last_at": company.now - _LAST_VISIT,
                }
                for name in ("rep", "rep2", "manager", "trainer")
            ],
        )


def _put(uow: UnitOfWork, one: DemoEntry, company: DemoCompany, actor: Principal) -> LibraryEntry:
    then = company.now - timedelta(days=one.days_ago)
    description = Description(one.kind, one.title, one.summary, one.tags, one.lines)
    content = Content(
        one.text,
        source=one.source,
        source_on=date.fromisoformat(one.source_on),
        valid_until=None if one.valid_days is None else company.today + timedelta(days=one.valid_days),
    )
    # What is about competitors on a product line is for those who sell it.
    audience = Audience(product_lines=one.lines) if one.lines and one.kind == "competitor" else Audience()
    entry = publish_entry(
        uow, description, content, audience=audience, owner_id=actor.person_id, actor=actor, now=then
    )
    uow.session.flush()  # Versions are read back below.
    if one.revised is not None:
        revised_at = then + timedelta(days=45)
        draft = start_draft(uow, entry, actor=actor, now=revised_at)
        edit_draft(
            uow, draft, Content(one.revised, source=one.source, source_on=content.source_on),
            actor=actor, now=revised_at,
        )  # fmt: skip
        publish_version(uow, entry, draft, actor=actor, now=revised_at)
    return entry


def _begin_draft(uow: UnitOfWork, entry: LibraryEntry, company: DemoCompany, actor: Principal) -> None:
    """What the trainer has before them: the next version of the last report."""
    then = company.now - timedelta(days=1)
    draft = start_draft(uow, entry, actor=actor, now=then)
    before = draft.content
    added = LocalizedText(
        zh=before.text.zh + "\n- 第三季度数据待补。", en=before.text.en + "\n- Third quarter to be added."
    )
    edit_draft(
        uow, draft, Content(added, source=before.source, source_on=before.source_on), actor=actor, now=then
    )


def _load_readings(
    uow: UnitOfWork, company: DemoCompany, published: list[tuple[DemoEntry, LibraryVersion]]
) -> None:
    rows: list[dict[str, Any]] = []
    entries: list[Entry] = []
    for person in company.here[:_READERS]:
        chance = company.random("library", person.employee_no)
        for one, version in published:
            if not _reads(one, person, chance.random()):
                continue
            assert version.published_at is not None
            read_at = _between(version.published_at, company.now, chance.random())
            row, entry = _reading(version.id, person, read_at)
            rows.append(row)
            entries.append(entry)
    uow.session.execute(insert(LibraryReading), rows)
    append_many(uow.session.connection(), entries)


def _reads(one: DemoEntry, person: DemoPerson, chance: float) -> bool:
    if person.persona:
        return person.persona in one.readers
    outside = bool(one.lines) and not set(one.lines) & set(person.product_lines)
    return not outside and chance < 0.35


def _between(start: datetime, end: datetime, share: float) -> datetime:
    return start + timedelta(seconds=int((end - start).total_seconds() * share))


def _reading(version_id: UUID, person: DemoPerson, read_at: datetime) -> tuple[dict[str, Any], Entry]:
    reading_id, event_id = new_id(), new_id()
    row: dict[str, Any] = {
        "id": reading_id,
        "version_id": version_id,
        "person_id": person.id,
        "read_at": read_at,
    }
    actor = f"account:{person.account_id}" if person.account_id else SYSTEM.actor
    entry = Entry(
        LibraryVersionRead(reading_id, version_id),
        f"library_reading/{reading_id}",
        actor,
        read_at,
        person_id=person.id,
        state=row_state(LibraryReading, row),
        id=event_id,
    )
    return {**row, "last_event_id": event_id}, entry
