"""The projection's table; it has metadata of its own because the people service does not keep one."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, MetaData, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import NAMING, TYPES


class DirectoryBase(DeclarativeBase):
    """Base of the projection."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class DirectoryPerson(DirectoryBase):
    """Somebody on the roster, as last heard; `product_lines` and `tags` are sorted codes between bars (|ivd|)."""

    __tablename__ = "directory_person"
    __table_args__ = (
        Index("ix_directory_person_manager", "manager_id"),
        Index("ix_directory_person_region", "region", "position"),
    )

    id: Mapped[UUID] = mapped_column(Uuid(), primary_key=True)
    employee_no: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(40))
    position_since: Mapped[date]
    org_unit: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(40))
    product_lines: Mapped[str] = mapped_column(String(200))
    tags: Mapped[str] = mapped_column(String(400))
    hired_on: Mapped[date]
    left_on: Mapped[date | None]
    manager_id: Mapped[UUID | None] = mapped_column(Uuid())
    email: Mapped[str] = mapped_column(String(200))

    def is_here_on(self, day: date) -> bool:
        """Say whether they are on the roster on that day (the last day worked included)."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)


def barred(codes: tuple[str, ...]) -> str:
    """Write codes as |a|b|, so that one code can be found with LIKE '%|a|%'."""
    return f"|{'|'.join(codes)}|" if codes else ""


def unbarred(text: str) -> tuple[str, ...]:
    """Read |a|b| back."""
    return tuple(part for part in text.split("|") if part)
