"""What an attempt may become. Pure."""

from enum import StrEnum

from services.training.courses.rules import Grade
from shared.core.errors import Conflict, IllegalTransition
from shared.core.text import N_


class AttemptStatus(StrEnum):
    """Where an attempt stands; one that its assignment ended without stays launched and leads nowhere."""

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


class AttemptStep(StrEnum):
    """What may happen to it: nothing was asked and all was read; or the answers were enough; or not."""

    READ = "read"
    COMPLETE = "complete"
    PASS = "pass"  # noqa: S105 - a step, not a secret
    FAIL = "fail"


STEP_WORDS = {
    AttemptStep.READ: N_("read"),
    AttemptStep.COMPLETE: N_("hand in"),
    AttemptStep.PASS: N_("hand in"),
    AttemptStep.FAIL: N_("hand in"),
}


def next_status(status: AttemptStatus, step: AttemptStep) -> AttemptStatus:
    """Return the status after `step`: answers are taken once, so nothing can be submitted again."""
    match (status, step):
        case (AttemptStatus.LAUNCHED, AttemptStep.READ):
            return AttemptStatus.LAUNCHED
        case (AttemptStatus.LAUNCHED, AttemptStep.COMPLETE):
            return AttemptStatus.COMPLETED
        case (AttemptStatus.LAUNCHED, AttemptStep.PASS):
            return AttemptStatus.PASSED
        case (AttemptStatus.LAUNCHED, AttemptStep.FAIL):
            return AttemptStatus.FAILED
        case _:
            raise IllegalTransition(N_("The attempt"), STATUS_WORDS[status], STEP_WORDS[step])


def outcome_step(grade: Grade) -> AttemptStep:
    """Return what a grade does to an attempt."""
    if grade.score is None:
        return AttemptStep.COMPLETE
    return AttemptStep.PASS if grade.passed else AttemptStep.FAIL


def pages_after(pages_read: int, number: int, total: int) -> int:
    """Return how many pages count as read when page `number` is turned; raise Conflict for one not reached."""
    if not 1 <= number <= min(pages_read + 1, total):
        raise Conflict(N_("Please read the pages in their order"))
    return max(pages_read, number)


def check_all_read(pages_read: int, total: int) -> None:
    """Raise Conflict while there are pages that were not shown."""
    if pages_read < total:
        raise Conflict(N_("Please read all %(total)s pages first", total=total))
