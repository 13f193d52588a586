"""From contracts and receivables to impediments: when they hold, on whom, worked out and nothing else.

Days are days of the company's calendar. An approval counts from its instant; money counts from the beginning
of the day on which it came in, as a debt is overdue only when its due day is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from shared.core.intervals import Interval, subtract, union
from shared.core.zones import end_of_day, start_of_day

CONTRACT_UNAPPROVED = "contract_unapproved"
RECEIVABLE_OVERDUE = "receivable_overdue"
KINDS = (CONTRACT_UNAPPROVED, RECEIVABLE_OVERDUE)
# A receivable impedes its collector once it is this many days past due; a pay policy may add days of grace.
OVERDUE_AFTER = {RECEIVABLE_OVERDUE: timedelta(days=60)}


@dataclass(frozen=True)
class Ownership:
    """Collection is this person's task from `since` until the next ownership begins."""

    person_id: UUID
    since: datetime


def unapproved_intervals(
    effective_on: date | None, approved: Iterable[Interval], ended_at: datetime | None
) -> list[Interval]:
    """Return when a contract was in effect without approval: from its effective day, less the approved spans.

    Known ahead: without an approval it has no end, even when the effective date is still to come. A contract
    that was ended (`ended_at`) is in effect no longer.
    """
    if effective_on is None:
        return []
    start = start_of_day(effective_on)
    if ended_at is not None and ended_at <= start:
        return []
    return subtract([Interval(start, ended_at)], approved)


def overdue_interval(due_on: date, settled_on: date | None) -> Interval | None:
    """Return when a receivable was overdue beyond the policy's days, or None when it never was.

    `settled_on` is the day on which the last of it came in or it was written off; None while it is owed.
    """
    start = end_of_day(due_on) + OVERDUE_AFTER[RECEIVABLE_OVERDUE]
    end = start_of_day(settled_on) if settled_on is not None else None
    if end is not None and end <= start:
        return None
    return Interval(start, end)


def split_by_owner(
    interval: Interval | None, ownerships: Sequence[Ownership]
) -> dict[UUID, tuple[Interval, ...]]:
    """Return each owner's part of `interval`; together the parts are the interval, without gap or overlap.

    Everybody who ever owned it is there, with no parts if none is theirs. There is a collection owner at
    every moment, so the first one is taken to have been it before as well.
    """
    history = sorted(ownerships, key=lambda one: one.since)
    parts: dict[UUID, list[Interval]] = {one.person_id: [] for one in history}
    if interval is not None:
        for index, (one, following) in enumerate(pairwise([*history, None])):
            assert one is not None
            start = interval.start if index == 0 else max(one.since, interval.start)
            end = _earlier(interval.end, following.since if following else None)
            if end is None or end > start:
                parts[one.person_id].append(Interval(start, end))
    return {person_id: tuple(union(mine)) for person_id, mine in parts.items()}


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    ends = [end for end in (first, second) if end is not None]
    return min(ends) if ends else None
