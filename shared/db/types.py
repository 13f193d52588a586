"""Column types that hold the same value on SQLite and PostgreSQL, and refuse what they cannot hold."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from shared.core.text import LocalizedText


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware when written (naive is an error), aware UTC when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """Say what it holds: a type decorator does not take that over from `impl`."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite keeps no zone, so it is stored as UTC without one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(enum: type[StrEnum]) -> Enum:
    """Return a VARCHAR column type with a CHECK that holds the enum's values, not its names."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        name=enum.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


# JSONB on PostgreSQL; text on SQLite.
JsonDocument = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class LocalizedTextType(TypeDecorator[LocalizedText]):
    """Both languages in one JSON column."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Use JSONB where there is one."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: LocalizedText | None, dialect: Dialect) -> dict[str, str] | None:
        """Write {"zh": …, "en": …}."""
        return None if value is None else {"zh": value.zh, "en": value.en}

    def process_result_value(self, value: Any, dialect: Dialect) -> LocalizedText | None:
        """Read it back."""
        if value is None:
            return None
        found = json.loads(value) if isinstance(value, str) else value
        return LocalizedText(zh=found["zh"], en=found["en"])
