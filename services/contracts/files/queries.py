"""Reading stored bytes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.contracts.files.models import FileContent
from shared.core.errors import NotFound
from shared.core.text import N_


def get_content(session: Session, sha256: str) -> bytes:
    """Return the bytes with this hash; raise NotFound."""
    found = session.scalar(select(FileContent.content).where(FileContent.sha256 == sha256))
    if found is None:
        raise NotFound(N_("There is no such file"))
    return found


def is_stored(session: Session, sha256: str) -> bool:
    """Say whether bytes with this hash are kept already."""
    return session.scalar(select(FileContent.sha256).where(FileContent.sha256 == sha256)) is not None
