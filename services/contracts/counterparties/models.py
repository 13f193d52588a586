"""The table of counterparties."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.base import Base
from services.contracts.counterparties.rules import CounterpartyKind
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Counterparty(Audited, Base):
    """A customer or distributor; `sort_name` is the name that lists search in, Chinese first."""

    __tablename__ = "counterparty"
    __audit_kind__: ClassVar[str] = "counterparty"
    __table_args__ = (Index("ix_counterparty_kind", "kind", "id"),)

    id: Mapped[IdPk]
    kind: Mapped[CounterpartyKind] = mapped_column(enum_type(CounterpartyKind))
    name: Mapped[LocalizedText]
    sort_name: Mapped[str] = mapped_column(String(400))
    region: Mapped[str] = mapped_column(String(40))
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    registered_at: Mapped[datetime]


def sort_name_of(name: LocalizedText) -> str:
    """Return both languages' names in one text."""
    return " ".join(part for part in (name.zh, name.en) if part)[:400]
