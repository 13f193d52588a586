"""Tables of notices and of how people want to be told."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.notices.rules import NoticeKind
from shared.db.base import IdPk
from shared.db.types import enum_type


class Notice(Base):
    """Somebody is told something. `key` says what it is for: nobody is ever told the same twice.

    `about_id` is whose training it is about when it is not the reader's own; `due_on` the due day it speaks of;
    `stage` the reminder of the plan; `day` the company's day on which it was given. `mail_key` is the mail that
    carried it. That it was given is an event; `read_at` is the reader's own affair and is none.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person", "person_id", "given_at"),
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notice_unmailed",
            "day",
            "person_id",
            sqlite_where=text("mail_key IS NULL"),
            postgresql_where=text("mail_key IS NULL"),
        ),
        Index("ix_notice_assignment", "assignment_id", "kind", "due_on"),
    )

    id: Mapped[IdPk]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[UUID] = mapped_column(Uuid())
    kind: Mapped[NoticeKind] = mapped_column(enum_type(NoticeKind))
    assignment_id: Mapped[UUID | None] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    about_id: Mapped[UUID | None] = mapped_column(Uuid())
    due_on: Mapped[date | None]
    stage: Mapped[int | None]
    day: Mapped[date]
    given_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_key: Mapped[str | None] = mapped_column(String(200))


class NoticePreference(Base):
    """In which language somebody is written to, and whether by mail; without a row: Chinese, and yes."""

    __tablename__ = "notice_preference"

    person_id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2))
    by_mail: Mapped[bool]
