"""Tables of curricula: their steps, and every revision as it was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.certifications.rules import DueRule
from services.training.curricula.rules import CurriculumStatus, Opens, PathContent
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type
from shared.directory import Audience


class Curriculum(Audited, Base):
    """A learning path for an audience; `audience` and `due_rule` are stored as their JSON forms.

    `revision` is the number of the revision in force, 0 before the first was kept.
    """

    __tablename__ = "curriculum"
    __audit_kind__: ClassVar[str] = "curriculum"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[LocalizedText]
    status: Mapped[CurriculumStatus] = mapped_column(enum_type(CurriculumStatus))
    audience_rule: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    due_rule: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    active_from: Mapped[date | None]
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @staticmethod
    def __audit_state__(values: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out that there is no revision, so that rows from before there were any verify as they did."""
        return {name: value for name, value in values.items() if name != "revision" or value}

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience.from_json(self.audience_rule)

    @property
    def due(self) -> DueRule:
        """By when."""
        return DueRule.from_json(self.due_rule)


class RequirementGroup(Base):
    """A step of a path at its `position` (from 1): `need` of its requirements have to be met. See rules.Item.

    What a path says is proved by its revisions; these rows are their form for queries.
    """

    __tablename__ = "requirement_group"
    __table_args__ = (Index("ix_requirement_group_curriculum", "curriculum_id", "position"),)

    id: Mapped[IdPk]
    curriculum_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum.id"))
    position: Mapped[int]
    need: Mapped[int]
    extra_days: Mapped[int]
    opens: Mapped[Opens] = mapped_column(enum_type(Opens))
    after: Mapped[list[int]] = mapped_column(JsonDocument)


class Requirement(Base):
    """One course of a step, at its `position` among the alternatives.

    One that a revision took out of the path stays for the assignments that were made by it, without a step.
    """

    __tablename__ = "requirement"
    __table_args__ = (
        UniqueConstraint("curriculum_id", "course_id"),
        Index("ix_requirement_group", "group_id"),
    )

    id: Mapped[IdPk]
    curriculum_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("requirement_group.id"))
    position: Mapped[int]


class CurriculumRevision(Audited, Base):
    """A path as it was from `effective_at` on: rules.PathContent, with its SHA-256. Never changed.

    `impact_sha256` is over the list of changes that whoever confirmed it was shown, None for the first.
    """

    __tablename__ = "curriculum_revision"
    __audit_kind__: ClassVar[str] = "curriculum_revision"
    __table_args__ = (UniqueConstraint("curriculum_id", "number"),)

    id: Mapped[IdPk]
    curriculum_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    impact_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    effective_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))

    @property
    def path(self) -> PathContent:
        """What it said."""
        return PathContent.from_json(self.content)
