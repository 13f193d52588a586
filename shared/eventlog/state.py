"""The canonical state of an audited row: the same bytes from fresh Python values and from either database.

Every mapped column counts but `last_event_id`, under its column name. A value is first brought to what the
column would give back (a CHAR loses its padding, a number takes the column's scale, JSON its string keys), so
what is digested at commit is what an export reads years later. Floats are refused: none is canonical.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CHAR, JSON, Boolean, Column, Date, DateTime, Integer, LargeBinary, Numeric, inspect
from sqlalchemy.orm import Mapper
from sqlalchemy.types import TypeDecorator, TypeEngine

from shared.eventlog.leaf import canonical

Coerce = Callable[[Any], Any]
_COLUMNS: dict[type[Any], tuple[tuple[str, str, Coerce], ...]] = {}


def row_state(model: type[Any], values: Mapping[str, Any]) -> bytes:
    """Return the canonical state of a row of `model` from its values by column name.

    Raises KeyError when a column is missing and TypeError for a value that has no canonical form.
    """
    return canonical(
        _shown(
            model,
            {
                name: None if values[name] is None else coerce(values[name])
                for _, name, coerce in audited_columns(model)
            },
        )
    )


def state_of(row: Any) -> bytes:
    """Return the canonical state of a flushed ORM row."""
    found = ((name, coerce, getattr(row, key)) for key, name, coerce in audited_columns(type(row)))
    values = {name: None if value is None else coerce(value) for name, coerce, value in found}
    return canonical(_shown(type(row), values))


def _shown(model: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """Let a model with confidential columns put commitments in their place: an export shows the state."""
    replace: Callable[[Mapping[str, Any]], dict[str, Any]] | None = getattr(model, "__audit_state__", None)
    return values if replace is None else replace(values)


def audited_columns(model: type[Any]) -> tuple[tuple[str, str, Coerce], ...]:
    """Return (attribute, column name, coercion) of each column whose value belongs to the row's state."""
    if model not in _COLUMNS:
        _COLUMNS[model] = _columns(inspect(model))
    return _COLUMNS[model]


def _columns(mapper: Mapper[Any]) -> tuple[tuple[str, str, Coerce], ...]:
    return tuple(
        (attribute.key, column.name, _coercion(column.type))
        for attribute in mapper.column_attrs
        for column in attribute.columns
        if isinstance(column, Column) and attribute.key != "last_event_id"
    )


def _coercion(kind: TypeEngine[Any]) -> Coerce:
    if isinstance(kind, TypeDecorator):
        return _same
    if isinstance(kind, CHAR):
        return lambda value: value.rstrip(" ")
    if isinstance(kind, Boolean):
        return bool
    if isinstance(kind, Integer):
        return int
    if isinstance(kind, Numeric):
        return _scaled(kind.scale)
    if isinstance(kind, LargeBinary):
        return bytes
    if isinstance(kind, JSON):
        return lambda value: json.loads(json.dumps(value))
    if isinstance(kind, Date) and not isinstance(kind, DateTime):
        return lambda value: value.date() if isinstance(value, datetime) else value
    return _same


def _same(value: Any) -> Any:
    return value


def _scaled(scale: int | None) -> Coerce:
    def scaled(value: Any) -> Any:
        if not isinstance(value, Decimal | int):
            return value  # A float: refused by the canonical form.
        number = Decimal(value) or Decimal(0)  # Zero has no sign in a database.
        if scale is None:
            return number.normalize()
        written = number.quantize(Decimal(1).scaleb(-scale))
        if written != number:
            raise ValueError("a number is finer than its column, and databases round differently")
        return written

    return scaled
