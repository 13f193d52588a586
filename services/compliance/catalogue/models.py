"""The red-line catalogue's table."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.compliance.base import Base
from services.compliance.catalogue.rules import PayEffect, Severity
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import JsonDocument, enum_type

Example = dict[str, str]


class RedLineCategory(Audited, Base):
    """A red line; `allowed` and `forbidden` are examples, each {"zh": …, "en": …}; `place` orders the handbook."""

    __tablename__ = "red_line_category"
    __audit_kind__ = "category"

    id: Mapped[IdPk]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    place: Mapped[int]
    name: Mapped[LocalizedText]
    summary: Mapped[LocalizedText]
    basis: Mapped[LocalizedText]
    severity: Mapped[Severity] = mapped_column(enum_type(Severity))
    effect: Mapped[PayEffect] = mapped_column(enum_type(PayEffect))
    allowed: Mapped[list[Example]] = mapped_column(JsonDocument)
    forbidden: Mapped[list[Example]] = mapped_column(JsonDocument)

    @property
    def may(self) -> list[LocalizedText]:
        """What one may do."""
        return [LocalizedText(**one) for one in self.allowed]

    @property
    def may_not(self) -> list[LocalizedText]:
        """What one may not do."""
        return [LocalizedText(**one) for one in self.forbidden]
