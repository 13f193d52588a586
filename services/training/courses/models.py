"""Tables of courses and their versions."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.courses.rules import Category, Content, Details, VersionStatus
from services.training.parts.rules import parts_from_json
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class Course(Audited, Base):
    """A course; `code` is its name in files and URLs, `owner_id` the person who looks after it.

    `words` is what a search looks through: code, titles and tags (`#tag`), a line each, in small letters.
    """

    __tablename__ = "course"
    __audit_kind__: ClassVar[str] = "course"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[LocalizedText]
    description: Mapped[LocalizedText]
    category: Mapped[Category] = mapped_column(enum_type(Category))
    tags: Mapped[list[str]] = mapped_column(JsonDocument)
    words: Mapped[str] = mapped_column(String(2_000))
    owner_id: Mapped[UUID | None] = mapped_column(Uuid())
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def details(self) -> Details:
        """What it is called and where it belongs."""
        return Details(self.title, self.description, self.category, tuple(self.tags))


class CourseVersion(Audited, Base):
    """What is taught and asked; see rules.Content. `content_sha256` is set when it is published."""

    __tablename__ = "course_version"
    __audit_kind__: ClassVar[str] = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        # One draft and one published version of a course at a time, whoever is faster.
        Index(
            "uq_course_version_draft",
            "course_id",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
        Index(
            "uq_course_version_published",
            "course_id",
            unique=True,
            sqlite_where=text("status = 'published'"),
            postgresql_where=text("status = 'published'"),
        ),
    )

    id: Mapped[IdPk]
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    status: Mapped[VersionStatus] = mapped_column(enum_type(VersionStatus))
    minutes: Mapped[int]
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JsonDocument)
    certifies: Mapped[bool]
    valid_months: Mapped[int | None]
    retrain: Mapped[bool] = mapped_column(default=False)
    retrain_days: Mapped[int | None]
    content_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def content(self) -> Content:
        """The version's content as a value."""
        return Content(
            self.minutes,
            parts_from_json(self.parts),
            self.certifies,
            self.valid_months,
            self.retrain,
            self.retrain_days,
        )
