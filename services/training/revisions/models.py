"""Tables of proposals: working papers until they are confirmed, so the log does not tell of them."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.curricula.rules import PathContent
from services.training.revisions.rules import ChangeKind, ProposalStatus
from shared.db.base import IdPk
from shared.db.types import JsonDocument, enum_type


class CurriculumProposal(Base):
    """What somebody would have a path say, and whom that would change.

    `base_revision` is the revision that it was written against; `counts` how many changes there are of each
    kind, and how many `people` they are about; `impact_sha256` is over the list of changes, once counted.
    """

    __tablename__ = "curriculum_proposal"
    __table_args__ = (Index("ix_curriculum_proposal_curriculum", "curriculum_id", "made_at"),)

    id: Mapped[IdPk]
    curriculum_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum.id"))
    base_revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    status: Mapped[ProposalStatus] = mapped_column(enum_type(ProposalStatus))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    counted_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    impact_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    job_id: Mapped[UUID | None] = mapped_column(Uuid())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def path(self) -> PathContent:
        """What the path would say."""
        return PathContent.from_json(self.content)


class ProposalChange(Base):
    """What a proposal would change for one person and course."""

    __tablename__ = "curriculum_proposal_change"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("curriculum_proposal.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"), primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(enum_type(ChangeKind))
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
