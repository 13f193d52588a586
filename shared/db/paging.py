"""Cursor pagination over (sort key, id): stable while rows come and go, and one index range a page."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.core.errors import InvalidInput
from shared.core.text import N_

T = TypeVar("T")
MAX_LIMIT = 200
DEFAULT_LIMIT = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """`next_cursor` is None on the last page."""

    items: Sequence[T]
    next_cursor: str | None


def paginate(
    session: Session,
    statement: Select[T],
    *,
    keys: Sequence[InstrumentedAttribute[Any]],
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    descending: bool = False,
) -> Page[T]:
    """Return one page of `statement`, which selects an entity, ordered by `keys` (the last one unique, none NULL).

    Raises InvalidInput for a cursor that this list did not give out. `limit` is capped at 200.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    if cursor:
        statement = statement.where(_after(keys, _decode(cursor, keys), descending))
    order = [key.desc() if descending else key.asc() for key in keys]
    rows = session.scalars(statement.order_by(*order).limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    last = [getattr(rows[-1], key.key) for key in keys] if more else None
    return Page(rows, _encode(last) if last is not None else None)


def _after(keys: Sequence[InstrumentedAttribute[Any]], values: Sequence[Any], descending: bool) -> Any:
    """Spell out the row comparison, which not every engine indexes as a tuple."""
    cases = []
    for index, key in enumerate(keys):
        equal = [earlier == value for earlier, value in zip(keys[:index], values[:index], strict=True)]
        beyond = key < values[index] if descending else key > values[index]
        cases.append(and_(*equal, beyond))
    return or_(*cases)


def _encode(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    text = json.dumps(plain, default=str, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError("wrong number of keys")
        return [_restore(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInput(N_("This page marker is not valid; start from the first page")) from error


def _restore(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    python_type = key.type.python_type
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError("not a key")
    if python_type is datetime:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is None:
            raise ValueError("naive")
        return moment
    if python_type is date:
        return date.fromisoformat(str(value))
    if python_type is UUID:
        return UUID(str(value))
    if python_type is int:
        if not isinstance(value, int) or abs(value) > 2**62:
            raise ValueError("not an integer key")
        return value
    if "\x00" in str(value):
        raise ValueError("not a text key")
    return str(value)
