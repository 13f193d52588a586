"""Changing the library: describing entries, writing and publishing their versions, noting who has read them."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite

from services.training.fulltext.commands import Searchable, drop_texts, index_texts
from services.training.fulltext.rules import plain_text
from services.training.library.models import (
    LibraryAudience,
    LibraryEntry,
    LibraryReading,
    LibraryVersion,
    LibraryVisit,
)
from services.training.library.queries import find_reading, find_version, list_versions
from services.training.library.rules import (
    BODY_WEIGHT,
    EMPTY,
    SUMMARY_WEIGHT,
    TAG_WEIGHT,
    TITLE_WEIGHT,
    Content,
    Description,
    EntryFile,
    VersionStatus,
    VersionStep,
    check_content,
    check_publishable,
    clean_description,
    content_digest,
    description_digest,
    files_to_json,
    links_to_json,
    new_since,
    next_status,
)
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict, NotFound
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import LOCALES, N_
from shared.db.uow import UnitOfWork
from shared.directory import Audience
from shared.eventlog import append
from shared.jobs import enqueue
from shared.messages.training import (
    LibraryEntryDescribed,
    LibraryVersionDrafted,
    LibraryVersionPublished,
    LibraryVersionRead,
    LibraryVersionRetired,
    LibraryVersionSuperseded,
)

INDEX_JOB = "training.library.index_files"
ABOUT, TEXT = "about", "text"
EVERYBODY = Audience()


def publish_entry(
    uow: UnitOfWork,
    description: Description,
    content: Content,
    *,
    audience: Audience = EVERYBODY,
    owner_id: UUID | None = None,
    actor: Principal,
    now: datetime,
) -> LibraryEntry:
    """Put something into the library in one go: its entry and a first version, published.

    Raises InvalidInput when the title is missing in a language or there is nothing to read.
    """
    entry = create_entry(uow, description, audience=audience, owner_id=owner_id, actor=actor, now=now)
    version = _add_draft(uow, entry.id, 1, content, actor, now)
    publish_version(uow, entry, version, actor=actor, now=now)
    return entry


def create_entry(
    uow: UnitOfWork,
    description: Description,
    *,
    audience: Audience = EVERYBODY,
    owner_id: UUID | None = None,
    actor: Principal,
    now: datetime,
) -> LibraryEntry:
    """Create an entry that has no version yet; raise InvalidInput when it is not described well."""
    entry = LibraryEntry(id=new_id(), owner_id=owner_id, created_at=now)
    _describe(uow, entry, description, audience, actor, now)
    uow.session.add(entry)
    uow.session.flush()  # Its versions refer to it, and no relationship tells the session the order.
    return entry


def describe_entry(
    uow: UnitOfWork,
    entry: LibraryEntry,
    description: Description,
    *,
    audience: Audience,
    actor: Principal,
    now: datetime,
) -> None:
    """Change what an entry is called and whom it is for; it is found by its new words at once."""
    _describe(uow, entry, description, audience, actor, now)
    if find_version(uow.session, entry.id, VersionStatus.PUBLISHED) is not None:
        drop_texts(uow, entry.id, ABOUT)
        index_texts(uow, entry.id, about_texts(entry.description))


def start_draft(uow: UnitOfWork, entry: LibraryEntry, *, actor: Principal, now: datetime) -> LibraryVersion:
    """Begin the next version from the latest one; raise Conflict when a draft is there already."""
    versions = list_versions(uow.session, entry.id)
    if any(one.status is VersionStatus.DRAFT for one in versions):
        raise Conflict(N_("This entry has a draft already"))
    if not versions:
        return _add_draft(uow, entry.id, 1, EMPTY, actor, now)
    return _add_draft(uow, entry.id, versions[0].number + 1, versions[0].content, actor, now)


def edit_draft(
    uow: UnitOfWork, version: LibraryVersion, content: Content, *, actor: Principal, now: datetime
) -> None:
    """Replace a draft's content; raise IllegalTransition for a version that is not a draft."""
    version.status = next_status(version.status, VersionStep.EDIT)
    check_content(content)
    _write(version, content)
    drafted = LibraryVersionDrafted(version.entry_id, version.id, version.number, content_digest(content))
    append(uow, drafted, row=version, actor=actor, now=now)


def publish_version(
    uow: UnitOfWork, entry: LibraryEntry, version: LibraryVersion, *, actor: Principal, now: datetime
) -> None:
    """Publish a draft in place of the version published before; its texts are found at once, its files soon.

    Raises IllegalTransition when it is not a draft, InvalidInput when there is nothing in it to read.
    """
    status = next_status(version.status, VersionStep.PUBLISH)
    check_publishable(version.content)
    before = find_version(uow.session, entry.id, VersionStatus.PUBLISHED)
    if before is not None:
        _end(uow, before, VersionStep.SUPERSEDE, actor, now)
        uow.session.flush()  # At most one is published at any time, and the database checks at each statement.
    version.status = status
    version.published_at = now
    digest = content_digest(version.content)
    version.content_sha256 = bytes.fromhex(digest)
    published = LibraryVersionPublished(entry.id, version.id, version.number, digest)
    append(uow, published, row=version, actor=actor, now=now)
    drop_texts(uow, entry.id)
    index_texts(uow, entry.id, [*about_texts(entry.description), *body_texts(version.content)])
    if version.files:
        enqueue(
            uow,
            INDEX_JOB,
            {"version_id": str(version.id)},
            now=now,
            created_by=actor,
            key=str(version.id),
        )


def retire_entry(uow: UnitOfWork, entry: LibraryEntry, *, actor: Principal, now: datetime) -> None:
    """Take an entry out of the library; raise NotFound when no version of it is published."""
    version = find_version(uow.session, entry.id, VersionStatus.PUBLISHED)
    if version is None:
        raise NotFound(N_("No version of this entry is published"))
    _end(uow, version, VersionStep.RETIRE, actor, now)
    drop_texts(uow, entry.id)


def mark_read(
    uow: UnitOfWork, version: LibraryVersion, person_id: UUID, *, actor: Principal, now: datetime
) -> LibraryReading:
    """Note that somebody has read a version; saying so again changes nothing."""
    found = find_reading(uow.session, version.id, person_id)
    if found is not None:
        return found
    reading = LibraryReading(id=new_id(), version_id=version.id, person_id=person_id, read_at=now)
    uow.session.add(reading)
    read = LibraryVersionRead(reading.id, version.id)
    append(uow, read, row=reading, actor=actor, now=now, person_id=person_id)
    return reading


def visit(uow: UnitOfWork, person_id: UUID, *, now: datetime) -> None:
    """Note that somebody is here; see rules.new_since for what is new to them then."""
    before = uow.session.get(LibraryVisit, person_id)
    since = new_since(before.previous_at if before else None, before.last_at if before else None, now)
    dialect = sqlite if uow.database.is_sqlite else postgresql
    statement = dialect.insert(LibraryVisit).values(person_id=person_id, previous_at=since, last_at=now)
    # Two pages opened at once are one visit.
    uow.session.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id"], set_={"previous_at": since, "last_at": now}
        )
    )


def index_file(uow: UnitOfWork, version: LibraryVersion, file: EntryFile, pages: list[str]) -> None:
    """Put the text of one of a version's files into the index, in place of what was there of it."""
    drop_texts(uow, version.entry_id, file.sha256)
    index_texts(
        uow,
        version.entry_id,
        [
            Searchable(file.sha256, file.name, BODY_WEIGHT, file.locale),
            *(
                Searchable(file.sha256, page, BODY_WEIGHT, file.locale, number if len(pages) > 1 else None)
                for number, page in enumerate(pages, start=1)
            ),
        ],
    )


def about_texts(description: Description) -> list[Searchable]:
    """Return the texts by which an entry is found, apart from what its versions say."""
    texts = [Searchable(ABOUT, " | ".join(description.tags), TAG_WEIGHT)]
    for locale in LOCALES:
        texts += [
            Searchable(ABOUT, getattr(description.title, locale), TITLE_WEIGHT, locale),
            Searchable(ABOUT, getattr(description.summary, locale), SUMMARY_WEIGHT, locale),
        ]
    return texts


def body_texts(content: Content) -> list[Searchable]:
    """Return the texts of a version, without its files."""
    about = [content.source, *(one.title for one in content.links)]
    return [
        *(
            Searchable(TEXT, plain_text(getattr(content.text, locale)), BODY_WEIGHT, locale)
            for locale in LOCALES
        ),
        *(Searchable(TEXT, text, BODY_WEIGHT) for text in about),
    ]


def audience_key(audience: Audience) -> str:
    """Return the key under which an audience is kept."""
    return sha256(canonical_json(audience.to_json())).hexdigest()


def _describe(
    uow: UnitOfWork,
    entry: LibraryEntry,
    description: Description,
    audience: Audience,
    actor: Principal,
    now: datetime,
) -> None:
    clean = clean_description(description)
    entry.kind, entry.title, entry.summary = clean.kind, clean.title, clean.summary
    entry.tags, entry.product_lines = _barred(clean.tags), _barred(clean.product_lines)
    entry.audience_key = _keep_audience(uow, audience)
    described = LibraryEntryDescribed(entry.id, clean.kind, description_digest(clean), entry.audience_key)
    append(uow, described, row=entry, actor=actor, now=now)


def _keep_audience(uow: UnitOfWork, audience: Audience) -> str:
    key = audience_key(audience)
    dialect = sqlite if uow.database.is_sqlite else postgresql
    statement = dialect.insert(LibraryAudience).values(key=key, rule=audience.to_json())
    uow.session.execute(statement.on_conflict_do_nothing())
    return key


def _barred(codes: tuple[str, ...]) -> str:
    return f"|{'|'.join(codes)}|" if codes else ""


def _end(
    uow: UnitOfWork, version: LibraryVersion, step: VersionStep, actor: Principal, now: datetime
) -> None:
    version.status = next_status(version.status, step)
    version.ended_at = now
    kind = LibraryVersionSuperseded if step is VersionStep.SUPERSEDE else LibraryVersionRetired
    append(uow, kind(version.entry_id, version.id, version.number), row=version, actor=actor, now=now)


def _add_draft(
    uow: UnitOfWork, entry_id: UUID, number: int, content: Content, actor: Principal, now: datetime
) -> LibraryVersion:
    check_content(content)
    version = LibraryVersion(
        id=new_id(), entry_id=entry_id, number=number, status=VersionStatus.DRAFT, drafted_at=now
    )
    _write(version, content)
    uow.session.add(version)
    drafted = LibraryVersionDrafted(entry_id, version.id, number, content_digest(content))
    append(uow, drafted, row=version, actor=actor, now=now)
    return version


def _write(version: LibraryVersion, content: Content) -> None:
    version.body = content.text
    version.files = files_to_json(content.files)
    version.links = links_to_json(content.links)
    version.source = content.source
    version.source_on = content.source_on
    version.valid_until = content.valid_until
