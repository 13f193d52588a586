"""One byte string for one value: canonical JSON (RFC 8785), on which digests and signatures rest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any
from uuid import UUID

import rfc8785

# Integers beyond this are not exact in JSON (RFC 8785, section 3.2.2.3); they are written as strings.
_EXACT = 2**53


def instant_text(instant: datetime) -> str:
    """Write an aware instant as UTC with microseconds, the only form used in digests."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no canonical form")
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return f"{instant.isoformat(timespec='microseconds')[:-6]}Z"


def to_plain(value: Any) -> Any:
    """Return `value` made of dicts, lists, strings, integers, booleans and None; raise TypeError otherwise."""
    return value if type(value) in _SAME else _PLAIN[type(value)](value)


def _integer(value: int) -> int | str:
    return int(value) if -_EXACT < value < _EXACT else str(int(value))


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): item if type(item) in _SAME else _PLAIN[type(item)](item) for key, item in value.items()
    }


def _sequence(value: Iterable[Any]) -> list[Any]:
    return [to_plain(item) for item in value]


def _set(value: Iterable[Any]) -> list[Any]:
    return sorted(to_plain(item) for item in value)


def _dataclass(kind: type[Any]) -> Callable[[Any], dict[str, Any]]:
    names = tuple(part.name for part in fields(kind))
    if len(names) < 2:
        return lambda value: {name: to_plain(getattr(value, name)) for name in names}
    values_of = attrgetter(*names)

    def plain(value: Any) -> dict[str, Any]:
        return {
            name: item if type(item) in _SAME else _PLAIN[type(item)](item)
            for name, item in zip(names, values_of(value), strict=True)
        }

    return plain


class _Ways(dict[type[Any], Callable[[Any], Any]]):
    """What is done with a value of a type, looked up once a type: logs are written by the million."""

    def __missing__(self, kind: type[Any]) -> Callable[[Any], Any]:
        """Find it out."""
        way = self[kind] = _way_of(kind)
        return way


_PLAIN = _Ways({int: _integer})
# What is plain already: most of what there is.
_SAME = frozenset((str, type(None), bool))
_BASES: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, _integer),
    (UUID, str),
    (Decimal, str),
    (datetime, instant_text),
    (date, date.isoformat),
    (bytes, bytes.hex),
    (Mapping, _mapping),
    (list, _sequence),
    (tuple, _sequence),
    (set, _set),
    (frozenset, _set),
)


def _way_of(kind: type[Any]) -> Callable[[Any], Any]:
    """Return how values of a type are made plain; raise TypeError when it has no canonical form."""
    if issubclass(kind, Enum):
        return lambda value: to_plain(value.value)
    for base, way in _BASES:
        if issubclass(kind, base):
            return way
    if is_dataclass(kind):
        return _dataclass(kind)
    raise TypeError(f"{kind.__name__} has no canonical form")


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 bytes of `value`."""
    return rfc8785.dumps(to_plain(value))
