"""The folder in which files lie under their hash; several machines share it as a volume."""

import hashlib
import os
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy.dialects import postgresql, sqlite

from shared.core.errors import NotFound, TooLarge
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.files.inspection import inspect
from shared.files.models import StoredFile
from shared.files.queries import get_file
from shared.files.rules import FileKind

_CHUNK = 2**20


class FileStore:
    """Keeps bytes in `folder`, which is made on first use; a file that is there is never written again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(
        self,
        uow: UnitOfWork,
        stream: IO[bytes],
        *,
        allow: Collection[FileKind],
        max_bytes: int,
        now: datetime,
        field: str = "file",
    ) -> StoredFile:
        """Check a file, keep it, and return its row.

        Raises TooLarge beyond `max_bytes` or for what would explode, InvalidInput (at `field`) for what is not
        one of the kinds allowed, or is damaged, encrypted, or carries macros. When the unit of work is rolled
        back the bytes stay, named by no row; they are found and used when the same file comes again.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=self._folder)
        incoming = Path(name)
        try:
            with os.fdopen(handle, "wb") as target:
                _copy(stream, target, max_bytes)
            kind = inspect(incoming, allow, field)
            sha256, size = _digest(incoming), incoming.stat().st_size
            place = self._place(sha256)
            place.parent.mkdir(exist_ok=True, mode=0o700)
            incoming.replace(place)  # In one step, so that nobody ever reads half a file.
        finally:
            incoming.unlink(missing_ok=True)
        values = {"sha256": sha256, "kind": kind, "size": size, "stored_at": now}
        on_sqlite = uow.session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if on_sqlite else postgresql.insert
        # Somebody else may hand in the same file at the same moment.
        uow.session.execute(insert(StoredFile).values(**values).on_conflict_do_nothing())
        return get_file(uow.session, sha256)

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie; raise NotFound when they do not."""
        place = self._place(sha256)
        if not place.is_file():
            raise NotFound(N_("There is no such file"))
        return place

    def read(self, sha256: str) -> bytes:
        """Return the bytes with this hash; raise NotFound."""
        return self.path(sha256).read_bytes()

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound(N_("There is no such file"))
        return self._folder / sha256[:2] / sha256


def _copy(stream: IO[bytes], target: IO[bytes], max_bytes: int) -> None:
    total = 0
    while chunk := stream.read(_CHUNK):
        total += len(chunk)
        if total > max_bytes:
            raise TooLarge(N_("The file is larger than %(limit)s MB", limit=max_bytes // 2**20))
        target.write(chunk)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
