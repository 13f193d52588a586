"""Keeping bytes."""

from datetime import datetime

from sqlalchemy import insert

from services.contracts.files.models import FileContent
from services.contracts.files.queries import is_stored
from services.contracts.files.rules import digest
from shared.db.uow import UnitOfWork


def store_content(uow: UnitOfWork, content: bytes, *, now: datetime) -> str:
    """Keep the bytes and return their SHA-256; what is there already is not written again."""
    sha256 = digest(content)
    if not is_stored(uow.session, sha256):
        # Written at once: versions refer to it, and megabytes need not wait in the session.
        uow.session.execute(insert(FileContent).values(sha256=sha256, content=content, stored_at=now))
    return sha256
