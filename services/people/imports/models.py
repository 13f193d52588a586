"""Tables of roster files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.people.base import Base
from services.people.imports.rules import ImportStatus
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class RosterImport(Audited, Base):
    """A roster file that was read; what it says stands in RosterImportContent until it is decided.

    `columns` are the fields that the file has, `ignored` the headings that nobody understood. The counts are
    those of what was applied.
    """

    __tablename__ = "roster_import"
    __audit_kind__ = "roster_import"
    __table_args__ = (Index(None, "uploaded_at", "id"),)

    id: Mapped[IdPk]
    filename: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(20))
    row_count: Mapped[int]
    columns: Mapped[list[str]]
    ignored: Mapped[list[str]]
    whole_roster: Mapped[bool]
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus))
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    added: Mapped[int | None]
    changed: Mapped[int | None]
    ended: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape that SQLAlchemy asks for


class RosterImportContent(Base):
    """The rows of an undecided file as they stand in it ([[number, {field: text}], …]); then erased."""

    __tablename__ = "roster_import_content"

    import_id: Mapped[UUID] = mapped_column(
        Uuid(), ForeignKey("roster_import.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    rows: Mapped[Any] = mapped_column(JsonDocument)
