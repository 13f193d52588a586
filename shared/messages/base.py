"""Message types: frozen dataclasses with a versioned name, written to JSON and read back strictly."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import cattrs

from shared.core.canonical import to_plain

T = TypeVar("T")
MessageType = type[Any]

_TYPES: dict[str, MessageType] = {}
_NAMES: dict[MessageType, str] = {}


class UnknownMessageError(Exception):
    """A message whose type or content this code does not understand."""


def message(name: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass under `<service>.<thing>.<past verb>.v<n>`; a name is used once."""

    def register(cls: type[T]) -> type[T]:
        if name in _TYPES:
            raise ValueError(f"message type {name} is declared twice")
        _TYPES[name] = cls
        _NAMES[cls] = name
        return cls

    return register


def type_of(one: Any) -> str:
    """Return the versioned name of a message or message class."""
    return _NAMES[one if isinstance(one, type) else type(one)]


def known_types() -> tuple[str, ...]:
    """Return the versioned names of all messages that have been declared so far, sorted."""
    return tuple(sorted(_TYPES))


def encode(one: Any) -> dict[str, Any]:
    """Return the message's content as plain JSON values."""
    plain: dict[str, Any] = to_plain(one)
    return plain


def decode(name: str, data: dict[str, Any]) -> Any:
    """Return the message that `data` describes; raise UnknownMessageError when it is not understood."""
    cls = _TYPES.get(name)
    if cls is None:
        raise UnknownMessageError(f"unknown message type {name}")
    try:
        return _CONVERTER.structure(data, cls)
    except Exception as error:  # cattrs raises a family of errors; each means the same to the caller.
        raise UnknownMessageError(f"{name} cannot be read: {type(error).__name__}") from error


def _instant(value: Any, _: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("an instant in a message has a zone")
    return found


def _strict(expected: type) -> Callable[[Any, Any], Any]:
    def check(value: Any, _: Any) -> Any:
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise TypeError(f"expected {expected.__name__}")
        return value

    return check


_CONVERTER = cattrs.Converter()
_CONVERTER.register_structure_hook(UUID, lambda value, _: UUID(value))
_CONVERTER.register_structure_hook(datetime, _instant)
_CONVERTER.register_structure_hook(date, lambda value, _: date.fromisoformat(value))
for _plain in (str, int, bool):
    _CONVERTER.register_structure_hook(_plain, _strict(_plain))
