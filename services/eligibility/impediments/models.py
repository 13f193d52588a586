"""Projections of what the feeders state. Rows are inserted, and closed by setting `known_to`; nothing else.

The keys come from the log (source and position), so rebuilding from position 0 gives the same rows.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.eligibility.base import Base
from shared.core.text import LocalizedText

_OPEN = text("known_to IS NULL")


class Impediment(Base):
    """An interval during which a person fails a requirement, as known from position `known_from` of a log.

    `lasting_us` is its length in microseconds (NULL without an end), for rules with days of grace.
    """

    __tablename__ = "impediment"
    __table_args__ = (
        Index("ix_impediment_person_id_kind", "person_id", "kind"),
        Index(
            "ix_impediment_open", "source", "kind", "reference", postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
    )

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    known_from: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    known_to: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[UUID] = mapped_column(Uuid())
    kind: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    lasting_us: Mapped[int | None] = mapped_column(BigInteger)
    severity: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    title: Mapped[LocalizedText]
    cure_url: Mapped[str] = mapped_column(Text)
    stated_at: Mapped[datetime]


class Coverage(Base):
    """A feeder reports on `kinds` (codes between bars) of a person from `valid_from` on."""

    __tablename__ = "coverage"
    __table_args__ = (Index("ix_coverage_person_id_source", "person_id", "source"),)

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    known_from: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    known_to: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[UUID] = mapped_column(Uuid())
    kinds: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[datetime]
    stated_at: Mapped[datetime]


class PersonVersion(Base):
    """What audiences ask about a person, as people's log had it from position `known_from` on."""

    __tablename__ = "person_version"
    __table_args__ = (Index("ix_person_version_person_id", "person_id"),)

    known_from: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    known_to: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[UUID] = mapped_column(Uuid())
    position: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(40))
    product_lines: Mapped[str] = mapped_column(String(200))
    tags: Mapped[str] = mapped_column(String(400))
    hired_on: Mapped[date]


class Statement(Base):
    """That a statement was taken in, and when its source recorded it: turns a moment into positions.

    Kept apart from what was stated because a statement may say that there is nothing.
    """

    __tablename__ = "statement"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
