"""Versions of the pay policy."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.eligibility.base import Base
from services.eligibility.policies.rules import Policy, PolicyStatus
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type

_ACTIVE = text("status = 'active'")


class PolicyVersion(Audited, Base):
    """One version; `rules` and `digest` never change once it is active. At most one version is active."""

    __tablename__ = "policy_version"
    __audit_kind__: ClassVar[str] = "policy_version"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        Index(
            "uq_policy_version_active", "status", unique=True, postgresql_where=_ACTIVE, sqlite_where=_ACTIVE
        ),
    )

    id: Mapped[IdPk]
    number: Mapped[int] = mapped_column(unique=True)
    status: Mapped[PolicyStatus] = mapped_column(enum_type(PolicyStatus))
    title: Mapped[LocalizedText]
    rules: Mapped[Any] = mapped_column(JsonDocument)
    digest: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    activated_by: Mapped[str | None] = mapped_column(String(80))
    activated_at: Mapped[datetime | None]

    @property
    def policy(self) -> Policy:
        """The rules as values."""
        return Policy.from_json(self.rules, self.number)
