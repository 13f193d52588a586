"""From a person's facts to what their page shows: pure.

Confidential causes and missing reports are decided as of now and never looked ahead: what will be tomorrow could
tell one from the other. Only open causes have a history and a future here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.eligibility.decisions.rules import Decision, Facts, decide, last_instant, quarter_of
from services.eligibility.impediments.rules import KINDS, Fact, Kind, KnownAt
from services.eligibility.policies.rules import UNKNOWN, Effect, Policy
from shared.core.intervals import Interval, clip, union

HISTORY = timedelta(days=365)


@dataclass(frozen=True)
class Coming:
    """An open cause that will hold the payment at the next cutoff if nothing happens."""

    code: str
    fact: Fact


@dataclass(frozen=True)
class Strip:
    """One kind over time: its intervals within the window, and where they are drawn (start and width, in %)."""

    kind: Kind
    intervals: tuple[Interval, ...]
    bars: tuple[tuple[float, float], ...]
    active: bool


@dataclass(frozen=True)
class Standing:
    """A person now; `next_cutoff` is the last instant of the current quarter."""

    decision: Decision
    next_cutoff: datetime
    coming: tuple[Coming, ...]
    window: Interval
    strips: tuple[Strip, ...]


def open_kinds(policy: Policy) -> list[Kind]:
    """Return the kinds that rules name and whose cause is not confidential, in the order of the rules."""
    secret = {(rule.source, rule.kind) for rule in policy.rules if rule.confidential}
    return [KINDS[pair] for pair in policy.kinds if pair not in secret]


def stand(policy: Policy, facts: Facts, now: datetime, known_at: KnownAt) -> Standing:
    """Return where somebody stands; `facts` are those known at `known_at`."""
    quarter = quarter_of(now)
    cutoff = last_instant(quarter)
    window = Interval(now - HISTORY, cutoff)
    decision = decide(policy, facts, quarter, now, known_at)
    return Standing(
        decision=decision,
        next_cutoff=cutoff,
        coming=tuple(_coming(policy, decision, decide(policy, facts, quarter, cutoff, known_at))),
        window=window,
        strips=tuple(_strip(kind, facts.impediments, window, now) for kind in open_kinds(policy)),
    )


def _coming(policy: Policy, now: Decision, later: Decision) -> Iterable[Coming]:
    secret = {rule.code for rule in policy.rules if rule.confidential} | {UNKNOWN}
    present = {(reason.code, fact) for reason in now.reasons for fact in reason.facts}
    for reason in later.reasons:
        if reason.effect is Effect.NOTICE or reason.code in secret:
            continue
        for fact in reason.facts:
            if (reason.code, fact) not in present:
                yield Coming(reason.code, fact)


def _strip(kind: Kind, facts: Sequence[Fact], window: Interval, now: datetime) -> Strip:
    own = [
        Interval(fact.valid_from, fact.valid_until)
        for fact in facts
        if (fact.source, fact.kind) == (kind.source, kind.code)
    ]
    shown = clip(union(own), window)
    return Strip(
        kind=kind,
        intervals=tuple(shown),
        bars=tuple(
            (_share(one.start, window), _share(one.end, window) - _share(one.start, window)) for one in shown
        ),
        active=any(one.covers(now) for one in own),
    )


def _share(moment: datetime | None, window: Interval) -> float:
    assert window.end is not None
    whole = (window.end - window.start).total_seconds()
    return round(100 * ((moment or window.end) - window.start).total_seconds() / whole, 3)
