"""Deciding about one person, or about a few, from the database."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.eligibility.decisions.rules import Decision, Facts, decide
from services.eligibility.impediments import queries as impediments
from services.eligibility.impediments.rules import KnownAt
from services.eligibility.policies.rules import EVERYBODY, Policy
from shared.core.periods import Period


def read_facts(session: Session, person_id: UUID, policy: Policy, known_at: KnownAt) -> Facts:
    """Return what was known of a person: two indexed queries, and one more when the policy has audiences."""
    return next(iter(read_many(session, [person_id], policy, known_at)))


def read_many(
    session: Session, person_ids: Collection[UUID], policy: Policy, known_at: KnownAt
) -> list[Facts]:
    """Return the same for a few people, in the same number of queries."""
    facts = impediments.list_facts(session, person_ids, known_at)
    coverage = impediments.list_coverage(session, person_ids, known_at)
    people = {}
    if has_audiences(policy):
        people = impediments.list_person_facts(session, person_ids, known_at)
    return [
        Facts(
            one,
            tuple(facts.get(one, ())),
            tuple(coverage.get(one, ())),
            (people[one],) if one in people else (),
        )
        for one in person_ids
    ]


def decide_one(
    session: Session,
    person_id: UUID,
    policy: Policy,
    period: Period,
    cutoff: datetime,
    known_at: KnownAt,
) -> Decision:
    """Return the decision about one person: with the arguments of an earlier one, the same bytes."""
    return decide(policy, read_facts(session, person_id, policy, known_at), period, cutoff, known_at)


def has_audiences(policy: Policy) -> bool:
    """Say whether any rule is about some people only."""
    return any(rule.audience != EVERYBODY for rule in policy.rules)
