"""Putting parts into a draft, into another order, and out of it; and what is new in it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from services.training.parts.rules import (
    AcknowledgementPart,
    AssessmentPart,
    Blueprint,
    ChecklistPart,
    DocumentPart,
    EvidencePart,
    LinkPart,
    Part,
    PartKind,
    SessionPart,
    TextPart,
    VideoPart,
    find_part,
)
from shared.core.errors import Conflict, NotFound
from shared.core.text import N_, LocalizedText

NOTHING = LocalizedText(zh="", en="")
# What a part is called until somebody calls it something better.
TITLES = {
    PartKind.TEXT: LocalizedText("课文", "Text"),
    PartKind.DOCUMENT: LocalizedText("文档", "Document"),
    PartKind.VIDEO: LocalizedText("视频", "Video"),
    PartKind.LINK: LocalizedText("链接", "Link"),
    PartKind.ASSESSMENT: LocalizedText("考核", "Assessment"),
    PartKind.ACKNOWLEDGEMENT: LocalizedText("阅读确认", "Read and understood"),
    PartKind.SESSION: LocalizedText("面授", "Session with an instructor"),
    PartKind.CHECKLIST: LocalizedText("在岗实操清单", "On-the-job checklist"),
    PartKind.EVIDENCE: LocalizedText("外部证明", "External evidence"),
}
STATEMENT = LocalizedText(
    zh="我已完整阅读并理解以上内容，并将遵照执行。",
    en="I have read all of the above, I understand it, and I will act accordingly.",
)


class Change(StrEnum):
    """What became of a part from one version to the next."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class PartChange:
    """A part before and after; `lines` are those of its words, as (change, before, after)."""

    change: Change
    before: Part | None
    after: Part | None
    lines: tuple[tuple[Change, str, str], ...] = ()


def new_part(kind: PartKind, parts: Sequence[Part]) -> Part:
    """Return an empty part of a kind, under an id that no other part has."""
    number = 1
    while find_part(parts, f"{kind}-{number}") is not None:
        number += 1
    return _BLANK[kind](f"{kind}-{number}", TITLES[kind])


_BLANK: dict[PartKind, Callable[[str, LocalizedText], Part]] = {
    PartKind.TEXT: lambda part_id, title: TextPart(part_id, title, NOTHING),
    PartKind.DOCUMENT: DocumentPart,
    PartKind.VIDEO: VideoPart,
    PartKind.LINK: lambda part_id, title: LinkPart(part_id, title, ""),
    PartKind.ASSESSMENT: lambda part_id, title: AssessmentPart(part_id, title, Blueprint(())),
    PartKind.ACKNOWLEDGEMENT: lambda part_id, title: AcknowledgementPart(part_id, title, STATEMENT),
    PartKind.SESSION: SessionPart,
    PartKind.CHECKLIST: ChecklistPart,
    PartKind.EVIDENCE: lambda part_id, title: EvidencePart(part_id, title, NOTHING),
}


def put_part(parts: Sequence[Part], part: Part) -> tuple[Part, ...]:
    """Return the parts with this one in place of that of its id, or at the end."""
    if find_part(parts, part.id) is None:
        return (*parts, part)
    return tuple(part if one.id == part.id else one for one in parts)


def move_part(parts: Sequence[Part], part_id: str, by: int) -> tuple[Part, ...]:
    """Return the parts with one moved up (-1) or down (1); at the end it stays. Raises NotFound."""
    place = _place(parts, part_id)
    target = min(max(place + by, 0), len(parts) - 1)
    rest = [one for one in parts if one.id != part_id]
    return (*rest[:target], parts[place], *rest[target:])


def remove_part(parts: Sequence[Part], part_id: str) -> tuple[Part, ...]:
    """Return the parts without one; raise NotFound."""
    _place(parts, part_id)
    return tuple(one for one in parts if one.id != part_id)


def _place(parts: Sequence[Part], part_id: str) -> int:
    found = find_part(parts, part_id)
    if found is None:
        raise NotFound(N_("There is no such part of this course"))
    return parts.index(found)


def check_unused(paths: Sequence[LocalizedText], people: int) -> None:
    """Raise Conflict while a learning path or somebody's assignment still needs the course."""
    if paths:
        raise Conflict(N_("The learning path “%(path)s” still asks for this course", path=paths[0]))
    if people:
        raise Conflict(N_("%(people)s people still have to take this course", people=people))


def changes(before: Sequence[Part], after: Sequence[Part], locale: str) -> list[PartChange]:
    """Return what became of each part: those there are now in their order, then those that are gone."""
    found = []
    for part in after:
        old = find_part(before, part.id)
        if old is None:
            found.append(PartChange(Change.ADDED, None, part))
        elif _bare(old) == _bare(part):
            found.append(PartChange(Change.SAME, old, part))
        else:
            found.append(PartChange(Change.CHANGED, old, part, _lines(old, part, locale)))
    gone = [one for one in before if find_part(after, one.id) is None]
    return found + [PartChange(Change.REMOVED, one, None) for one in gone]


def _bare(part: Part) -> Part:
    """Leave out which questions may be drawn: that is fixed only when a version is published."""
    if isinstance(part, AssessmentPart):
        return replace(part, blueprint=replace(part.blueprint, pool=()))
    return part


def _lines(before: Part, after: Part, locale: str) -> tuple[tuple[Change, str, str], ...]:
    old, new = _words(before, locale), _words(after, locale)
    found: list[tuple[Change, str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [(Change.SAME, line, line) for line in old[i:j]]
            continue
        width = max(j - i, m - k)
        left, right = old[i:j] + [""] * (width - j + i), new[k:m] + [""] * (width - m + k)
        for one, other in zip(left, right, strict=True):
            change = Change.CHANGED if one and other else Change.REMOVED if one else Change.ADDED
            found.append((change, one, other))
    return tuple(found)


def _words(part: Part, locale: str) -> list[str]:
    """Return the lines of a part's words, by which two versions of it are compared."""
    lines = [part.title.pick(locale)]
    for name in ("text", "statement", "hint"):
        text = getattr(part, name, None)
        if isinstance(text, LocalizedText):
            lines += [line for line in text.pick(locale).splitlines() if line.strip()]
    if isinstance(part, LinkPart):
        lines.append(part.url)
    return lines
