"""What was played of a video."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from shared.db.types import JsonDocument


class VideoWatch(Base):
    """Where somebody is in a video, in whole seconds, and the stretches `[from, until)` that they have seen.

    `spare_ms` is time that has passed and was not used up by what was seen (see rules.believed).
    It changes every few seconds, so the log holds only that the video was watched to the end (see PartProgress).
    """

    __tablename__ = "video_watch"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    part_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]
    watched: Mapped[list[list[int]]] = mapped_column(JsonDocument)
    reported_at: Mapped[datetime]
    spare_ms: Mapped[int] = mapped_column(default=0)
