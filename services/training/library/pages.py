"""Pages of the library: search and read; for trainers also write, publish and retire."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.training.fulltext.queries import list_best_passages
from services.training.fulltext.rules import MAX_QUERY, highlight, phrases_of, snippet
from services.training.library import commands, queries
from services.training.library.models import LibraryEntry, LibraryVersion
from services.training.library.queries import Listed, Wanted
from services.training.library.rules import (
    BODY_WEIGHT,
    KIND_WORDS,
    STATUS_WORDS,
    EntryFile,
    EntryKind,
    VersionStatus,
    compare,
    is_expired,
    new_since,
)
from services.training.permissions import LIBRARY_EDIT, LIBRARY_READ
from shared.core.errors import Conflict, NotFound
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import find_person
from shared.files import FileKind, get_file
from shared.messages.people import Position, ProductLine, Region
from shared.web.context import current_principal, current_uow, now, this_app
from shared.web.guards import allows, guard
from shared.web.i18n import locale_code
from shared.web.markdown import render_markdown
from shared.web.uploads import send_file

bp = Blueprint("training_library", __name__, url_prefix="/training/library")

LINES = {one.value: one.label for one in ProductLine}
WORDS = {**{one.value: one.label for one in (*Region, *Position)}, **LINES}
# What a browser shows by itself; anything else is downloaded.
_SHOWN = frozenset(FileKind) - {FileKind.DOCX, FileKind.XLSX, FileKind.PPTX}
_PAGE = 25
# The visit is noted so often at most: a page that is leafed through does not write at each step.
_NOTED = timedelta(minutes=5)


@bp.get("")
@guard(LIBRARY_READ)
def library_home() -> str:
    """What is in the library for the asker, searched and filtered; the newest first, or the best found."""
    session, principal = current_uow().session, current_principal()
    visible = queries.visible_entries(session, principal)
    since = _note_visit(principal.person_id) if principal.person_id else None
    search, wanted = _wanted(since)
    page = queries.list_entries(session, visible, wanted, cursor=request.args.get("cursor"), limit=_PAGE)
    news = Wanted(since=since)
    edits = allows(LIBRARY_EDIT)
    return render_template(
        "training/library.html",
        rows=_rows(page.items, wanted, since),
        next_cursor=page.next_cursor,
        search=search,
        wanted=wanted,
        show=request.args.get("show", ""),
        counts=queries.count_kinds(session, visible, wanted),
        news=sum(queries.count_kinds(session, visible, news).values()) if since else 0,
        kinds=KIND_WORDS,
        lines=LINES,
        edits=edits,
        drafts=queries.list_drafts(session) if edits else [],
    )


@bp.get("/read")
@guard(LIBRARY_READ)
def what_i_read() -> str:
    """What the asker has read, the latest first."""
    session, principal = current_uow().session, current_principal()
    rows: list[dict[str, Any]] = []
    next_cursor = None
    if principal.person_id is not None:
        visible = queries.visible_entries(session, principal)
        page = queries.list_read_by(
            session, principal.person_id, visible, cursor=request.args.get("cursor"), limit=_PAGE
        )
        next_cursor = page.next_cursor
        versions = queries.versions_by_id(session, [one.version_id for one in page.items])
        entries = queries.entries_by_id(session, [one.entry_id for one in versions.values()])
        for reading in page.items:
            version = versions[reading.version_id]
            rows.append({"reading": reading, "version": version, "entry": entries[version.entry_id]})
    return render_template("training/library_read.html", rows=rows, next_cursor=next_cursor, kinds=KIND_WORDS)


@bp.get("/<uuid:entry_id>")
@guard(LIBRARY_READ)
def entry_page(entry_id: UUID) -> str:
    """One entry: the version in force, or another that was."""
    session, principal = current_uow().session, current_principal()
    entry, versions = visible_entry(entry_id)
    in_force = next((one for one in versions if one.status is VersionStatus.PUBLISHED), None)
    version = _chosen(versions) or in_force or (versions[0] if versions else None)
    person_id = principal.person_id
    looks_after = allows(LIBRARY_EDIT) or (person_id is not None and entry.owner_id == person_id)
    return render_template(
        "training/library_entry.html",
        entry=entry,
        version=version,
        versions=versions,
        in_force=in_force,
        text=render_markdown(version.body.pick(locale_code())) if version else "",
        text_locale=_language(version) if version else "",
        expired=version is not None and is_expired(version.valid_until, local_date(now())),
        reading=queries.find_reading(session, version.id, person_id) if version and person_id else None,
        may_mark=version is not None and version is in_force and person_id is not None,
        readers=queries.count_readers(session, [one.id for one in versions]) if looks_after else {},
        audience=_audience_words(entry) if looks_after else None,
        looks_after=looks_after,
        edits=allows(LIBRARY_EDIT),
        owner=find_person(session, entry.owner_id) if entry.owner_id else None,
        address=f"{this_app().settings.base_url}/training/library/{entry.id}",
        kinds=KIND_WORDS,
        statuses=STATUS_WORDS,
        words=WORDS,
    )


@bp.get("/<uuid:entry_id>/compare/<int:number>")
@guard(LIBRARY_READ)
def compare_page(entry_id: UUID, number: int) -> str:
    """A version beside the one before it."""
    entry, versions = visible_entry(entry_id)
    place = next((place for place, one in enumerate(versions) if one.number == number), None)
    if place is None or place + 1 >= len(versions):
        raise NotFound(N_("There is no version before this one"))
    after, before = versions[place], versions[place + 1]
    language = "en" if request.args.get("language", locale_code()) == "en" else "zh"
    return render_template(
        "training/library_compare.html",
        entry=entry,
        before=before,
        after=after,
        language=language,
        rows=compare(getattr(before.body, language), getattr(after.body, language)),
        beside=compare(_beside(before), _beside(after)),
    )


@bp.post("/<uuid:entry_id>/read")
@guard(LIBRARY_READ)
def mark(entry_id: UUID) -> Response:
    """Say that one has read the version in force."""
    uow, principal = current_uow(), current_principal()
    entry = queries.get_entry(uow.session, entry_id, queries.visible_entries(uow.session, principal))
    version = queries.find_version(uow.session, entry.id, VersionStatus.PUBLISHED)
    assert version is not None, "get_entry gives only what is published"
    if principal.person_id is None:
        raise Conflict(N_("This account belongs to nobody on the roster"))
    commands.mark_read(uow, version, principal.person_id, actor=principal, now=now())
    flash(_("Noted: you have read version %(number)s.", number=version.number), "eligible")
    return redirect(f"/training/library/{entry_id}", 303)


@bp.get("/<uuid:entry_id>/files/<string(maxlength=64):sha256>")
@guard(LIBRARY_READ)
def file(entry_id: UUID, sha256: str) -> Response:
    """A file of a version that the asker may see: shown where a browser can, else downloaded."""
    versions = visible_entry(entry_id)[1]
    found = next((one for version in versions for one in version.content.files if one.sha256 == sha256), None)
    if found is None:
        raise NotFound(N_("There is no such file"))
    stored = get_file(current_uow().session, sha256)
    inline = stored.kind in _SHOWN and "download" not in request.args
    return send_file(stored, name=found.name, inline=inline)


def visible_entry(entry_id: UUID) -> tuple[LibraryEntry, list[LibraryVersion]]:
    """Return an entry with its versions, as far as they exist for who is asking; raise NotFound."""
    session, edits = current_uow().session, allows(LIBRARY_EDIT)
    visible = queries.visible_entries(session, current_principal())
    entry = queries.get_entry(session, entry_id, visible, drafts=edits)
    return entry, queries.list_versions(session, entry_id, drafts=edits)


def _note_visit(person_id: UUID) -> datetime:
    """Note that somebody is here, and return since when something is new to them."""
    last = queries.find_last_visit(current_uow().session, person_id)
    if last is None or now() - last.last_at >= _NOTED:
        # What is read here is one snapshot; the visit is written beside it.
        with this_app().database.write() as uow:
            commands.visit(uow, person_id, now=now())
    return new_since(last.previous_at if last else None, last.last_at if last else None, now())


def _wanted(since: datetime | None) -> tuple[str, Wanted]:
    """Return what the address asks for; what it does not understand is left out."""
    args = request.args
    search = args.get("q", "").replace("\x00", "").strip()[:MAX_QUERY]
    kind, line, show = args.get("kind", ""), args.get("product_line", ""), args.get("show", "")
    wanted = Wanted(
        phrases=phrases_of(search) if search else None,
        kind=EntryKind(kind) if kind in list(EntryKind) else None,
        product_line=line if line in LINES else "",
        tag=args.get("tag", "").replace("\x00", "").strip()[:40],
    )
    if show == "new":
        wanted = replace(wanted, since=since)
    elif show == "unread":
        wanted = replace(wanted, unread_by=current_principal().person_id)
    return search, wanted


def _rows(found: Sequence[Listed], wanted: Wanted, since: datetime | None) -> list[dict[str, Any]]:
    """Return what the list shows of each entry, with what was searched for marked in it."""
    session, person_id, phrases = current_uow().session, current_principal().person_id, wanted.phrases or ()
    read = (
        queries.read_version_ids(session, person_id, [one.version.id for one in found])
        if person_id
        else set()
    )
    ids = [one.entry.id for one in found]
    passages = list_best_passages(session, phrases, ids, weight=BODY_WEIGHT, locale=locale_code())
    today = local_date(now())
    rows = []
    for one in found:
        passage = passages.get(one.entry.id)
        published_at = one.version.published_at
        rows.append(
            {
                "entry": one.entry,
                "version": one.version,
                "title": highlight(one.entry.title.pick(locale_code()), phrases),
                "summary": highlight(one.entry.summary.pick(locale_code()), phrases),
                "snippet": snippet(passage.text, phrases) if passage else (),
                "page": passage.page if passage else None,
                "read": one.version.id in read,
                "new": since is not None and published_at is not None and published_at > since,
                "expired": is_expired(one.version.valid_until, today),
            }
        )
    return rows


def _chosen(versions: list[LibraryVersion]) -> LibraryVersion | None:
    number = request.args.get("version", type=int)
    return next((one for one in versions if one.number == number), None)


def _language(version: LibraryVersion) -> str:
    """Return the language in which the text is shown: the reader's, unless it is not written in it."""
    own = locale_code()
    shown = own if getattr(version.body, own) else {"zh": "en", "en": "zh"}[own]
    return "zh-CN" if shown == "zh" else "en"


def _beside(version: LibraryVersion) -> str:
    """Return what a version holds beside its text, a line each, so that it can be compared."""
    content = version.content
    days = [day.isoformat() for day in (content.source_on, content.valid_until) if day]
    links = [f"{one.title}: {one.url}" for one in content.links]
    return "\n".join([content.source, *days, *(_file_line(one) for one in content.files), *links])


def _file_line(one: EntryFile) -> str:
    return f"{one.name} · {one.sha256[:12]}"


def _audience_words(entry: LibraryEntry) -> list[Any]:
    """Return whom an entry is for: nothing for everybody."""
    audience = queries.get_audience(current_uow().session, entry)
    return [WORDS[code] for code in (*audience.positions, *audience.regions, *audience.product_lines)]
