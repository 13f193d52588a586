"""The table of calendar feeds."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.db.base import Audited, IdPk


class CalendarFeed(Audited, Base):
    """A secret address for one person's sessions; only the digest of its secret is kept."""

    __tablename__ = "calendar_feed"
    __audit_kind__: ClassVar[str] = "calendar_feed"
    __table_args__ = (
        # One address works at a time.
        Index(
            "uq_calendar_feed_person",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    locale: Mapped[str] = mapped_column(String(2))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
