"""The bytes that are hashed: of an event's data, of a row's state, and of the leaf that commits to both.

A leaf holds no personal data, only salted digests of it. Erasing data and salt therefore leaves every proof
valid, and the digest, without its salt, tells nothing about what was erased.
"""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import rfc8785

from shared.core.canonical import instant_text, to_plain
from shared.eventlog import merkle

SALT_BYTES = 16
# The state of a row that was deleted. Unsalted: it hides nothing, and must stay readable after an erasure.
DELETED_STATE = hashlib.sha256(b"null").digest()

# Where a key holds such characters, UTF-16 order (RFC 8785, 3.2.3) is not the order of UTF-8 bytes.
_BEYOND_BMP = re.compile(rb"[\xf0-\xf4]")


def canonical(value: Any) -> bytes:
    """Return what shared.core.canonical.canonical_json returns, faster; a test holds them equal.

    orjson writes the same bytes for strings, integers, booleans and None; only its order of keys can differ.
    """
    return canonical_plain(to_plain(value))


def canonical_plain(plain: Any) -> bytes:
    """Return the same for what is plain already, as a message's encoding is."""
    written = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    if written.isascii() or not _BEYOND_BMP.search(written):
        return written
    return rfc8785.dumps(plain)


def new_salt() -> bytes:
    """Return a fresh salt."""
    return secrets.token_bytes(SALT_BYTES)


def salted_digest(salt: bytes, content: bytes) -> bytes:
    """Return SHA-256(salt || content)."""
    return hashlib.sha256(salt + content).digest()


def leaf_bytes(
    *,
    id: UUID,  # noqa: A002 - the leaf's own word
    type: str,  # noqa: A002
    subject: str,
    person_id: UUID | None,
    actor: str,
    effective_at: datetime,
    recorded_at: datetime,
    digest: bytes,
    state_digest: bytes | None,
) -> bytes:
    """Return the canonical JSON that the log commits to for one event."""
    return orjson.dumps(
        {
            "actor": actor,
            "digest": digest.hex(),
            "effective": instant_text(effective_at),
            "id": id,
            "person": person_id,
            "recorded": instant_text(recorded_at),
            "state": None if state_digest is None else state_digest.hex(),
            "subject": subject,
            "type": type,
        }
    )


def event_leaf_hash(event: Any) -> bytes:
    """Return the leaf hash of an Event, or of a database row with its columns."""
    return merkle.leaf_hash(
        leaf_bytes(
            id=event.id,
            type=event.type,
            subject=event.subject,
            person_id=event.person_id,
            actor=event.actor,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
            digest=event.digest,
            state_digest=event.state_digest,
        )
    )
