"""Whose things a principal sees: all by role, their own and their subtree's otherwise.

The condition is part of every query: what somebody may not see is missing from lists, counts, searches and
exports alike, and asked for by id it is simply not found.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from shared.core.errors import NotFound
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, find_person

SEES_ALL_CONTRACTS = frozenset({Role.LEGAL, Role.FINANCE, Role.AUDITOR, Role.COMPLIANCE})
SEES_ALL_RECEIVABLES = frozenset({Role.LEGAL, Role.FINANCE, Role.AUDITOR})
DRAFTS_ALL_CONTRACTS = frozenset({Role.LEGAL})


@dataclass(frozen=True)
class Scope:
    """The people whose things are within reach."""

    everyone: bool
    person_id: UUID | None
    manages: bool

    def where(self, owner: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        """Return the condition that `owner` is one of them."""
        if self.everyone:
            return true()
        if self.person_id is None:
            return false()
        if not self.manages:
            return owner == self.person_id
        return or_(owner == self.person_id, owner.in_(_below(self.person_id)))


def scope_of(principal: Principal, everyone: frozenset[Role]) -> Scope:
    """Return the principal's scope, where the roles in `everyone` reach all."""
    return Scope(
        everyone=not everyone.isdisjoint(principal.roles),
        person_id=principal.person_id,
        manages=Role.MANAGER in principal.roles,
    )


def reaches(session: Session, scope: Scope, person_id: UUID) -> bool:
    """Say whether the person is on the roster and within the scope."""
    statement = select(DirectoryPerson.id).where(
        DirectoryPerson.id == person_id, scope.where(DirectoryPerson.id)
    )
    return session.scalar(statement) is not None


def get_active_person(session: Session, person_id: UUID, now: datetime) -> DirectoryPerson:
    """Return somebody who works here today; raise NotFound for anybody else."""
    person = find_person(session, person_id)
    if person is None or not person.is_here_on(local_date(now)):
        raise NotFound(N_("This person is not on the roster"))
    return person


def _below(manager_id: UUID) -> Select[UUID]:
    """Return a query of the ids below a manager; a list of a director's people would pass any limit."""
    below = (
        select(DirectoryPerson.id)
        .where(DirectoryPerson.manager_id == manager_id)
        .cte("below", recursive=True)
    )
    report = aliased(DirectoryPerson)
    # UNION, not UNION ALL: a circle of managers in bad data must not run for ever.
    below = below.union(select(report.id).join(below, report.manager_id == below.c.id))
    return select(below.c.id)
