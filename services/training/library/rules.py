"""What an entry of the library is, what may become of its versions, and how two versions differ. Pure."""

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from shared.core.canonical import canonical_json
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import LOCALES, N_, LocalizedText, Message

MAX_TAGS = 12
MAX_TAG = 40
MAX_FILES = 20
MAX_LINKS = 20
# Coming back within this time is the same visit: what was new when it began is still new.
VISIT = timedelta(minutes=30)
# What somebody who was never here finds new.
FIRST_VISIT = timedelta(days=30)
# How much it counts where in an entry something is found.
TITLE_WEIGHT, TAG_WEIGHT, SUMMARY_WEIGHT, BODY_WEIGHT = 8, 4, 2, 1


class EntryKind(StrEnum):
    """What kind of knowledge it is."""

    PRODUCT = "product"
    COMPETITOR = "competitor"
    CASE = "case"
    REPORT = "report"
    REGULATION = "regulation"


KIND_WORDS = {
    EntryKind.PRODUCT: N_("Product material"),
    EntryKind.COMPETITOR: N_("Competitor intelligence"),
    EntryKind.CASE: N_("Case study"),
    EntryKind.REPORT: N_("Industry report"),
    EntryKind.REGULATION: N_("Regulation"),
}


class VersionStatus(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


STATUS_WORDS = {
    VersionStatus.DRAFT: N_("Draft"),
    VersionStatus.PUBLISHED: N_("Published"),
    VersionStatus.SUPERSEDED: N_("Superseded"),
    VersionStatus.RETIRED: N_("Retired"),
}


class VersionStep(StrEnum):
    """What may be done to a version."""

    EDIT = "edit"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    RETIRE = "retire"


STEP_WORDS = {
    VersionStep.EDIT: N_("edit"),
    VersionStep.PUBLISH: N_("publish"),
    VersionStep.SUPERSEDE: N_("supersede"),
    VersionStep.RETIRE: N_("retire"),
}


def next_status(status: VersionStatus, step: VersionStep) -> VersionStatus:
    """Return the status after `step`; what was published never goes back to being a draft."""
    match (status, step):
        case (VersionStatus.DRAFT, VersionStep.EDIT):
            return VersionStatus.DRAFT
        case (VersionStatus.DRAFT, VersionStep.PUBLISH):
            return VersionStatus.PUBLISHED
        case (VersionStatus.PUBLISHED, VersionStep.SUPERSEDE):
            return VersionStatus.SUPERSEDED
        case (VersionStatus.PUBLISHED, VersionStep.RETIRE):
            return VersionStatus.RETIRED
        case _:
            raise IllegalTransition(N_("The version"), STATUS_WORDS[status], STEP_WORDS[step])


@dataclass(frozen=True)
class EntryFile:
    """A file of a version: known by its SHA-256 in hex; `locale` "" when it serves both languages."""

    sha256: str
    name: str
    locale: str = ""


@dataclass(frozen=True)
class EntryLink:
    """Something elsewhere, over http or https."""

    url: str
    title: str


@dataclass(frozen=True)
class Description:
    """What an entry is and for which product lines (none: for all of them)."""

    kind: EntryKind
    title: LocalizedText
    summary: LocalizedText
    tags: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """What a version says: Markdown text, files and links, where it is from, and until when it holds."""

    text: LocalizedText
    files: tuple[EntryFile, ...] = ()
    links: tuple[EntryLink, ...] = ()
    source: str = ""
    source_on: date | None = None
    valid_until: date | None = None


EMPTY = Content(LocalizedText(zh="", en=""))


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags without the spaces around them and without repetition; raise InvalidInput for unusable ones."""
    found = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))
    problems: list[Message] = []
    if len(found) > MAX_TAGS:
        problems.append(N_("At most %(most)s tags", most=MAX_TAGS))
    if any(len(tag) > MAX_TAG or "|" in tag for tag in found):
        problems.append(N_("A tag has at most %(most)s characters and no “|”", most=MAX_TAG))
    if problems:
        raise InvalidInput(problems[0], fields={"tags": problems})
    return found


def clean_description(description: Description) -> Description:
    """Return it with clean tags; raise InvalidInput unless it is named in both languages."""
    problems = {
        f"title_{locale}": [N_("The title is needed in both languages")]
        for locale in LOCALES
        if not getattr(description.title, locale).strip()
    }
    if problems:
        raise InvalidInput(N_("The title is needed in both languages"), fields=problems)
    return Description(
        description.kind,
        description.title,
        description.summary,
        clean_tags(description.tags),
        tuple(sorted(set(description.product_lines))),
    )


def check_content(content: Content) -> None:
    """Raise InvalidInput for links that lead nowhere or somewhere unsafe, or for too many files or links."""
    problems: dict[str, list[Message]] = {}
    if len(content.files) > MAX_FILES:
        problems["file"] = [N_("At most %(most)s files", most=MAX_FILES)]
    if len(content.links) > MAX_LINKS:
        problems["links"] = [N_("At most %(most)s links", most=MAX_LINKS)]
    for link in content.links:
        if not _is_web_address(link.url):
            problems["links"] = [N_("“%(url)s” is not an address that begins with https://", url=link.url)]
    if problems:
        raise InvalidInput(N_("The version cannot be saved like this"), fields=problems)


def check_publishable(content: Content) -> None:
    """Raise InvalidInput unless there is something to read; a text needs both languages, a file needs none."""
    check_content(content)
    missing = [locale for locale in LOCALES if not getattr(content.text, locale).strip()]
    if len(missing) == len(LOCALES) and (content.files or content.links):
        return
    if missing:
        raise InvalidInput(
            N_("The version is not ready to be published"),
            fields={f"text_{locale}": [N_("There is no text in this language")] for locale in missing},
        )


def new_since(previous_at: datetime | None, last_at: datetime | None, now: datetime) -> datetime:
    """Return since when something is new to somebody: since the visit before this one.

    `last_at` is when they were last here, `previous_at` the end of the visit before that one.
    """
    if last_at is None or previous_at is None:
        return now - FIRST_VISIT
    return last_at if now - last_at >= VISIT else previous_at


def is_expired(valid_until: date | None, today: date) -> bool:
    """Say whether what is written no longer holds; on its last day it still does."""
    return valid_until is not None and valid_until < today


def content_digest(content: Content) -> str:
    """Return the SHA-256, in hex, by which the log knows a version's content."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def description_digest(description: Description) -> str:
    """Return the SHA-256, in hex, by which the log knows what an entry was called."""
    return hashlib.sha256(canonical_json(description)).hexdigest()


def files_to_json(files: Sequence[EntryFile]) -> list[dict[str, Any]]:
    """Return the form in which files are stored."""
    return [{"sha256": one.sha256, "name": one.name, "locale": one.locale} for one in files]


def files_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[EntryFile, ...]:
    """Read it back."""
    return tuple(EntryFile(**one) for one in stored)


def links_to_json(links: Sequence[EntryLink]) -> list[dict[str, Any]]:
    """Return the form in which links are stored."""
    return [{"url": one.url, "title": one.title} for one in links]


def links_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[EntryLink, ...]:
    """Read it back."""
    return tuple(EntryLink(**one) for one in stored)


def links_of(text: str) -> tuple[EntryLink, ...]:
    """Read links as they are typed, one a line: an address, and after a space what it is called."""
    found = []
    for line in text.splitlines():
        url, _, title = line.strip().partition(" ")
        if url:
            found.append(EntryLink(url, title.strip() or url))
    return tuple(found)


def links_text(links: Sequence[EntryLink]) -> str:
    """Return links as they are typed: the inverse of links_of."""
    return "\n".join(one.url if one.title == one.url else f"{one.url} {one.title}" for one in links)


@dataclass(frozen=True)
class DiffRow:
    """A line of two texts side by side; `before` and `after` in pieces that say what became of them."""

    kind: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]


def compare(before: str, after: str) -> list[DiffRow]:
    """Return two texts side by side, line by line, without lines that are empty in both."""
    old, new = _lines(before), _lines(after)
    rows: list[DiffRow] = []
    for kind, i, j, k, n in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [DiffRow("same", (("same", line),), (("same", line),)) for line in old[i:j]]
        else:
            rows += _changed(old[i:j], new[k:n])
    return rows


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffRow]:
    for place in range(max(len(old), len(new))):
        if place >= len(new):
            yield DiffRow("removed", (("removed", old[place]),), ())
        elif place >= len(old):
            yield DiffRow("added", (), (("added", new[place]),))
        else:
            yield _compare_line(old[place], new[place])


def _compare_line(before: str, after: str) -> DiffRow:
    # Word by word where there are words, character by character in Chinese.
    old, new = (re.findall(r"[A-Za-z0-9]+|.", line) for line in (before, after))
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for kind, i, j, k, n in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[i:j]:
            left.append(("same" if kind == "equal" else "removed", "".join(old[i:j])))
        if new[k:n]:
            right.append(("same" if kind == "equal" else "added", "".join(new[k:n])))
    return DiffRow("changed", tuple(left), tuple(right))


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _is_web_address(url: str) -> bool:
    if len(url) > 1_000 or any(char.isspace() or not char.isprintable() for char in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
