"""One byte string for one value: canonical JSON (RFC 8785), on which digests and signatures rest."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785

# Integers beyond this are not exact in JSON (RFC 8785, section 3.2.2.3); they are written as strings.
_EXACT = 2**53


def instant_text(instant: datetime) -> str:
    """Write an aware instant as UTC with microseconds, the only form used in digests."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no canonical form")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_plain(value: Any) -> Any:  # noqa: C901 - one branch a type is the clearest table
    """Return `value` made of dicts, lists, strings, integers, booleans and None; raise TypeError otherwise."""
    match value:
        case None | bool() | str():
            return str(value.value) if isinstance(value, Enum) else value
        case int():
            return value if -_EXACT < value < _EXACT else str(value)
        case UUID() | Decimal():
            return str(value)
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): to_plain(item) for key, item in value.items()}
        case list() | tuple():
            return [to_plain(item) for item in value]
        case set() | frozenset():
            return sorted(to_plain(item) for item in value)
        case _ if is_dataclass(value):
            return {part.name: to_plain(getattr(value, part.name)) for part in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 bytes of `value`."""
    return rfc8785.dumps(to_plain(value))
