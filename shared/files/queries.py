"""Reading which files are kept."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.core.errors import NotFound
from shared.core.text import N_
from shared.files.models import StoredFile


def find_file(session: Session, sha256: str) -> StoredFile | None:
    """Return the file with this hash, or None."""
    return session.get(StoredFile, sha256)


def get_file(session: Session, sha256: str) -> StoredFile:
    """Return the file with this hash; raise NotFound."""
    found = find_file(session, sha256)
    if found is None:
        raise NotFound(N_("There is no such file"))
    return found


def list_files(session: Session, hashes: Collection[str]) -> dict[str, StoredFile]:
    """Return the files with these hashes, by hash (one query)."""
    if not hashes:
        return {}
    found = session.scalars(select(StoredFile).where(StoredFile.sha256.in_(hashes)))
    return {one.sha256: one for one in found}
