"""What is remembered about sign-ins that failed."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.people.base import Base


class SignInThrottle(Base):
    """How often signing in failed for one account name, address or device, and until when it is refused.

    `key` is a keyed digest: neither names that were tried nor addresses are kept. Rows are forgotten after
    a day.
    """

    __tablename__ = "sign_in_throttle"
    __table_args__ = (Index(None, "last_failed"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed_count: Mapped[int]
    last_failed: Mapped[datetime]
    locked_until: Mapped[datetime | None]
