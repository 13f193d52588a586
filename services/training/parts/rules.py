"""The kinds of parts and what each needs to be known; stored as JSON in a version and hashed with it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import cattrs

from shared.core.canonical import to_plain
from shared.core.text import N_, LocalizedText


class PartKind(StrEnum):
    """What a learner does with a part, and so what it takes to meet it."""

    TEXT = "text"
    DOCUMENT = "document"
    VIDEO = "video"
    LINK = "link"
    ASSESSMENT = "assessment"
    ACKNOWLEDGEMENT = "acknowledgement"
    SESSION = "session"
    CHECKLIST = "checklist"
    EVIDENCE = "evidence"


KIND_WORDS = {
    PartKind.TEXT: N_("Text"),
    PartKind.DOCUMENT: N_("Document"),
    PartKind.VIDEO: N_("Video"),
    PartKind.LINK: N_("Link"),
    PartKind.ASSESSMENT: N_("Assessment"),
    PartKind.ACKNOWLEDGEMENT: N_("Read and understood"),
    PartKind.SESSION: N_("Session with an instructor"),
    PartKind.CHECKLIST: N_("On-the-job checklist"),
    PartKind.EVIDENCE: N_("External evidence"),
}


@dataclass(frozen=True)
class Draw:
    """`count` questions are drawn at random from a topic of the question bank."""

    topic_id: UUID
    count: int


@dataclass(frozen=True)
class Blueprint:
    """How a sitting of an assessment is made and judged.

    `pass_mark` is in percent. `max_attempts` None: as often as it takes; `wait_hours` between two of them.
    `minutes` None: no time limit. `pool` names the question revisions that may be drawn; it is filled when the
    version is published, so that what is asked never changes afterwards.
    """

    draws: tuple[Draw, ...]
    pass_mark: int = 80
    max_attempts: int | None = None
    wait_hours: int = 0
    minutes: int | None = None
    shuffle: bool = True
    pool: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class TextPart:
    """Markdown, shown a page at a time; "# Heading" begins a page. Met when every page was turned."""

    kind: ClassVar[PartKind] = PartKind.TEXT
    id: str
    title: LocalizedText
    text: LocalizedText


@dataclass(frozen=True)
class DocumentPart:
    """A PDF in one language or in both, shown a page at a time, to be turned to the last one.

    The files are known by their SHA-256 in hex, "" where there is none: then the other one is shown.
    """

    kind: ClassVar[PartKind] = PartKind.DOCUMENT
    id: str
    title: LocalizedText
    file_zh: str = ""
    file_en: str = ""
    pages_zh: int = 0
    pages_en: int = 0

    def pick(self, locale: str) -> tuple[str, int]:
        """Return the file and its pages in `locale`, or in the other language where that one is missing."""
        first, second = (self.file_zh, self.pages_zh), (self.file_en, self.pages_en)
        if not locale.startswith("zh"):
            first, second = second, first
        return first if first[0] else second


@dataclass(frozen=True)
class VideoPart:
    """A video file, known by its SHA-256 in hex. Met when it was played to the end, in one go or several.

    `seconds` is how long it is, as the file itself says.
    """

    kind: ClassVar[PartKind] = PartKind.VIDEO
    id: str
    title: LocalizedText
    file: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class LinkPart:
    """Something elsewhere. Met when it was opened and the learner says that they are through with it."""

    kind: ClassVar[PartKind] = PartKind.LINK
    id: str
    title: LocalizedText
    url: str


@dataclass(frozen=True)
class AssessmentPart:
    """Questions from the bank. Met by a sitting that reaches the pass mark."""

    kind: ClassVar[PartKind] = PartKind.ASSESSMENT
    id: str
    title: LocalizedText
    blueprint: Blueprint


@dataclass(frozen=True)
class AcknowledgementPart:
    """“Read and understood”: signed with the password, after every page before it was shown."""

    kind: ClassVar[PartKind] = PartKind.ACKNOWLEDGEMENT
    id: str
    title: LocalizedText
    statement: LocalizedText


@dataclass(frozen=True)
class SessionPart:
    """A session with an instructor. Met by attending one that is held for the course."""

    kind: ClassVar[PartKind] = PartKind.SESSION
    id: str
    title: LocalizedText


@dataclass(frozen=True)
class ChecklistPart:
    """Learning on the job. Met when mentor and manager have signed off the mentorship."""

    kind: ClassVar[PartKind] = PartKind.CHECKLIST
    id: str
    title: LocalizedText


@dataclass(frozen=True)
class EvidencePart:
    """Something earned elsewhere. Met when a trainer accepts the file that the learner handed in."""

    kind: ClassVar[PartKind] = PartKind.EVIDENCE
    id: str
    title: LocalizedText
    hint: LocalizedText


Part = (
    TextPart
    | DocumentPart
    | VideoPart
    | LinkPart
    | AssessmentPart
    | AcknowledgementPart
    | SessionPart
    | ChecklistPart
    | EvidencePart
)
# What the learner does here, in the order of the version; the rest happens elsewhere, whenever it does.
SELF_PACED = frozenset(
    {
        PartKind.TEXT,
        PartKind.DOCUMENT,
        PartKind.VIDEO,
        PartKind.LINK,
        PartKind.ASSESSMENT,
        PartKind.ACKNOWLEDGEMENT,
    }
)
_CLASSES: dict[PartKind, type[Any]] = {
    one.kind: one
    for one in (
        TextPart,
        DocumentPart,
        VideoPart,
        LinkPart,
        AssessmentPart,
        AcknowledgementPart,
        SessionPart,
        ChecklistPart,
        EvidencePart,
    )
}


def find_part(parts: Sequence[Part], part_id: str) -> Part | None:
    """Return the part of that id, or None."""
    return next((one for one in parts if one.id == part_id), None)


def blocking_part(parts: Sequence[Part], met: Collection[str], part: Part) -> Part | None:
    """Return the part that has to be met before this one, or None.

    What the learner does here is done in order; what happens elsewhere neither waits nor keeps anybody waiting.
    """
    if part.kind not in SELF_PACED:
        return None
    for one in parts:
        if one.id == part.id:
            return None
        if one.kind in SELF_PACED and one.id not in met:
            return one
    return None


def parts_to_json(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return the form in which parts are stored: each an object with its `kind`."""
    return [{"kind": one.kind.value, **to_plain(one)} for one in parts]


def parts_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Read it back."""
    return tuple(
        _CONVERTER.structure(
            {name: value for name, value in one.items() if name != "kind"}, _CLASSES[PartKind(one["kind"])]
        )
        for one in stored
    )


_CONVERTER = cattrs.Converter(forbid_extra_keys=True)
_CONVERTER.register_structure_hook(UUID, lambda value, _: UUID(value))
_CONVERTER.register_structure_hook(LocalizedText, lambda value, _: LocalizedText(**value))
