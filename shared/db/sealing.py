"""Audited rows that hold what an export of the log must not show: commitments stand in the place of values.

A commitment proves a value to whoever is shown it, and says nothing to anybody else.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from shared.core.canonical import canonical_json
from shared.db.base import Audited

SEAL = "seal"
_SEAL_BYTES = 32


def new_seal() -> bytes:
    """Return the random key of one row's commitments."""
    return secrets.token_bytes(_SEAL_BYTES)


def commitment(seal: bytes, name: str, value: Any) -> str:
    """Return SHA-256(seal || column name || value), in hexadecimal digits.

    With the seal a value can be shown to be the one committed to; without it not even a guess can be tried.
    That a column is empty is a value like any other.
    """
    return hashlib.sha256(seal + name.encode() + b"\x00" + canonical_json(value)).hexdigest()


def sealed_state(values: Mapping[str, Any], sealed: Collection[str]) -> dict[str, Any]:
    """Return a row's values with commitments in place of the `sealed` columns, and without the seal itself."""
    seal = values[SEAL]
    return {
        name: commitment(seal, name, value) if name in sealed else value
        for name, value in values.items()
        if name != SEAL
    }


class Sealed(Audited):
    """An audited row whose `__sealed__` columns enter its state, and so every export, as commitments alone.

    The log still proves every one of them, to whoever is given the value and the row's `seal`.
    """

    __sealed__: ClassVar[frozenset[str]]

    seal: Mapped[bytes] = mapped_column(LargeBinary(32), default=new_seal)

    @classmethod
    def __audit_state__(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what of the row's values enters its state."""
        return sealed_state(values, cls.__sealed__)
