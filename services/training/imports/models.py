"""Tables of imported files and of what they said."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.imports.rules import Details, ImportStatus, Key
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class LegacyImport(Audited, Base):
    """A file of earlier completions. `actor` handed it in, `decided_by` applied or discarded it.

    The file is kept, so that what it would do is worked out anew each time it is asked for. The counts are
    those of what was applied.
    """

    __tablename__ = "legacy_import"
    __audit_kind__: ClassVar[str] = "legacy_import"
    __table_args__ = (Index(None, "uploaded_at", "id"),)

    id: Mapped[IdPk]
    status: Mapped[ImportStatus] = mapped_column(enum_type(ImportStatus))
    file_name: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    added: Mapped[int] = mapped_column(default=0)
    corrected: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class LegacyEvidence(Base):
    """A file that was handed in with an import, by the name that its rows call it."""

    __tablename__ = "legacy_evidence"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_import.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))


class LegacyCompletion(Audited, Base):
    """Somebody completed a course before the suite knew of it; `import_id` is the file that said so last.

    `credit_id` is what makes it count: see waivers.
    """

    __tablename__ = "legacy_completion"
    __audit_kind__: ClassVar[str] = "legacy_completion"
    __table_args__ = (
        # However often a file comes, each completion is there once.
        UniqueConstraint(
            "person_id", "course_id", "completed_on", "certificate_no", name="uq_legacy_completion_key"
        ),
        Index(None, "import_id"),
    )

    id: Mapped[IdPk]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_import.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    completed_on: Mapped[date]
    certificate_no: Mapped[str] = mapped_column(String(200))
    valid_until: Mapped[date | None]
    score: Mapped[int | None]
    issuer: Mapped[str] = mapped_column(String(200))
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    evidence_name: Mapped[str] = mapped_column(String(200))
    credit_id: Mapped[UUID] = mapped_column(Uuid())
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return Key(self.person_id, self.course_id, self.completed_on, self.certificate_no)

    @property
    def details(self) -> Details:
        """What else it says."""
        return Details(self.valid_until, self.score, self.issuer, self.evidence_sha256, self.evidence_name)
