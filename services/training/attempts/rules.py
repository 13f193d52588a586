"""What an attempt may become, and in which order its parts are gone through. Pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from uuid import UUID

from services.training.parts.rules import SELF_PACED, Part, blocking_part
from services.training.standing.rules import assignment_url
from shared.core.errors import Conflict, IllegalTransition
from shared.core.text import N_


class AttemptStatus(StrEnum):
    """Where an attempt stands; one that its assignment ended without stays launched and leads nowhere.

    `failed` is what goes at a course's questions were before they were sittings of their own.
    """

    LAUNCHED = "launched"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"


STATUS_WORDS = {
    AttemptStatus.LAUNCHED: N_("Under way"),
    AttemptStatus.COMPLETED: N_("Completed"),
    AttemptStatus.PASSED: N_("Passed"),
    AttemptStatus.FAILED: N_("Not passed"),
}


# Every part of it is met.
DONE = (AttemptStatus.COMPLETED, AttemptStatus.PASSED)


class AttemptStep(StrEnum):
    """What may happen to it: a step in a part; all parts met, with questions or without; one not met after all."""

    PROGRESS = "progress"
    COMPLETE = "complete"
    PASS = "pass"  # noqa: S105 - a step, not a secret
    REOPEN = "reopen"


STEP_WORDS = {
    AttemptStep.PROGRESS: N_("go on"),
    AttemptStep.COMPLETE: N_("complete"),
    AttemptStep.PASS: N_("complete"),
    AttemptStep.REOPEN: N_("take back"),
}


def next_status(status: AttemptStatus, step: AttemptStep) -> AttemptStatus:
    """Return the status after `step`: what has ended is not gone on with, so nothing can be replayed."""
    match (status, step):
        case (AttemptStatus.LAUNCHED, AttemptStep.PROGRESS):
            return AttemptStatus.LAUNCHED
        case (AttemptStatus.LAUNCHED, AttemptStep.COMPLETE):
            return AttemptStatus.COMPLETED
        case (AttemptStatus.LAUNCHED, AttemptStep.PASS):
            return AttemptStatus.PASSED
        case (AttemptStatus.COMPLETED | AttemptStatus.PASSED, AttemptStep.REOPEN):
            return AttemptStatus.LAUNCHED
        case _:
            raise IllegalTransition(N_("The attempt"), STATUS_WORDS[status], STEP_WORDS[step])


def outcome_of(scores: Collection[int | None]) -> tuple[AttemptStep, int | None]:
    """Return what all parts met do to an attempt, and its score: the lowest of those there are."""
    asked = [one for one in scores if one is not None]
    return (AttemptStep.PASS, min(asked)) if asked else (AttemptStep.COMPLETE, None)


def part_url(assignment_id: UUID, part_id: str) -> str:
    """Return the address of a part of one's own assignment."""
    return f"{assignment_url(assignment_id)}/parts/{part_id}"


def next_part(parts: Sequence[Part], met: Collection[str]) -> Part | None:
    """Return what is to be done next here; None when the rest, if any, happens elsewhere."""
    return next((one for one in parts if one.kind in SELF_PACED and one.id not in met), None)


def check_reached(parts: Sequence[Part], met: Collection[str], part: Part) -> None:
    """Raise Conflict while something before the part is to be done first."""
    before = blocking_part(parts, met, part)
    if before is not None:
        raise Conflict(N_("Please finish “%(part)s” first", part=before.title))


def pages_after(pages: int, number: int, total: int) -> int:
    """Return how many pages count as shown when page `number` is turned; raise Conflict for one not reached."""
    if not 1 <= number <= min(pages + 1, total):
        raise Conflict(N_("Please read the pages in their order"))
    return max(pages, number)
