"""What counts as watched. Pure; all in whole seconds of the video."""

from collections.abc import Sequence

Stretch = tuple[int, int]
# Reports come a little early or late: so much time that was not used up is carried over to the next one.
SPARE_MS = 3_000
# What nobody needs to have seen: the last black frames.
TAIL = 2


def add_stretch(watched: Sequence[Sequence[int]], start: int, end: int, length: int) -> list[Stretch]:
    """Return the stretches `[start, end)` that were seen, in order and without overlap, with one more."""
    start, end = max(start, 0), min(end, length)
    found = sorted([*((one[0], one[1]) for one in watched), *([(start, end)] if start < end else [])])
    merged: list[Stretch] = []
    for first, last in found:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def believed(start: int, end: int, passed_ms: int, spare_ms: int) -> tuple[int, int]:
    """Return up to where a stretch from `start` can have been seen, and the spare time that is left.

    `passed_ms` is the time since the last report, `spare_ms` what earlier ones left over.
    """
    allowed_ms = max(passed_ms, 0) + spare_ms
    granted = max(0, min(end - start, allowed_ms // 1_000))
    return start + granted, min(SPARE_MS, allowed_ms - granted * 1_000)


def seen(watched: Sequence[Sequence[int]]) -> int:
    """Return how many seconds were seen."""
    return sum(one[1] - one[0] for one in watched)


def first_gap(watched: Sequence[Sequence[int]]) -> int:
    """Return the first second that was not seen."""
    return watched[0][1] if watched and watched[0][0] == 0 else 0


def resume_at(position: int, watched: Sequence[Sequence[int]], length: int) -> int:
    """Return where to go on: where one stopped or, from the end, at the first moment that was not seen."""
    gap = first_gap(watched)
    return gap if position >= length - TAIL or position < gap else position


def is_watched(watched: Sequence[Sequence[int]], length: int) -> bool:
    """Say whether it was seen to the end: all of it, but for its last moments."""
    return length > 0 and first_gap(watched) >= length - min(TAIL, length // 10)
