"""How a job may move, and when it is tried again; no database."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_
from shared.jobs import JobRejected, JobStatus
from shared.jobs.errors import describe
from shared.jobs.rules import Step, after_failure, after_lapse, backoff, next_status

NOW = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)
LEGAL = {
    (JobStatus.QUEUED, Step.TAKE): JobStatus.RUNNING,
    (JobStatus.RUNNING, Step.FINISH): JobStatus.DONE,
    (JobStatus.RUNNING, Step.RETRY): JobStatus.QUEUED,
    (JobStatus.RUNNING, Step.LAPSE): JobStatus.QUEUED,
    (JobStatus.RUNNING, Step.FAIL): JobStatus.FAILED,
}


@pytest.mark.parametrize("status", JobStatus)
@pytest.mark.parametrize("step", Step)
def test_a_job_moves_only_as_the_table_lists(status: JobStatus, step: Step) -> None:
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
    else:
        with pytest.raises(IllegalTransition):
            next_status(status, step)


def test_the_wait_doubles_from_ten_seconds_up_to_an_hour() -> None:
    waits = [backoff(attempt).total_seconds() for attempt in (1, 2, 3, 9, 10, 5000)]
    assert waits == [10, 20, 40, 2560, 3600, 3600]


def test_a_failure_is_tried_again_until_the_attempts_are_used_up() -> None:
    assert after_failure(1, 2, now=NOW).run_at == NOW + timedelta(seconds=10)
    assert after_failure(2, 2, now=NOW).status is JobStatus.FAILED


def test_a_permanent_failure_is_not_tried_again() -> None:
    assert after_failure(1, 5, now=NOW, permanent=True).status is JobStatus.FAILED


def test_a_job_that_lost_every_worker_it_may_have_is_failed() -> None:
    assert after_lapse(4, 5) is JobStatus.QUEUED
    assert after_lapse(5, 5) is JobStatus.FAILED


def test_nothing_of_an_exceptions_own_text_is_kept() -> None:
    for error in (ValueError("陈伟"), InvalidInput(N_("%(name)s is not known", name="陈伟"))):
        assert "陈伟" not in "".join(describe(error)[:2])
    assert describe(ValueError("陈伟")).code == "ValueError"
    assert describe(InvalidInput(N_("no"))).code == "invalid-input"


def test_a_rejection_is_kept_as_it_was_written_and_is_permanent() -> None:
    safe = describe(JobRejected(N_("Row %(row)s has no number", row=3)))
    assert safe == ("Row 3 has no number", "job-rejected", True)
