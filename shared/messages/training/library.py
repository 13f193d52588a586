"""The library: entries, their versions, and who has read them."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.library_entry.described.v1")
@dataclass(frozen=True)
class LibraryEntryDescribed:
    """An entry was made, or what it is called, whom it is for or who looks after it has changed."""

    entry_id: UUID
    kind: str
    description_sha256: str
    audience_sha256: str


@message("training.library_version.drafted.v1")
@dataclass(frozen=True)
class LibraryVersionDrafted:
    """A version was begun or edited; the digest is over its texts, the hashes of its files, and its links."""

    entry_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.library_version.published.v1")
@dataclass(frozen=True)
class LibraryVersionPublished:
    """From here on the version never changes, and its audience finds it."""

    entry_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.library_version.superseded.v1")
@dataclass(frozen=True)
class LibraryVersionSuperseded:
    """A newer version stands in its place."""

    entry_id: UUID
    version_id: UUID
    number: int


@message("training.library_version.retired.v1")
@dataclass(frozen=True)
class LibraryVersionRetired:
    """It was taken out of the library; nothing stands in its place."""

    entry_id: UUID
    version_id: UUID
    number: int


@message("training.library_version.read.v1")
@dataclass(frozen=True)
class LibraryVersionRead:
    """Somebody (the event's person) says that they have read it."""

    reading_id: UUID
    version_id: UUID
