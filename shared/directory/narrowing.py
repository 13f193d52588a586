"""Narrowing a list of people to those that somebody wants to look at, in the database."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from shared.directory.models import DirectoryPerson


def ids_below(manager_id: UUID) -> Select[tuple[UUID]]:
    """Select the ids of everybody below a manager, at any depth, by the index on managers.

    It stays in the database: a director's subtree is no list of parameters.
    """
    # Without a name, so that one statement may ask twice.
    found = select(DirectoryPerson.id).where(DirectoryPerson.manager_id == manager_id).cte(recursive=True)
    report = aliased(DirectoryPerson)
    # UNION, not UNION ALL: a circle of managers in bad data must not run for ever.
    found = found.union(select(report.id).join(found, report.manager_id == found.c.id))
    return select(found.c.id).where(found.c.id != manager_id)


def here_on(day: date) -> ColumnElement[bool]:
    """Return the condition under which somebody is on the roster on a day (the last day worked included)."""
    return and_(
        DirectoryPerson.hired_on <= day,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= day),
    )


@dataclass(frozen=True)
class Narrowing:
    """What is asked for in a list of people; empty or None: any.

    `manager_id` asks for everybody below that person, `search` for a part of a name or number.
    """

    region: str = ""
    product_line: str = ""
    manager_id: UUID | None = None
    search: str = ""

    def where(self) -> ColumnElement[bool]:
        """Return it as a condition on DirectoryPerson."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.region:
            conditions.append(DirectoryPerson.region == self.region)
        if self.product_line:
            conditions.append(
                DirectoryPerson.product_lines.contains(f"|{self.product_line}|", autoescape=True)
            )
        if self.manager_id is not None:
            conditions.append(DirectoryPerson.id.in_(ids_below(self.manager_id)))
        if self.search:
            conditions.append(
                or_(
                    DirectoryPerson.name.contains(self.search, autoescape=True),
                    DirectoryPerson.employee_no.contains(self.search, autoescape=True),
                )
            )
        return and_(*conditions)


EVERYBODY = Narrowing()
