"""Earlier completions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages.base import message


@message("training.import.checked.v1")
@dataclass(frozen=True)
class ImportChecked:
    """A file of earlier completions was handed in; nothing has come of it yet."""

    import_id: UUID
    file_sha256: str
    evidence: int


@message("training.import.started.v1")
@dataclass(frozen=True)
class ImportStarted:
    """Somebody decided that what the file says is taken over."""

    import_id: UUID


@message("training.import.progressed.v1")
@dataclass(frozen=True)
class ImportProgressed:
    """So many completions of the file have been taken over so far."""

    import_id: UUID
    added: int
    corrected: int


@message("training.import.finished.v1")
@dataclass(frozen=True)
class ImportFinished:
    """All of it has been taken over."""

    import_id: UUID
    added: int
    corrected: int


@message("training.import.discarded.v1")
@dataclass(frozen=True)
class ImportDiscarded:
    """Nothing comes of the file."""

    import_id: UUID


@message("training.completion.imported.v1")
@dataclass(frozen=True)
class CompletionImported:
    """Somebody completed a course on a day before the suite knew of it; both days are valid days.

    Said again about the same completion, it replaces what was said before.
    """

    completion_id: UUID
    import_id: UUID
    person_id: UUID
    course_id: UUID
    completed_on: date
    valid_until: date | None
    score: int | None
    evidence_sha256: str | None
