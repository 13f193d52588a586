"""Reading where one person, or everybody below a manager, stands now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.eligibility.decisions.queries import read_facts, read_many
from services.eligibility.impediments.queries import known_now
from services.eligibility.policies.rules import UNDER_REVIEW, Policy
from services.eligibility.sight.rules import Sight, show_codes
from services.eligibility.standing.rules import Standing, stand
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, list_subtree_ids

_CHUNK = 5_000


@dataclass(frozen=True)
class Member:
    """Somebody in a team; `state` is held, ineligible, notice (will be held at the cutoff) or eligible."""

    person: DirectoryPerson
    standing: Standing
    state: str
    under_review: bool


def get_standing(session: Session, person_id: UUID, policy: Policy, now: datetime) -> Standing:
    """Return where one person stands."""
    known_at = known_now(session)
    return stand(policy, read_facts(session, person_id, policy, known_at), now, known_at)


def list_team(session: Session, manager_id: UUID, policy: Policy, now: datetime) -> list[Member]:
    """Return everybody below a manager who has not left: those held first, then those about to be."""
    people = _people(session, list_subtree_ids(session, manager_id), now)
    known_at = known_now(session)
    facts = read_many(session, [one.id for one in people], policy, known_at)
    members = [
        _member(person, stand(policy, own, now, known_at), policy)
        for person, own in zip(people, facts, strict=True)
    ]
    order = {"ineligible": 0, "held": 1, "notice": 2, "eligible": 3}
    return sorted(members, key=lambda one: (order[one.state], one.person.employee_no))


def _member(person: DirectoryPerson, standing: Standing, policy: Policy) -> Member:
    state = standing.decision.outcome.value
    if state == "eligible" and standing.coming:
        state = "notice"
    codes = show_codes(policy, standing.decision.mask, Sight.OWN)
    return Member(person, standing, state, UNDER_REVIEW in codes)


def _people(session: Session, ids: list[UUID], now: datetime) -> list[DirectoryPerson]:
    today = local_date(now)
    found: list[DirectoryPerson] = []
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        found += session.scalars(select(DirectoryPerson).where(DirectoryPerson.id.in_(chunk)))
    return [one for one in found if one.is_here_on(today)]
