"""Campaigns and the attestations they ask for."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.attestations.rules import AttestationStatus, CampaignStatus, Meaning
from services.compliance.base import Base
from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.db.base import Audited, IdPk
from shared.db.sealing import Sealed
from shared.db.types import JsonDocument, enum_type
from shared.directory import Audience


class Campaign(Audited, Base):
    """Everybody in an audience signs one version of a policy by one day; those hired later, `joiner_days` on."""

    __tablename__ = "attestation_campaign"
    __audit_kind__ = "campaign"

    id: Mapped[IdPk]
    title: Mapped[LocalizedText]
    policy_version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    audience: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    due_on: Mapped[date]
    joiner_days: Mapped[int]
    status: Mapped[CampaignStatus] = mapped_column(enum_type(CampaignStatus))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own protocol

    @property
    def asks(self) -> Audience:
        """Whom it asks."""
        return Audience.from_json(self.audience)


class Attestation(Sealed, Base):
    """One person's answer to one request; `round` counts how often they were asked in the campaign.

    Once signed it holds what 21 CFR 11.50 and 11.70 ask for: the printed name, the instant, the meaning, and
    by its hash and language the exact text that was on screen.
    """

    __tablename__ = "attestation"
    __audit_kind__ = "attestation"
    __sealed__ = frozenset(("decline_reason",))
    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id", "round"),
        Index("ix_attestation_person_id_due_at", "person_id", "due_at"),
        Index("ix_attestation_campaign_id_status", "campaign_id", "status"),
    )

    id: Mapped[IdPk]
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("attestation_campaign.id"))
    policy_version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    round: Mapped[int] = mapped_column(default=1)
    status: Mapped[AttestationStatus] = mapped_column(enum_type(AttestationStatus))
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    viewed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    printed_name: Mapped[str | None] = mapped_column(String(200))
    meaning: Mapped[Meaning | None] = mapped_column(enum_type(Meaning))
    shown_language: Mapped[str | None] = mapped_column(String(2))
    shown_sha256: Mapped[str | None] = mapped_column(String(64))
    decline_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the mapper's own protocol

    @property
    def due_on(self) -> date:
        """The last day on which to sign."""
        return local_date(self.due_at - timedelta(microseconds=1))

    def is_overdue(self, now: datetime) -> bool:
        """Say whether it is late and still not signed."""
        signed_or_gone = (AttestationStatus.SIGNED, AttestationStatus.SUPERSEDED)
        return self.status not in signed_or_gone and self.due_at <= now
