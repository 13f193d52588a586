"""Interim holds."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.base import Base
from services.compliance.holds.rules import HoldFacts, HoldStatus
from services.compliance.signatories.rules import Signatory
from shared.db.base import IdPk
from shared.db.sealing import Sealed
from shared.db.types import enum_type

_OPEN = text("status IN ('proposed', 'effective', 'ending')")


class Hold(Sealed, Base):
    """A hold on one person named in a case. `reference` is all that the world outside sees of it.

    The reference is random (UUIDv4): it has no time in it and leads back to nothing.
    """

    __tablename__ = "interim_hold"
    __audit_kind__ = "hold"
    __sealed__ = frozenset(("case_id", "person_id", "reference", "from_on", "reason", "end_reason"))
    __table_args__ = (
        Index(
            "uq_interim_hold_open", "case_id", "person_id",
            unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    id: Mapped[IdPk]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("red_line_case.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    reference: Mapped[UUID] = mapped_column(Uuid(), default=uuid4, unique=True)
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[HoldStatus] = mapped_column(enum_type(HoldStatus))
    proposed_by: Mapped[UUID] = mapped_column(Uuid())
    proposed_person_id: Mapped[UUID | None] = mapped_column(Uuid())
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(Uuid())
    decided_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    end_proposed_by: Mapped[UUID | None] = mapped_column(Uuid())
    end_proposed_person_id: Mapped[UUID | None] = mapped_column(Uuid())
    end_proposed_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(Uuid())
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own protocol

    @property
    def facts(self) -> HoldFacts:
        """What the rules need to know."""
        ending = self.end_proposed_by and Signatory(self.end_proposed_by, self.end_proposed_person_id)
        proposer = Signatory(self.proposed_by, self.proposed_person_id)
        return HoldFacts(self.status, self.person_id, proposer, ending or None)
