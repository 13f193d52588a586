"""Sanctions."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.base import Base
from services.compliance.sanctions.rules import SanctionFacts, SanctionKind, SanctionStatus
from services.compliance.signatories.rules import Signatory
from shared.db.base import IdPk
from shared.db.sealing import Sealed
from shared.db.types import enum_type


class Sanction(Sealed, Base):
    """A sanction on one person named in a case. `reference` (UUIDv4) is all that the world outside sees of it."""

    __tablename__ = "sanction"
    __audit_kind__ = "sanction"
    __sealed__ = frozenset(("case_id", "person_id", "reference", "kind", "periods", "reason"))
    __table_args__ = (Index("ix_sanction_case_id", "case_id"),)

    id: Mapped[IdPk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("red_line_case.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    reference: Mapped[UUID] = mapped_column(Uuid(), default=uuid4, unique=True)
    kind: Mapped[SanctionKind] = mapped_column(enum_type(SanctionKind))
    periods: Mapped[list[str]]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[SanctionStatus] = mapped_column(enum_type(SanctionStatus))
    proposed_by: Mapped[UUID] = mapped_column(Uuid())
    proposed_person_id: Mapped[UUID | None] = mapped_column(Uuid())
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(Uuid())
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own protocol

    @property
    def facts(self) -> SanctionFacts:
        """What the rules need to know."""
        return SanctionFacts(
            self.status, self.person_id, Signatory(self.proposed_by, self.proposed_person_id)
        )
