"""Tables of the library: entries, their versions and audiences, and who has read what."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.library.rules import (
    Content,
    Description,
    EntryKind,
    VersionStatus,
    files_from_json,
    links_from_json,
)
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class LibraryAudience(Base):
    """A rule that selects readers, kept once under the SHA-256 of its canonical JSON: what entries refer to.

    Many entries share few rules; so whom an entry is for is asked of the rules, not of every entry.
    """

    __tablename__ = "library_audience"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JsonDocument)


class LibraryEntry(Audited, Base):
    """Something worth knowing; `tags` and `product_lines` stand between bars (|ivd|). `owner_id` looks after it."""

    __tablename__ = "library_entry"
    __audit_kind__: ClassVar[str] = "library_entry"
    __table_args__ = (
        Index("ix_library_entry_audience_key", "audience_key"),
        Index("ix_library_entry_owner_id", "owner_id"),
    )

    id: Mapped[IdPk]
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind))
    title: Mapped[LocalizedText]
    summary: Mapped[LocalizedText]
    tags: Mapped[str] = mapped_column(String(600))
    product_lines: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[UUID | None] = mapped_column(Uuid())
    audience_key: Mapped[str] = mapped_column(ForeignKey("library_audience.key"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def tag_list(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(part for part in self.tags.split("|") if part)

    @property
    def description(self) -> Description:
        """What it is, as a value."""
        lines = tuple(part for part in self.product_lines.split("|") if part)
        return Description(self.kind, self.title, self.summary, self.tag_list, lines)


class LibraryVersion(Audited, Base):
    """What an entry says; see rules.Content. `content_sha256` is set when it is published."""

    __tablename__ = "library_version"
    __audit_kind__: ClassVar[str] = "library_version"
    __table_args__ = (
        UniqueConstraint("entry_id", "number"),
        # One draft and one published version of an entry at a time, whoever is faster.
        Index(
            "uq_library_version_draft",
            "entry_id",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
        Index(
            "uq_library_version_published",
            "entry_id",
            unique=True,
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
        Index("ix_library_version_status_published_at", "status", "published_at", "id"),
    )

    id: Mapped[IdPk]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("library_entry.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus))
    body: Mapped[LocalizedText]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    links: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    source: Mapped[str] = mapped_column(String(300))
    source_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    content_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def content(self) -> Content:
        """The version's content as a value."""
        return Content(
            self.body,
            files_from_json(self.files),
            links_from_json(self.links),
            self.source,
            self.source_on,
            self.valid_until,
        )


class LibraryReading(Audited, Base):
    """Somebody has said that they have read a version."""

    __tablename__ = "library_reading"
    __audit_kind__: ClassVar[str] = "library_reading"
    __table_args__ = (
        UniqueConstraint("version_id", "person_id"),
        Index("ix_library_reading_person_id_read_at", "person_id", "read_at"),
    )

    id: Mapped[IdPk]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("library_version.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    read_at: Mapped[datetime]


class LibraryVisit(Base):
    """When somebody was last here and the time before: so that new is what came since. For them alone, no record."""

    __tablename__ = "library_visit"

    person_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    previous_at: Mapped[datetime]
    last_at: Mapped[datetime]
