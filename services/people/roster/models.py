"""Tables of the roster."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.people.base import Base
from shared.core.text import LocalizedText
from shared.db.base import Audited, IdPk
from shared.db.types import enum_type
from shared.directory.models import unbarred
from shared.messages.people import PersonSnapshot, Position, ProductLine, Region

_OPEN = text("until IS NULL")


class _Post:
    """What an assignment says: shared by the current one, kept on the person, and the history.

    `product_lines` are sorted codes between bars (|ivd|). `manager_id` is checked at the end of the
    transaction, so that a manager and their reports may join together.
    """

    position: Mapped[Position] = mapped_column(enum_type(Position))
    org_unit: Mapped[str] = mapped_column(String(80))
    region: Mapped[Region | None] = mapped_column(enum_type(Region))
    product_lines: Mapped[str] = mapped_column(String(200))
    manager_id: Mapped[UUID | None] = mapped_column(
        Uuid(), ForeignKey("person.id", deferrable=True, initially="DEFERRED")
    )

    @property
    def product_line_labels(self) -> list[LocalizedText]:
        """The product lines as people call them."""
        return [ProductLine(code).label for code in unbarred(self.product_lines)]


class Person(Audited, _Post, Base):
    """Somebody in the sales organisation with their present assignment; `left_on` is the last day worked.

    `employee_no` is HR's key. `name_key` sorts names the way a Chinese reader expects. `position_since` is
    the day from which the position is held without a break, `assigned_since` that of the whole assignment.
    """

    __tablename__ = "person"
    __audit_kind__ = "person"
    __table_args__ = (
        Index(None, "manager_id"),
        Index(None, "region", "position"),
        Index(None, "name_key", "id"),
        Index(None, "hired_on", "id"),
        Index(None, "assigned_since", "id"),
    )

    id: Mapped[IdPk]
    employee_no: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(320))
    email: Mapped[str] = mapped_column(String(200))
    hired_on: Mapped[date]
    left_on: Mapped[date | None]
    tags: Mapped[str] = mapped_column(String(400))
    position_since: Mapped[date]
    assigned_since: Mapped[date]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape that SQLAlchemy asks for

    def is_here_on(self, day: date) -> bool:
        """Say whether they are on the roster on that day (the last day worked included)."""
        return self.hired_on <= day and (self.left_on is None or day <= self.left_on)

    def snapshot(self) -> PersonSnapshot:
        """Return them as other services are told."""
        return PersonSnapshot(
            person_id=self.id,
            employee_no=self.employee_no,
            name=self.name,
            hired_on=self.hired_on,
            position=self.position,
            position_since=self.position_since,
            org_unit=self.org_unit,
            region=self.region or "",
            product_lines=unbarred(self.product_lines),
            tags=unbarred(self.tags),
            manager_id=self.manager_id,
            left_on=self.left_on,
            email=self.email,
        )


class PositionAssignment(_Post, Base):
    """One dated assignment to a position: from the day `since` to the last day `until`, both included.

    Rows are closed, never rewritten, but for a start that turns out to have been wrong. Each person has at
    most one open assignment. One whose `until` is before its `since` never took effect. The log's snapshots
    tell the same history.
    """

    __tablename__ = "position_assignment"
    __table_args__ = (
        Index(
            "uq_position_assignment_open",
            "person_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index(None, "person_id", "since"),
    )

    id: Mapped[IdPk]
    person_id: Mapped[UUID] = mapped_column(
        Uuid(), ForeignKey("person.id", deferrable=True, initially="DEFERRED")
    )
    since: Mapped[date]
    until: Mapped[date | None]
