"""Tables of bookings and of what people were told about them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.bookings.rules import (
    BookingStatus,
    CancelReason,
    Channel,
    Means,
    NoticeKind,
    Presence,
)
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type


class Booking(Audited, Base):
    """Somebody's place in a session, or their turn for one. `turn` says who came before whom.

    `presence`, `minutes` and `marked_by` are what the roll says; `correction` why a confirmed roll was changed.
    """

    __tablename__ = "booking"
    __audit_kind__: ClassVar[str] = "booking"
    __table_args__ = (
        UniqueConstraint("session_id", "turn"),
        Index("ix_booking_person", "person_id", "status"),
        # A double click books once.
        Index(
            "uq_booking_person",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=text("status <> 'cancelled'"),
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )

    id: Mapped[IdPk]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    status: Mapped[BookingStatus] = mapped_column(enum_type(BookingStatus))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    turn: Mapped[int]
    asked_at: Mapped[datetime]
    promoted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[CancelReason | None] = mapped_column(enum_type(CancelReason))
    presence: Mapped[Presence | None] = mapped_column(enum_type(Presence))
    minutes: Mapped[int | None]
    marked_at: Mapped[datetime | None]
    marked_by: Mapped[Means | None] = mapped_column(enum_type(Means))
    correction: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}


class BookingNotice(Audited, Base):
    """Somebody was told something about a booking; `mark` is the session's sequence at the time."""

    __tablename__ = "booking_notice"
    __audit_kind__: ClassVar[str] = "booking_notice"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind", "mark"),
        Index("ix_booking_notice_person", "person_id", "sent_at"),
    )

    id: Mapped[IdPk]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[UUID] = mapped_column(Uuid())
    kind: Mapped[NoticeKind] = mapped_column(enum_type(NoticeKind))
    mark: Mapped[int]
    sent_at: Mapped[datetime]
