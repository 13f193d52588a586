"""Tables of designs, their versions, and which certificates take which."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.designs.rules import DesignContent, DesignStatus, content_from_json
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class Design(Audited, Base):
    """A design by its name; what it looks like is in its versions."""

    __tablename__ = "design"
    __audit_kind__: ClassVar[str] = "design"

    id: Mapped[IdPk]
    name: Mapped[LocalizedText]
    created_at: Mapped[datetime]


class DesignVersion(Audited, Base):
    """What is printed; see rules.DesignContent. Once published it never changes."""

    __tablename__ = "design_version"
    __audit_kind__: ClassVar[str] = "design_version"
    __table_args__ = (
        UniqueConstraint("design_id", "number"),
        *(
            Index(
                f"uq_design_version_{status}",
                "design_id",
                unique=True,
                sqlite_where=text(f"status = '{status}'"),
                postgresql_where=text(f"status = '{status}'"),
            )
            for status in ("draft", "published")
        ),
    )

    id: Mapped[IdPk]
    design_id: Mapped[UUID] = mapped_column(ForeignKey("design.id"))
    number: Mapped[int]
    status: Mapped[DesignStatus] = mapped_column(enum_type(DesignStatus))
    content: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def value(self) -> DesignContent:
        """The content as a value."""
        return content_from_json(self.content)


class DesignChoice(Audited, Base):
    """By which design new certificates of a scope (`course/<id>`, `category/<code>`, `all`) are printed."""

    __tablename__ = "design_choice"
    __audit_kind__: ClassVar[str] = "design_choice"

    id: Mapped[IdPk]
    scope: Mapped[str] = mapped_column(String(60), unique=True)
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    category: Mapped[str | None] = mapped_column(String(40))
    design_id: Mapped[UUID | None] = mapped_column(ForeignKey("design.id"))
