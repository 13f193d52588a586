"""Tables of sessions."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.training.base import Base
from services.training.sessions.rules import (
    Details,
    Instructor,
    InstructorKind,
    Language,
    SessionKind,
    SessionStatus,
    Stage,
    hours,
    stage,
)
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type
from shared.directory import Audience


class TrainingSession(Audited, Base):
    """A session; see rules.Details. The audience is kept as codes between bars, so that SQL can read it.

    `sequence` counts the changes that calendars have to know of (RFC 5545, SEQUENCE).
    """

    __tablename__ = "training_session"
    __audit_kind__: ClassVar[str] = "session"
    __table_args__ = (
        Index("ix_training_session_starts_at_id", "starts_at", "id"),
        Index("ix_training_session_course", "course_id"),
    )

    id: Mapped[IdPk]
    status: Mapped[SessionStatus] = mapped_column(enum_type(SessionStatus))
    kind: Mapped[SessionKind] = mapped_column(enum_type(SessionKind))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("course.id"))
    title: Mapped[LocalizedText]
    about: Mapped[LocalizedText]
    instructor_kind: Mapped[InstructorKind] = mapped_column(enum_type(InstructorKind))
    instructor_id: Mapped[UUID | None] = mapped_column(Uuid())
    instructor_name: Mapped[str] = mapped_column(String(200))
    affiliation: Mapped[str] = mapped_column(String(200))
    language: Mapped[Language] = mapped_column(enum_type(Language))
    place: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(500))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    book_until: Mapped[datetime]
    cancel_until: Mapped[datetime]
    for_positions: Mapped[str] = mapped_column(String(400))
    for_regions: Mapped[str] = mapped_column(String(400))
    for_lines: Mapped[str] = mapped_column(String(400))
    hired_from: Mapped[date | None]
    hired_until: Mapped[date | None]
    sequence: Mapped[int]
    planned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: ClassVar[dict[str, Any]] = {"version_id_col": version}

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return Audience(
            positions=codes_of(self.for_positions),
            regions=codes_of(self.for_regions),
            product_lines=codes_of(self.for_lines),
            hired_from=self.hired_from,
            hired_until=self.hired_until,
        )

    @property
    def instructor(self) -> Instructor:
        """Who teaches."""
        return Instructor(self.instructor_kind, self.instructor_name, self.affiliation, self.instructor_id)

    @property
    def details(self) -> Details:
        """What is said of it."""
        return Details(
            kind=self.kind, course_id=self.course_id, title=self.title, about=self.about,
            instructor=self.instructor, language=self.language, place=self.place, link=self.link,
            starts_at=self.starts_at, ends_at=self.ends_at, capacity=self.capacity,
            book_until=self.book_until, cancel_until=self.cancel_until, audience=self.audience,
        )  # fmt: skip

    @property
    def hours(self) -> str:
        """From when to when, in the company's zone."""
        return hours(self.starts_at, self.ends_at)

    def stage(self, free: int, now: datetime) -> Stage:
        """How it stands at an instant when so many places are free."""
        return stage(self.status, self.starts_at, self.ends_at, free, now)


class CheckInKey(Base):
    """The secret from which the codes on a session's screen are made; it leaves this table for nobody."""

    __tablename__ = "check_in_key"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_session.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))


def bars(codes: tuple[str, ...]) -> str:
    """Write codes as |a|b|, or nothing when there are none."""
    return f"|{'|'.join(codes)}|" if codes else ""


def codes_of(text: str) -> tuple[str, ...]:
    """Read |a|b| back."""
    return tuple(part for part in text.split("|") if part)


def columns_of(details: Details) -> dict[str, Any]:
    """Return the columns that hold what is said of a session: also used to load many at once."""
    audience, instructor = details.audience, details.instructor
    return {
        "kind": details.kind,
        "course_id": details.course_id,
        "title": details.title,
        "about": details.about,
        "instructor_kind": instructor.kind,
        "instructor_id": instructor.person_id,
        "instructor_name": instructor.name.strip(),
        "affiliation": instructor.affiliation.strip(),
        "language": details.language,
        "place": details.place.strip(),
        "link": details.link.strip(),
        "starts_at": details.starts_at,
        "ends_at": details.ends_at,
        "capacity": details.capacity,
        "book_until": details.book_until,
        "cancel_until": details.cancel_until,
        "for_positions": bars(audience.positions),
        "for_regions": bars(audience.regions),
        "for_lines": bars(audience.product_lines),
        "hired_from": audience.hired_from,
        "hired_until": audience.hired_until,
    }
