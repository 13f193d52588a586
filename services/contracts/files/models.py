"""Where the bytes are kept: in the service's database, so that they are there when their version is."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.base import Base


class FileContent(Base):
    """Bytes, known by their hash; the same file put in twice is kept once."""

    __tablename__ = "file_content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]
