"""How a job may move, and when it is tried again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.core.errors import IllegalTransition

_FIRST_DELAY = timedelta(seconds=10)
_LONGEST_DELAY = timedelta(hours=1)


class JobStatus(StrEnum):
    """Where a job stands; `done` and `failed` are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Step(StrEnum):
    """What can happen to a job."""

    TAKE = "take"
    FINISH = "finish"
    RETRY = "retry"
    LAPSE = "lapse"
    FAIL = "fail"


def next_status(status: JobStatus, step: Step) -> JobStatus:
    """Return the status after `step`; raise IllegalTransition for every move that is not listed."""
    match (status, step):
        case (JobStatus.QUEUED, Step.TAKE):
            return JobStatus.RUNNING
        case (JobStatus.RUNNING, Step.FINISH):
            return JobStatus.DONE
        case (JobStatus.RUNNING, Step.RETRY | Step.LAPSE):
            return JobStatus.QUEUED
        case (JobStatus.RUNNING, Step.FAIL):
            return JobStatus.FAILED
        case _:
            raise IllegalTransition("job", status, step)


@dataclass(frozen=True)
class Failure:
    """What becomes of a job whose attempt failed; `run_at` is None when it is not tried again."""

    status: JobStatus
    run_at: datetime | None


def after_failure(attempts: int, max_attempts: int, *, now: datetime, permanent: bool = False) -> Failure:
    """Say what follows the failure of the `attempts`-th attempt (counted from 1)."""
    if permanent or attempts >= max_attempts:
        return Failure(next_status(JobStatus.RUNNING, Step.FAIL), None)
    return Failure(next_status(JobStatus.RUNNING, Step.RETRY), now + backoff(attempts))


def after_lapse(attempts: int, max_attempts: int) -> JobStatus:
    """Say what follows when the lease ran out: another try, unless this job has lost all its workers."""
    step = Step.FAIL if attempts >= max_attempts else Step.LAPSE
    return next_status(JobStatus.RUNNING, step)


def backoff(attempts: int) -> timedelta:
    """Return the wait after the `attempts`-th failure: 10 s, 20 s, 40 s … up to an hour."""
    return min(_FIRST_DELAY * (1 << min(attempts - 1, 20)), _LONGEST_DELAY)
