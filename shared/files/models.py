"""Which files a service keeps; it has metadata of its own because not every service keeps any."""

from datetime import datetime

from sqlalchemy import BigInteger, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPES
from shared.db.types import enum_type
from shared.files.rules import MEDIA_TYPES, FileKind


class FilesBase(DeclarativeBase):
    """Base of the table of files."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class StoredFile(FilesBase):
    """A file that is kept, once, under the SHA-256 of its bytes (hex); `size` in bytes. Never changed.

    Whoever refers to it holds the hash, and the name under which it was handed in: the hash is what the log
    vouches for.
    """

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[FileKind] = mapped_column(enum_type(FileKind))
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[datetime]

    @property
    def media_type(self) -> str:
        """The type under which it is sent."""
        return MEDIA_TYPES[self.kind]
