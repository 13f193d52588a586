"""The one definition of what a policy means for a person's facts.

`window_of` turns a rule's test, grace, period and cutoff into plain bounds. `decide` applies them to values here;
bulk/queries.py writes the same bounds into SQL. A differential test holds the two equal.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from services.eligibility.impediments.rules import (
    NOTHING,
    CoverageFact,
    Fact,
    KnownAt,
    PersonFact,
    is_known,
)
from services.eligibility.policies.rules import (
    EVERYBODY,
    UNKNOWN,
    UNKNOWN_BIT,
    Effect,
    Outcome,
    Policy,
    Rule,
    When,
    outcome_of,
)
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict
from shared.core.periods import Period
from shared.core.text import N_
from shared.core.zones import local_date, start_of_day
from shared.directory import Audience, DirectoryPerson

_INSTANT = timedelta(microseconds=1)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2110, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    """All that was ever known of one person; `decide` takes from it what was known at the positions asked for."""

    person_id: UUID
    impediments: tuple[Fact, ...] = ()
    coverage: tuple[CoverageFact, ...] = ()
    person: tuple[PersonFact, ...] = ()


@dataclass(frozen=True)
class Window:
    """An impediment matches when it began by `starts_by`, had not ended at `ends_after`, and lasted longer than
    `longer_than_us` microseconds (zero asks for nothing)."""

    starts_by: datetime
    ends_after: datetime
    longer_than_us: int = 0


@dataclass(frozen=True)
class Reason:
    """Why: a code with the facts it rests on, or (for UNKNOWN) the “source/kind” that nobody reported on."""

    code: str
    effect: Effect
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What was decided about a person, and everything needed to decide it again."""

    person_id: UUID
    period: str
    cutoff: datetime
    known_at: Mapping[str, int]
    policy_digest: str
    outcome: Outcome
    mask: int
    notices: int
    reasons: tuple[Reason, ...]

    def to_bytes(self) -> bytes:
        """Return the canonical form: the same for ever, also after the facts have been replaced by newer ones."""
        return canonical_json(
            {
                "person_id": self.person_id,
                "period": self.period,
                "cutoff": self.cutoff,
                "known_at": dict(self.known_at),
                "policy_digest": self.policy_digest,
                "outcome": self.outcome,
                "mask": str(self.mask),
                "notices": str(self.notices),
                "reasons": [_reason_plain(one) for one in self.reasons],
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form, in hex."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def last_instant(period: Period) -> datetime:
    """Return the last instant that belongs to a period: the cutoff where none is chosen."""
    return period.end - _INSTANT


def check_cutoff(cutoff: datetime, period: Period | None = None) -> datetime:
    """Return the cutoff; raise Conflict when it lies before the period, or outside of 2000 to 2109."""
    if not EARLIEST <= cutoff < LATEST:
        raise Conflict(N_("The moment is too far away"))
    if period is not None and cutoff < period.start:
        raise Conflict(N_("The cutoff lies before the period %(period)s", period=period.code))
    return cutoff


def quarter_of(moment: datetime) -> Period:
    """Return the quarter in which a moment falls for the company."""
    day = local_date(moment)
    return Period.parse(f"{day.year}-Q{(day.month + 2) // 3}")


def window_of(rule: Rule, period: Period, cutoff: datetime) -> Window | None:
    """Return the bounds of a rule, or None when nothing can match it.

    Nothing after the cutoff counts. An impediment begins when its days of grace are over; if it ends before, it
    never was one.
    """
    grace = timedelta(days=rule.grace_days)
    if rule.test is When.AT_CUTOFF:
        return Window(cutoff - grace, cutoff)
    first = period.start
    if rule.test is When.WITHIN_MONTHS_BEFORE_END:
        first = start_of_day(_months_before(period.next_day, rule.months))
    last = min(cutoff, last_instant(period))
    if last < first:
        return None
    return Window(last - grace, first, grace // _INSTANT)


def matches(rule: Rule, window: Window | None, fact: Fact, person: PersonFact | None) -> bool:
    """Say whether a known impediment of a person is one that the rule is about."""
    return (
        window is not None
        and (fact.source, fact.kind) == (rule.source, rule.kind)
        and fact.valid_from <= window.starts_by
        and (fact.valid_until is None or _lasts(fact.valid_from, fact.valid_until, window))
        and (not rule.severities or fact.severity in rule.severities)
        and (not rule.tags or not set(rule.tags).isdisjoint(fact.tags))
        and _is_large_enough(rule, fact)
        and is_selected(rule.audience, person)
    )


def is_selected(audience: Audience, person: PersonFact | None) -> bool:
    """Say whether an audience selects a person; somebody who is not known only by one that selects everybody."""
    if audience == EVERYBODY:
        return True
    # An audience asks only for the columns that a PersonFact has under the same names.
    return person is not None and audience.selects(cast(DirectoryPerson, person))


def decide(policy: Policy, facts: Facts, period: Period, cutoff: datetime, known_at: KnownAt) -> Decision:
    """Return what the policy says about a person, as of `cutoff` and as known at `known_at`. Fails closed."""
    known = [one for one in facts.impediments if is_known(one, known_at.get(one.source, NOTHING))]
    people = [one for one in facts.person if is_known(one, known_at.get("people", NOTHING))]
    person = people[-1] if people else None
    reasons: list[Reason] = []
    masks = {Effect.HOLD: 0, Effect.FORFEIT: 0, Effect.NOTICE: 0}
    for (effect, code), bit in policy.bits.items():
        rules = [
            (rule, window_of(rule, period, cutoff))
            for rule in policy.rules
            if (rule.effect, rule.code) == (effect, code)
        ]
        found = [fact for fact in known if any(matches(rule, window, fact, person) for rule, window in rules)]
        if found:
            masks[effect] |= bit
            reasons.append(Reason(code, effect, tuple(sorted(found, key=_identity))))
    missing = missing_coverage(policy, facts.coverage, person, cutoff, known_at)
    if missing:
        masks[Effect.HOLD] |= UNKNOWN_BIT
        reasons.append(Reason(UNKNOWN, Effect.HOLD, missing=missing))
    mask = masks[Effect.HOLD] | masks[Effect.FORFEIT]
    return Decision(
        person_id=facts.person_id, period=period.code, cutoff=cutoff, known_at=dict(known_at),
        policy_digest=policy.digest, outcome=outcome_of(mask), mask=mask, notices=masks[Effect.NOTICE],
        reasons=tuple(reasons),
    )  # fmt: skip


def missing_coverage(
    policy: Policy,
    coverage: Iterable[CoverageFact],
    person: PersonFact | None,
    cutoff: datetime,
    known_at: KnownAt,
) -> tuple[str, ...]:
    """Return the “source/kind” that a rule requires for this person and of which no report is known."""
    covered = {
        (one.source, kind)
        for one in coverage
        if is_known(one, known_at.get(one.source, NOTHING)) and one.valid_from <= cutoff
        for kind in one.kinds
    }
    required = (rule for rule in policy.required if is_selected(rule.audience, person))
    return tuple(
        sorted({f"{rule.source}/{rule.kind}" for rule in required if (rule.source, rule.kind) not in covered})
    )


def _lasts(valid_from: datetime, valid_until: datetime, window: Window) -> bool:
    long_enough = (valid_until - valid_from) // _INSTANT > window.longer_than_us
    return valid_until > window.ends_after and long_enough


def _is_large_enough(rule: Rule, fact: Fact) -> bool:
    if rule.min_amount_minor is None:
        return True
    return (
        fact.amount_minor is not None
        and fact.amount_minor >= rule.min_amount_minor
        and fact.currency == rule.currency
    )


def _identity(fact: Fact) -> tuple[str, int, int]:
    return fact.source, fact.known_from, fact.ordinal


def _months_before(day: date, months: int) -> date:
    """Return the first of a month, `months` earlier: periods end at the turn of a month."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _reason_plain(reason: Reason) -> dict[str, Any]:
    # `known_to` is left out: it is set when the fact is replaced, and the decision stays what it was.
    return {
        "code": reason.code,
        "effect": reason.effect,
        "missing": list(reason.missing),
        "facts": [
            {
                "source": one.source,
                "position": one.known_from,
                "ordinal": one.ordinal,
                "kind": one.kind,
                "reference": one.reference,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
            }
            for one in reason.facts
        ],
    }
