"""Reading what people were told about their bookings."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.training.bookings.models import BookingNotice


def list_told(session: Session, notice_ids: Collection[UUID]) -> list[BookingNotice]:
    """Return these notices, in the order in which they were given."""
    statement = select(BookingNotice).where(BookingNotice.id.in_(notice_ids))
    return list(session.scalars(statement.order_by(BookingNotice.sent_at, BookingNotice.id)))
