"""Tables of curricula and their requirements."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.curricula.rules import CurriculumStatus, DueRule
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type
from shared.directory import Audience


class Curriculum(Audited, Base):
    """A learning path for an audience; `audience` and `due_rule` are stored as their JSON forms."""

    __tablename__ = "curriculum"
    __audit_kind__: ClassVar[str] = "curriculum"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[LocalizedText]
    status: Mapped[CurriculumStatus] = mapped_column(enum_type(CurriculumStatus))
    audience_rule: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    due_rule: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    created_at: Mapped[datetime]
    active_from: Mapped[date | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience.from_json(self.audience_rule)

    @property
    def due(self) -> DueRule:
        """By when."""
        return DueRule.from_json(self.due_rule)


class Requirement(Base):
    """One course of a curriculum, at its place; `extra_days` are added to the rule's days. Never changed."""

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("curriculum_id", "course_id"),)

    id: Mapped[IdPk]
    curriculum_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    position: Mapped[int]
    extra_days: Mapped[int] = mapped_column(default=0)
