"""The projection's table. Rows are inserted, and closed by setting `known_to` and `closed_at`; nothing else.

Keys come from the log, so rebuilding it from position 0 gives the same rows.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.history.rules import Span, SpanKind
from shared.db.types import JsonDocument, enum_type


class TrainedSpan(Base):
    """Days on which somebody counts as trained, as known from the event at `known_from` to that at `known_to`.

    `recorded_at` and `closed_at` are when those events were recorded; `evidence` are positions of the log.
    """

    __tablename__ = "trained_span"
    __table_args__ = (Index("ix_trained_span_person_id_course_id", "person_id", "course_id"),)

    known_from: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    known_to: Mapped[int | None] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    person_id: Mapped[UUID] = mapped_column(Uuid())
    course_id: Mapped[UUID] = mapped_column(Uuid())
    kind: Mapped[SpanKind] = mapped_column(enum_type(SpanKind))
    reference: Mapped[UUID] = mapped_column(Uuid())
    since: Mapped[date]
    until: Mapped[date | None]
    evidence: Mapped[list[int]] = mapped_column(JsonDocument)

    @property
    def span(self) -> Span:
        """The row as a value."""
        return Span(
            self.person_id,
            self.course_id,
            self.kind,
            self.reference,
            self.since,
            self.until,
            tuple(self.evidence),
        )
