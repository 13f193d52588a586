"""Idempotency keys: the same unsafe request sent twice takes effect once and gets the same answer."""

import hashlib
from datetime import datetime

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from shared.core.errors import Conflict, InvalidInput
from shared.core.text import N_
from shared.db.base import PlatformBase
from shared.db.uow import UnitOfWork


class IdempotencyKey(PlatformBase):
    """The answer once given for an actor's key; `fingerprint` is the digest of what was asked."""

    __tablename__ = "idempotency_key"

    actor: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


def fingerprint(method: str, path: str, body: bytes) -> bytes:
    """Return the SHA-256 of what the request asks for."""
    return hashlib.sha256(b"\x00".join((method.encode(), path.encode(), body))).digest()


def find_answer(uow: UnitOfWork, actor: str, key: str, asked: bytes) -> IdempotencyKey | None:
    """Return the answer given before; raise Conflict when the key was used for another request."""
    if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise InvalidInput(N_("An Idempotency-Key has 1 to 200 printable ASCII characters"))
    found = uow.session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.actor == actor, IdempotencyKey.key == key)
    )
    if found is not None and found.fingerprint != asked:
        raise Conflict(N_("This Idempotency-Key was used before for a different request"))
    return found
