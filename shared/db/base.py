"""Declarative bases: one for the tables every service has, one for each service's own."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, MetaData, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.core.ids import new_id
from shared.core.text import LocalizedText
from shared.db.types import JsonDocument, LocalizedTextType, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

TYPES: dict[Any, Any] = {
    datetime: UtcDateTime(),
    UUID: Uuid(),
    LocalizedText: LocalizedTextType(),
    dict[str, Any]: JsonDocument,
    list[str]: JsonDocument,
}

IdPk = Annotated[UUID, mapped_column(Uuid(), primary_key=True, default=new_id)]
Code = Annotated[str, mapped_column(String(80))]
Name = Annotated[str, mapped_column(String(200))]
MinorUnits = Annotated[int, mapped_column(BigInteger)]
CurrencyCode = Annotated[str, mapped_column(String(3))]
Day = Annotated[date, mapped_column()]


class PlatformBase(DeclarativeBase):
    """The tables that every service's database has: log, jobs, idempotency keys, roster projection."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


def service_base(name: str) -> Any:
    """Return a new declarative base for one service's own tables."""
    return type(
        f"{name.title()}Base",
        (DeclarativeBase,),
        {"metadata": MetaData(naming_convention=NAMING), "type_annotation_map": TYPES},
    )


class Audited:
    """A row whose every change is an event: it points at the last one.

    `__audit_kind__` is how the log names its kind; change such a row only together with
    `shared.eventlog.append(..., row=row)`, or the completeness verdict of the verifier names it.
    """

    __audit_kind__: ClassVar[str]

    last_event_id: Mapped[UUID] = mapped_column(Uuid())
