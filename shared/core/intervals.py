"""Arithmetic on intervals of time: what an impediment is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Interval:
    """`start` is inside, `end` is outside; an `end` of None means it goes on.

    Raises ValueError when it would be empty or when an instant is naive.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or (self.end is not None and self.end.tzinfo is None):
            raise ValueError("an interval needs aware instants")
        if self.end is not None and self.end <= self.start:
            raise ValueError("an interval ends after it begins")

    def covers(self, instant: datetime) -> bool:
        """Say whether `instant` lies inside."""
        return self.start <= instant and (self.end is None or instant < self.end)

    def overlaps(self, other: "Interval") -> bool:
        """Say whether the two share an instant."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def intersect(self, other: "Interval") -> "Interval | None":
        """Return what both cover, or None."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Interval(max(self.start, other.start), min(ends) if ends else None)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same instants as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for interval in sorted(intervals, key=lambda one: one.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < interval.start):
            merged.append(interval)
        elif last.end is not None and (interval.end is None or interval.end > last.end):
            merged[-1] = Interval(last.start, interval.end)
    return merged


def intersect(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the instants that both sets cover."""
    others = list(second)
    found = (one.intersect(other) for one in first for other in others)
    return union(interval for interval in found if interval is not None)


def subtract(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the instants of `first` that `second` does not cover."""
    remaining = union(first)
    for hole in union(second):
        remaining = [piece for interval in remaining for piece in _without(interval, hole)]
    return remaining


def covers(intervals: Iterable[Interval], instant: datetime) -> bool:
    """Say whether any of them covers `instant`."""
    return any(interval.covers(instant) for interval in intervals)


def clip(intervals: Iterable[Interval], window: Interval) -> list[Interval]:
    """Return the parts that lie inside `window`."""
    return intersect(intervals, [window])


def _without(interval: Interval, hole: Interval) -> list[Interval]:
    if not interval.overlaps(hole):
        return [interval]
    pieces = []
    if interval.start < hole.start:
        pieces.append(Interval(interval.start, hole.start))
    if hole.end is not None and (interval.end is None or hole.end < interval.end):
        pieces.append(Interval(hole.end, interval.end))
    return pieces
