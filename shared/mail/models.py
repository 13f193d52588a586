"""The outbox; it has metadata of its own because not every service writes mail."""

from datetime import datetime

from sqlalchemy import Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPES, IdPk
from shared.db.types import enum_type
from shared.mail.rules import MailStatus


class MailBase(DeclarativeBase):
    """Base of the outbox."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class OutgoingMail(MailBase):
    """One mail to one address. `key` says what it is for: there is never a second one for the same.

    `text`, `html` and `calendar` (a calendar file that goes with it) are emptied once it has ended, so that no copy
    of what was written lies about.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_status", "status", "created_at"),)

    id: Mapped[IdPk]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    status: Mapped[MailStatus] = mapped_column(enum_type(MailStatus))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(80))
