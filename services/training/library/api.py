"""The library for programs: search it, read it, put something into it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.training.fulltext.rules import phrases_of
from services.training.library.commands import edit_draft as write_draft
from services.training.library.commands import mark_read, publish_entry, publish_version, start_draft
from services.training.library.models import LibraryEntry, LibraryReading, LibraryVersion
from services.training.library.queries import (
    Wanted,
    find_version,
    get_entry,
    list_entries,
    read_version_ids,
    visible_entries,
)
from services.training.library.rules import EntryKind, VersionStatus
from services.training.library.schemas import (
    LibraryContentSchema,
    LibraryEntryDetailSchema,
    LibraryEntryPageSchema,
    LibraryQuerySchema,
    LibraryReadingSchema,
    NewLibraryEntrySchema,
    audience_of,
    content_of,
    description_of,
)
from services.training.permissions import LIBRARY_EDIT, LIBRARY_READ
from shared.core.errors import Conflict
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard

blp = ApiBlueprint(
    "training_library", __name__, url_prefix="/training/v1/library", description="The library of knowledge"
)


@blp.get("")
@guard(LIBRARY_READ)
@blp.arguments(LibraryQuerySchema, location="query")
@blp.response(200, LibraryEntryPageSchema)
@blp.problems(401, 403, 422)
def search_library(query: dict[str, Any]) -> dict[str, Any]:
    """List or search what is in the library for the asker: the best found first, else the newest."""
    session, principal = current_uow().session, current_principal()
    wanted = Wanted(
        phrases=phrases_of(query["q"]) if query["q"].strip() else None,
        kind=EntryKind(query["kind"]) if query["kind"] else None,
        product_line=query["product_line"] or "",
        tag=query["tag"],
        unread_by=principal.person_id if query["unread"] else None,
    )
    page = list_entries(
        session, visible_entries(session, principal), wanted, cursor=query["cursor"], limit=query["limit"]
    )
    read = _read([one.version for one in page.items])
    items = [as_json(one.entry, one.version, one.version.id in read) for one in page.items]
    return {"items": items, "next_cursor": page.next_cursor}


@blp.post("")
@guard(LIBRARY_EDIT)
@blp.arguments(NewLibraryEntrySchema)
@blp.response(201, LibraryEntryDetailSchema)
@blp.problems(401, 403, 409, 422)
def put_in(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Put an entry into the library and publish it."""
    uow, principal = current_uow(), current_principal()
    entry = publish_entry(
        uow,
        description_of(data),
        content_of(data["content"]),
        audience=audience_of(data["audience"]),
        owner_id=principal.person_id,
        actor=principal,
        now=now(),
    )
    uow.session.flush()  # The version is read back below.
    return _detail(entry), 201, {"Location": f"/training/v1/library/{entry.id}"}


@blp.get("/<uuid:entry_id>")
@guard(LIBRARY_READ)
@blp.response(200, LibraryEntryDetailSchema)
@blp.problems(401, 403, 404)
def get_one(entry_id: UUID) -> dict[str, Any]:
    """Get one entry with the text in force."""
    return _detail(_entry(entry_id))


@blp.post("/<uuid:entry_id>/versions")
@guard(LIBRARY_EDIT)
@blp.arguments(LibraryContentSchema)
@blp.response(201, LibraryEntryDetailSchema)
@blp.problems(401, 403, 404, 409, 422)
def publish_next(data: dict[str, Any], entry_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Publish the next version of an entry; its files stay, and are changed on the page."""
    uow, principal = current_uow(), current_principal()
    session = uow.session
    entry = get_entry(session, entry_id, visible_entries(session, principal), drafts=True)
    if find_version(session, entry_id, VersionStatus.DRAFT) is not None:
        raise Conflict(N_("This entry has a draft already"))
    draft = start_draft(uow, entry, actor=principal, now=now())
    content = replace(content_of(data), files=draft.content.files)
    write_draft(uow, draft, content, actor=principal, now=now())
    publish_version(uow, entry, draft, actor=principal, now=now())
    session.flush()  # It is read back below.
    return _detail(entry), 201, {"Location": f"/training/v1/library/{entry.id}"}


@blp.post("/<uuid:entry_id>/read")
@guard(LIBRARY_READ)
@blp.response(200, LibraryReadingSchema)
@blp.problems(401, 403, 404, 409)
def read(entry_id: UUID) -> LibraryReading:
    """Say that one has read the version in force."""
    uow, principal = current_uow(), current_principal()
    entry = _entry(entry_id)
    version = _in_force(entry)
    if principal.person_id is None:
        raise Conflict(N_("This account belongs to nobody on the roster"))
    return mark_read(uow, version, principal.person_id, actor=principal, now=now())


def as_json(entry: LibraryEntry, version: LibraryVersion, read: bool) -> dict[str, Any]:
    """Return what LibraryEntrySchema writes."""
    about = entry.description
    return {
        "id": entry.id,
        "kind": entry.kind,
        "title": entry.title,
        "summary": entry.summary,
        "tags": about.tags,
        "product_lines": about.product_lines,
        "version": {
            "id": version.id,
            "number": version.number,
            "status": version.status,
            "published_at": version.published_at,
            "source": version.source,
            "source_on": version.source_on,
            "valid_until": version.valid_until,
            "content_sha256": (version.content_sha256 or b"").hex(),
        },
        "read": read,
    }


def _entry(entry_id: UUID) -> LibraryEntry:
    session = current_uow().session
    return get_entry(session, entry_id, visible_entries(session, current_principal()))


def _in_force(entry: LibraryEntry) -> LibraryVersion:
    version = find_version(current_uow().session, entry.id, VersionStatus.PUBLISHED)
    assert version is not None, "get_entry gives only what is published"
    return version


def _detail(entry: LibraryEntry) -> dict[str, Any]:
    version = _in_force(entry)
    content = version.content
    return {
        **as_json(entry, version, version.id in _read([version])),
        "text": content.text,
        "files": [{"sha256": one.sha256, "name": one.name, "locale": one.locale} for one in content.files],
        "links": [{"url": one.url, "title": one.title} for one in content.links],
    }


def _read(versions: list[LibraryVersion]) -> set[UUID]:
    person_id = current_principal().person_id
    if person_id is None:
        return set()
    return read_version_ids(current_uow().session, person_id, [one.id for one in versions])
