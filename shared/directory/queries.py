"""Reading the projection; whoever may see only their subtree asks `list_subtree_ids` first."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory.audience import Audience
from shared.directory.models import DirectoryPerson
from shared.directory.narrowing import ids_below


def find_person(session: Session, person_id: UUID) -> DirectoryPerson | None:
    """Return the person, or None."""
    return session.get(DirectoryPerson, person_id)


def get_person(session: Session, person_id: UUID) -> DirectoryPerson:
    """Return the person; raise NotFound."""
    found = find_person(session, person_id)
    if found is None:
        raise NotFound(N_("This person is not on the roster"))
    return found


def find_by_employee_no(session: Session, employee_no: str) -> DirectoryPerson | None:
    """Return the person with HR's number, or None."""
    return session.scalar(select(DirectoryPerson).where(DirectoryPerson.employee_no == employee_no))


def known_ids(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these people are in the projection, in one query; for a batch, not for thousands."""
    return set(session.scalars(select(DirectoryPerson.id).where(DirectoryPerson.id.in_(set(person_ids)))))


def people_by_id(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, DirectoryPerson]:
    """Return people by their ids, in one query."""
    wanted = set(person_ids)
    return {
        one.id: one for one in session.scalars(select(DirectoryPerson).where(DirectoryPerson.id.in_(wanted)))
    }


def names_of(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names for many ids in one query (in chunks, for both engines' parameter limits)."""
    wanted = list(dict.fromkeys(person_ids))
    found: dict[UUID, str] = {}
    for start in range(0, len(wanted), 5000):
        chunk = wanted[start : start + 5000]
        rows = session.execute(
            select(DirectoryPerson.id, DirectoryPerson.name).where(DirectoryPerson.id.in_(chunk))
        )
        found.update((row.id, row.name) for row in rows)
    return found


def list_subtree_ids(session: Session, manager_id: UUID) -> list[UUID]:
    """Return the ids of everybody below a manager, at any depth; the manager is not among them."""
    return list(session.scalars(ids_below(manager_id)))


def is_above(session: Session, manager_id: UUID, person_id: UUID) -> bool:
    """Say whether `manager_id` is somewhere above `person_id`."""
    seen: set[UUID] = set()
    current = find_person(session, person_id)
    while current is not None and current.manager_id is not None and current.manager_id not in seen:
        if current.manager_id == manager_id:
            return True
        seen.add(current.manager_id)
        current = find_person(session, current.manager_id)
    return False


def list_people(
    session: Session,
    *,
    on: date,
    audience: Audience | None = None,
    search: str = "",
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[DirectoryPerson]:
    """Return one page of those on the roster on `on`, by employee number; `search` is part of name or number."""
    statement = select(DirectoryPerson).where(
        DirectoryPerson.hired_on <= on,
        or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= on),
    )
    if audience is not None:
        statement = statement.where(audience.where())
    if search:
        statement = statement.where(
            or_(
                DirectoryPerson.name.contains(search, autoescape=True),
                DirectoryPerson.employee_no.contains(search, autoescape=True),
            )
        )
    return paginate(
        session, statement, keys=[DirectoryPerson.employee_no, DirectoryPerson.id], cursor=cursor, limit=limit
    )
