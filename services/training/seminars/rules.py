"""What a seminar's case needs before it can go to the library. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from services.training.library.rules import Content, Description, EntryFile, EntryKind
from services.training.sessions.rules import Details
from shared.core.canonical import canonical_json
from shared.core.errors import InvalidInput
from shared.core.text import N_, LocalizedText, Message
from shared.core.zones import local_date

MOST_FILES = 10
MOST_BYTES = 20 * 2**20
_SUMMARY = 200


def check_case(title: LocalizedText, text: LocalizedText, files: int) -> None:
    """Raise InvalidInput for a case that is not titled and told in both languages, or has too many files."""
    found: dict[str, Message] = {}
    for language in ("zh", "en"):
        if not getattr(title, language).strip():
            found[f"title_{language}"] = N_("A title is needed in both languages")
        if not getattr(text, language).strip():
            found[f"text_{language}"] = N_("The case is told in both languages")
    if files > MOST_FILES:
        found["file"] = N_("At most %(most)s files", most=MOST_FILES)
    if found:
        raise InvalidInput(next(iter(found.values())), fields={name: [one] for name, one in found.items()})


def digest(title: LocalizedText, text: LocalizedText, files: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256, in hex, by which the log knows a case."""
    return hashlib.sha256(canonical_json([title, text, list(files)])).hexdigest()


def as_entry(
    details: Details, title: LocalizedText, text: LocalizedText, files: Sequence[Mapping[str, Any]]
) -> tuple[Description, Content]:
    """Return what goes to the library: the case, found by its seminar and its expert, from the day it was held."""
    teacher = details.instructor
    source = f"{teacher.name} · {teacher.affiliation}" if teacher.affiliation else teacher.name
    description = Description(
        EntryKind.CASE,
        title,
        LocalizedText(zh=_first_words(text.zh), en=_first_words(text.en)),
        ("案例研讨", "case seminar"),
        details.audience.product_lines,
    )
    kept = tuple(EntryFile(one["sha256"], one["name"]) for one in files)
    return description, Content(text, kept, source=source, source_on=local_date(details.starts_at))


def _first_words(text: str) -> str:
    """Return the first paragraph, cut where a list would cut it."""
    first = next((line.strip("# ").strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= _SUMMARY else first[: _SUMMARY - 1] + "…"
