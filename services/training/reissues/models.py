"""The table of re-issues."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.reissues.rules import Chosen, ReissueStatus
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type


class Reissue(Audited, Base):
    """Printing anew of the certificates that `chosen` describes (rules.Chosen), by a design's version.

    `design_version_id` None: by the standard design. `total` is how many there were to print when it began;
    how many are done is counted in the certificates themselves.
    """

    __tablename__ = "certificate_reissue"
    __audit_kind__: ClassVar[str] = "certificate_reissue"
    __table_args__ = (Index("ix_certificate_reissue_started_at_id", "started_at", "id"),)

    id: Mapped[IdPk]
    status: Mapped[ReissueStatus] = mapped_column(enum_type(ReissueStatus))
    design_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("design_version.id"))
    chosen: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    total: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def choice(self) -> Chosen:
        """Which certificates, as a value."""
        return Chosen.from_json(self.chosen)
