"""Reading the roster, always within what the reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from services.people.permissions import ROSTER_READ_ALL
from services.people.roster.models import Person, PositionAssignment
from shared.core.errors import NotFound
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.messages.people import Position, ProductLine, Region

# Both engines take this many parameters in one statement.
_CHUNK = 5_000


class Presence(StrEnum):
    """Which people a list is about."""

    HERE = "here"
    LEFT = "left"
    ALL = "all"


SORTS: dict[str, InstrumentedAttribute[Any]] = {
    "employee_no": Person.employee_no,
    "name": Person.name_key,
    "hired_on": Person.hired_on,
    "assigned_since": Person.assigned_since,
}


@dataclass
class Node:
    """Somebody in the tree with those who report to them; `count` of them, even where they are not loaded."""

    person: Person
    count: int = 0
    reports: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Filter:
    """What a list is reduced to; `today` decides who is here. `sort` begins with "-" to turn it round."""

    today: date
    search: str = ""
    presence: Presence = Presence.HERE
    position: Position | None = None
    region: Region | None = None
    product_line: ProductLine | None = None
    sort: str = "employee_no"

    @property
    def key(self) -> InstrumentedAttribute[Any]:
        """The column to sort by."""
        return SORTS.get(self.sort.lstrip("-"), Person.employee_no)

    @property
    def descending(self) -> bool:
        """Whether the order is turned round."""
        return self.sort.startswith("-")


def may_see_everybody(principal: Principal) -> bool:
    """Say whether the whole roster is open to this principal."""
    return ROSTER_READ_ALL.allows(principal) or Role.SYSTEM in principal.roles


def visible_to(principal: Principal) -> ColumnElement[bool]:
    """Return the condition on Person that this principal may see the row: everything else does not exist.

    Everybody sees themselves, managers also those below them, reps also those above them.
    """
    if may_see_everybody(principal):
        return true()
    if principal.person_id is None:
        return false()
    conditions: list[ColumnElement[bool]] = [Person.id == principal.person_id]
    if Role.MANAGER in principal.roles:
        conditions.append(Person.id.in_(_below(principal.person_id)))
    if Role.REP in principal.roles:
        conditions.append(Person.id.in_(_above(principal.person_id)))
    return or_(*conditions)


def may_see_record(session: Session, principal: Principal, person: Person) -> bool:
    """Say whether tags and history are open too: to those above and to offices, not to those below."""
    if may_see_everybody(principal) or person.id == principal.person_id:
        return True
    return (
        Role.MANAGER in principal.roles
        and principal.person_id is not None
        and principal.person_id in list_chain_ids(session, person.id)
    )


def find_person(session: Session, person_id: UUID) -> Person | None:
    """Return the person, or None."""
    return session.get(Person, person_id)


def get_person(session: Session, person_id: UUID, principal: Principal | None = None) -> Person:
    """Return the person; raise NotFound, also for somebody whom `principal` may not see."""
    statement = select(Person).where(Person.id == person_id)
    if principal is not None:
        statement = statement.where(visible_to(principal))
    found: Person | None = session.scalar(statement)
    if found is None:
        raise NotFound(N_("This person is not on the roster"))
    return found


def find_by_employee_no(session: Session, employee_no: str) -> Person | None:
    """Return the person with HR's number, or None."""
    found: Person | None = session.scalar(select(Person).where(Person.employee_no == employee_no))
    return found


def list_people(
    session: Session,
    principal: Principal,
    wanted: Filter,
    *,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Person]:
    """Return one page of the people that match and may be seen."""
    return paginate(
        session, _matching(select(Person), principal, wanted), keys=[wanted.key, Person.id],
        cursor=cursor, limit=limit, descending=wanted.descending,
    )  # fmt: skip


def count_people(session: Session, principal: Principal, wanted: Filter) -> int:
    """Return how many match and may be seen."""
    return session.scalar(_matching(select(func.count(Person.id)), principal, wanted)) or 0


def list_all_people(session: Session, principal: Principal, wanted: Filter) -> Sequence[Person]:
    """Return everybody who matches and may be seen, in order: for a download of the whole list."""
    order = wanted.key.desc() if wanted.descending else wanted.key.asc()
    tie = Person.id.desc() if wanted.descending else Person.id.asc()
    return session.scalars(_matching(select(Person), principal, wanted).order_by(order, tie)).all()


def list_reports(session: Session, principal: Principal, manager_id: UUID, today: date) -> Sequence[Person]:
    """Return who reports to somebody directly, is here and may be seen, by name."""
    return session.scalars(
        select(Person)
        .where(Person.manager_id == manager_id, is_here(today), visible_to(principal))
        .order_by(Person.name_key, Person.id)
    ).all()


def list_chain(session: Session, principal: Principal, person_id: UUID) -> list[Person]:
    """Return those above somebody who may be seen, the topmost first."""
    ids = list_chain_ids(session, person_id)
    found = session.scalars(select(Person).where(Person.id.in_(ids), visible_to(principal))).all()
    by_id = {person.id: person for person in found}
    return [by_id[one] for one in reversed(ids) if one in by_id]


def list_chain_ids(session: Session, person_id: UUID) -> list[UUID]:
    """Return the ids of those above somebody, nearest first."""
    chain: list[UUID] = []
    here = person_id
    while True:
        above = session.scalar(select(Person.manager_id).where(Person.id == here))
        if above is None or above in chain or above == person_id:
            return chain
        chain.append(above)
        here = above


def list_assignments(session: Session, person_id: UUID) -> Sequence[PositionAssignment]:
    """Return somebody's assignments that took effect, the latest first."""
    return session.scalars(
        select(PositionAssignment)
        .where(
            PositionAssignment.person_id == person_id,
            or_(
                PositionAssignment.until.is_(None),
                PositionAssignment.until >= PositionAssignment.since,
            ),
        )
        .order_by(PositionAssignment.since.desc(), PositionAssignment.id.desc())
    ).all()


def find_last_assignment(session: Session, person_id: UUID) -> PositionAssignment | None:
    """Return the latest assignment, open or closed, or None."""
    return last_assignments(session, [person_id]).get(person_id)


def last_assignments(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, PositionAssignment]:
    """Return the latest assignment of each person."""
    found: dict[UUID, PositionAssignment] = {}
    ids = list(person_ids)
    for start in range(0, len(ids), _CHUNK):
        rows = session.scalars(
            select(PositionAssignment)
            .where(PositionAssignment.person_id.in_(ids[start : start + _CHUNK]))
            .order_by(PositionAssignment.since, PositionAssignment.id)
        )
        found.update((row.person_id, row) for row in rows)
    return found


def people_by_id(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return many people at once."""
    found: dict[UUID, Person] = {}
    ids = list(dict.fromkeys(person_ids))
    for start in range(0, len(ids), _CHUNK):
        rows = session.scalars(select(Person).where(Person.id.in_(ids[start : start + _CHUNK])))
        found.update((row.id, row) for row in rows)
    return found


def managers_of(
    session: Session, principal: Principal, rows: Iterable[Person | PositionAssignment]
) -> dict[UUID, Person]:
    """Return the managers of these people or assignments, as far as they may be seen."""
    ids = list({row.manager_id for row in rows if row.manager_id is not None})
    found: dict[UUID, Person] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = Person.id.in_(ids[start : start + _CHUNK])
        found.update(
            (one.id, one) for one in session.scalars(select(Person).where(chunk, visible_to(principal)))
        )
    return found


def count_reports(
    session: Session, principal: Principal, ids: Iterable[UUID], today: date
) -> dict[UUID, int]:
    """Return how many report to each directly, among those who are here and may be seen."""
    wanted = list(ids)
    counted: dict[UUID, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = session.execute(
            select(Person.manager_id, func.count(Person.id))
            .where(
                Person.manager_id.in_(wanted[start : start + _CHUNK]), is_here(today), visible_to(principal)
            )
            .group_by(Person.manager_id)
        )
        counted.update((manager_id, count) for manager_id, count in rows if manager_id is not None)
    return counted


def read_tree(
    session: Session, principal: Principal, tops: Iterable[Person], today: date, *, most: int
) -> list[Node]:
    """Return the people below `tops`, level by level, as deep as `most` people allow."""
    roots = [Node(one) for one in tops]
    level, total = roots, len(roots)
    while level:
        nodes = {node.person.id: node for node in level}
        counts = count_reports(session, principal, nodes, today)
        for person_id, count in counts.items():
            nodes[person_id].count = count
        total += sum(counts.values())
        if total > most:
            break
        level = []
        for person in _reports_of_many(session, principal, counts, today):
            assert person.manager_id is not None
            level.append(Node(person))
            nodes[person.manager_id].reports.append(level[-1])
    return roots


def _reports_of_many(
    session: Session, principal: Principal, ids: Iterable[UUID], today: date
) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .where(Person.manager_id.in_(list(ids)), is_here(today), visible_to(principal))
        .order_by(Person.name_key, Person.id)
    ).all()


def list_tops(session: Session, principal: Principal, today: date, *, limit: int) -> Sequence[Person]:
    """Return those who are here and have nobody above them whom the reader sees: the roots of the tree."""
    manager = aliased(Person)
    visible = visible_to(principal)
    seen = select(Person.id).where(is_here(today), visible).subquery()
    statement = (
        select(Person)
        .outerjoin(manager, and_(manager.id == Person.manager_id, manager.id.in_(select(seen.c.id))))
        .where(is_here(today), visible, manager.id.is_(None))
        .order_by(Person.name_key, Person.id)
        .limit(limit)
    )
    return session.scalars(statement).all()


def is_here(today: date) -> ColumnElement[bool]:
    """Return the condition that a person has not left; those who join in the coming weeks count."""
    return or_(Person.left_on.is_(None), Person.left_on >= today)


def _matching(statement: Select[Any], principal: Principal, wanted: Filter) -> Select[Any]:
    statement = statement.where(visible_to(principal))
    if wanted.presence is Presence.HERE:
        statement = statement.where(is_here(wanted.today))
    elif wanted.presence is Presence.LEFT:
        statement = statement.where(Person.left_on < wanted.today)
    if wanted.search:
        statement = statement.where(
            or_(
                Person.name.icontains(wanted.search, autoescape=True),
                Person.employee_no.icontains(wanted.search, autoescape=True),
            )
        )
    if wanted.position is not None:
        statement = statement.where(Person.position == wanted.position)
    if wanted.region is not None:
        statement = statement.where(Person.region == wanted.region)
    if wanted.product_line is not None:
        statement = statement.where(
            Person.product_lines.contains(f"|{wanted.product_line}|", autoescape=True)
        )
    return statement


def _below(manager_id: UUID) -> Select[tuple[UUID]]:
    below = select(Person.id).where(Person.manager_id == manager_id).cte("below", recursive=True)
    report = aliased(Person)
    # UNION, not UNION ALL: a circle in bad data must not run for ever.
    below = below.union(select(report.id).join(below, report.manager_id == below.c.id))
    return select(below.c.id)


def _above(person_id: UUID) -> Select[tuple[UUID | None]]:
    above = select(Person.manager_id).where(Person.id == person_id).cte("above", recursive=True)
    manager = aliased(Person)
    above = above.union(select(manager.manager_id).join(above, manager.id == above.c.manager_id))
    return select(above.c.manager_id).where(above.c.manager_id.is_not(None))
