"""The table of indexed passages; both engines keep a full-text index over its `terms` (see the migration)."""

from uuid import UUID

from sqlalchemy import Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base


class Passage(Base):
    """A piece of text of a subject, as it is shown and as it is indexed. Written and deleted, never changed.

    `source` says which of the subject's texts it is from, so that one of them can be replaced; `page` counts
    from 1 where the source has pages. Derived from audited rows, so the log does not account for it.
    """

    __tablename__ = "passage"
    __table_args__ = (Index("ix_passage_subject", "subject_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject_id: Mapped[UUID] = mapped_column(Uuid())
    weight: Mapped[int]
    source: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(2))
    page: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)
