"""Identifiers and secrets."""

import secrets
from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): unique, and close to sorted by the time it was made."""
    return compat.uuid7()


def new_token(nbytes: int = 32) -> str:
    """Return a URL-safe secret with `nbytes` bytes of randomness."""
    return secrets.token_urlsafe(nbytes)
