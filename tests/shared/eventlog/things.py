"""An audited table with a column of each type, its messages, and short ways to write both."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, JSON, BigInteger, LargeBinary, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk, service_base
from shared.db.types import JsonDocument, enum_type
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import Event, append
from shared.messages.base import message

ThingBase = service_base("thing")
NOW = datetime(2026, 9, 21, 2, 0, 0, 123456, tzinfo=UTC)


class Colour(StrEnum):
    """States of a thing."""

    RED = "red"
    BLUE = "blue"


@message("things.thing.changed.v1")
@dataclass(frozen=True)
class ThingChanged:
    """A thing got a name."""

    name: str
    count: int = 0


class Thing(Audited, ThingBase):  # type: ignore[misc, valid-type]
    """A column of each kind."""

    __tablename__ = "thing"
    __audit_kind__ = "thing"

    id: Mapped[IdPk]
    name: Mapped[str] = mapped_column(String(50))
    label: Mapped[str | None] = mapped_column("caption", String(50))
    colour: Mapped[Colour] = mapped_column(enum_type(Colour), default=Colour.RED)
    count: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    on: Mapped[date | None]
    at: Mapped[datetime | None]
    other_id: Mapped[UUID | None]
    title: Mapped[LocalizedText | None]
    extra: Mapped[dict[str, Any] | None]
    tags: Mapped[list[str] | None]
    document: Mapped[Any] = mapped_column(JsonDocument, nullable=True)
    plain_json: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    rate: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    currency: Mapped[str | None] = mapped_column(CHAR(5))
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    server: Mapped[str] = mapped_column(String(20), server_default="made by the database")


class Projected(ThingBase):  # type: ignore[misc, valid-type]
    """What a consumer makes of things: a count a subject."""

    __tablename__ = "projected"

    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    times: Mapped[int]


def log_one(uow: UnitOfWork, name: str = "one", *, subject: str = "thing/1", **rest: Any) -> Event:
    """Append an event that changes no row."""
    return append(uow, ThingChanged(name), subject=subject, actor="system", now=NOW, **rest)


def add_thing(uow: UnitOfWork, name: str = "one", **columns: Any) -> Thing:
    """Add a row with its event."""
    thing = Thing(name=name, **columns)
    uow.session.add(thing)
    append(uow, ThingChanged(name), row=thing, actor="system", now=NOW)
    return thing


def rename_thing(uow: UnitOfWork, thing_id: UUID, name: str) -> Event:
    """Change a row with its event."""
    thing = uow.session.get_one(Thing, thing_id)
    thing.name = name
    return append(uow, ThingChanged(name), row=thing, actor="system", now=NOW)


def fill(database: Database, count: int) -> None:
    """Commit `count` events, a hundred a transaction."""
    for start in range(0, count, 100):
        with database.write() as uow:
            for at in range(start, min(start + 100, count)):
                log_one(uow, f"event {at}", subject=f"thing/{at}")
