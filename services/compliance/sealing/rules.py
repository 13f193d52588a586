"""Commitments: digests that prove a value to whoever is shown it, and say nothing to anybody else."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from shared.core.canonical import canonical_json

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
