"""The tables of the log: what happened, its proof, and how far each consumer has come."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Sequence, SmallInteger, String, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import PlatformBase

# PostgreSQL only: numbers events as they are written. Whoever writes after having read somebody's committed
# event has a higher number, so causes come before effects; see sequencer.py.
ordinal_sequence = Sequence("event_ordinal", metadata=PlatformBase.metadata, data_type=BigInteger)


class Event(PlatformBase):
    """One thing that happened. Never updated, but for its position, and for `data` and `salt` when erased.

    `position` is its place in the log, from 0 without gaps; NULL until sequenced (PostgreSQL only).
    `digest` is SHA-256(salt || data); `state_digest` is SHA-256(salt || state of the row it changed).
    `person_id` is a pseudonym and stays after erasure.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("uq_event_position", "position", unique=True),
        Index("ix_event_subject_position", "subject", "position"),
        Index("ix_event_person_id_position", "person_id", "position"),
        Index(
            "ix_event_unsequenced",
            "ordinal",
            postgresql_where=text("position IS NULL"),
            sqlite_where=text("position IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    position: Mapped[int | None] = mapped_column(BigInteger)
    ordinal: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[UUID | None] = mapped_column(Uuid())
    actor: Mapped[str] = mapped_column(String(80))
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    data: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    state_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


# The same as a Core table: the log writes many rows, and needs none of the ORM's bookkeeping for them.
event_table = cast(Table, Event.__table__)


class LogHead(PlatformBase):
    """The one row that says how long the log is, and holds what is needed to add to its tree."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)


log_head_table = cast(Table, LogHead.__table__)


class MerkleTile(PlatformBase):
    """The root of 256 neighbouring leaves, from position 256 × `number`."""

    __tablename__ = "merkle_tile"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Checkpoint(PlatformBase):
    """A signed head of the log; `note` is the text that was signed and given out."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]


class ConsumerCursor(PlatformBase):
    """How many events of `source` a consumer has taken in; where and why it stopped, if it did."""

    __tablename__ = "consumer_cursor"

    consumer: Mapped[str] = mapped_column(String(80), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    stopped_at_position: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(500))
