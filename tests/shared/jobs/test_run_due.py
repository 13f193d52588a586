"""Doing jobs in the calling thread: how they end, what is kept of it, what schedules add."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from shared.core.clock import FixedClock
from shared.core.text import N_
from shared.db.uow import Database
from shared.jobs import JobContext, JobRejected, JobStatus, Schedule, count_jobs, enqueue, list_jobs
from tests.shared.jobs.conftest import MakeRunner
from tests.shared.jobs.helpers import add_job, read_job


def _counts(database: Database) -> dict[JobStatus, int]:
    with database.read() as uow:
        return count_jobs(uow.session)


def test_a_job_is_done_once_and_its_result_is_kept(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    def double(context: JobContext) -> dict[str, Any]:
        return {"double": context.payload["n"] * 2, "at": context.clock.now(), "by": context.services["name"]}

    runner = make_runner({"count": double})
    runner.services["name"] = "pool"
    job_id = add_job(database, now, payload={"n": 21})
    assert runner.run_due() == 1
    assert runner.run_due() == 0
    job = read_job(database, job_id)
    assert job.result == {"double": 42, "at": "2026-09-21T02:00:00.000000Z", "by": "pool"}
    assert (job.status, job.attempts, job.finished_at, job.lease_token) == (JobStatus.DONE, 1, now, None)


def test_a_failing_job_waits_longer_each_time_and_ends_failed_with_a_safe_message(
    database: Database, clock: FixedClock, make_runner: MakeRunner
) -> None:
    def fall_over(context: JobContext) -> None:
        raise ValueError("salary of 陈伟 is 12000")

    runner = make_runner({"count": fall_over})
    job_id = add_job(database, clock.now(), max_attempts=3)
    waits = []
    for _ in range(2):
        assert runner.run_due() == 1
        assert runner.run_due() == 0
        wait = read_job(database, job_id).run_at - clock.now()
        waits.append(wait.total_seconds())
        clock.advance(wait)
    assert runner.run_due() == 1
    assert waits == [10, 20]
    clock.advance(timedelta(days=1))
    assert runner.run_due() == 0
    job = read_job(database, job_id)
    assert (job.status, job.attempts, job.error_code) == (JobStatus.FAILED, 3, "ValueError")
    assert job.error == "The work stopped on an unexpected error"


def test_a_job_that_succeeds_at_last_keeps_no_error(
    database: Database, clock: FixedClock, make_runner: MakeRunner
) -> None:
    def second_time(context: JobContext) -> None:
        if context.attempt == 1:
            raise OSError("busy")

    runner = make_runner({"count": second_time})
    job_id = add_job(database, clock.now())
    runner.run_due()
    assert read_job(database, job_id).error_code == "OSError"
    clock.advance(timedelta(seconds=10))
    runner.run_due()
    job = read_job(database, job_id)
    assert (job.status, job.error, job.error_code) == (JobStatus.DONE, None, None)


def test_a_rejected_job_is_not_tried_again(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    def reject(context: JobContext) -> None:
        raise JobRejected(N_("The file is gone"))

    job_id = add_job(database, now)
    make_runner({"count": reject}).run_due()
    job = read_job(database, job_id)
    assert (job.status, job.attempts, job.error) == (JobStatus.FAILED, 1, "The file is gone")


def test_a_result_that_cannot_be_stored_fails_the_job(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    job_id = add_job(database, now, max_attempts=1)
    make_runner({"count": lambda context: {"it": object()}}).run_due()
    assert read_job(database, job_id).error_code == "TypeError"


def test_nothing_of_the_payload_or_of_an_exceptions_text_is_logged(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    def fall_over(context: JobContext) -> None:
        raise ValueError("陈伟")

    runner = make_runner({"count": fall_over, "fine": lambda context: {"who": "陈伟"}})
    add_job(database, now, payload={"who": "陈伟"})
    add_job(database, now, "fine", payload={"who": "陈伟"})
    with structlog.testing.capture_logs() as logs:
        runner.run_due()
    assert sorted(entry["event"] for entry in logs) == ["job_attempt_failed", "job_done"]
    assert all({"kind", "job_id", "attempt", "seconds"} <= entry.keys() for entry in logs)
    assert "陈伟" not in repr(logs)
    failed = next(entry for entry in logs if entry["event"] == "job_attempt_failed")
    assert failed["error"] == "ValueError"
    assert failed["at"].startswith("test_run_due.py:")


def test_progress_is_seen_from_outside_while_the_job_runs(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    seen = []

    def count(context: JobContext) -> None:
        context.progress(3, 10)
        seen.append(read_job(context.database, context.job_id))
        context.progress(10, 10)
        seen.append(read_job(context.database, context.job_id))

    job_id = add_job(database, now)
    make_runner({"count": count}).run_due()
    assert [(job.status, job.progress_done, job.progress_total) for job in seen] == [
        (JobStatus.RUNNING, 3, 10),
        (JobStatus.RUNNING, 10, 10),
    ]
    assert read_job(database, job_id).progress_done == 10


def test_progress_extends_the_lease(database: Database, clock: FixedClock, make_runner: MakeRunner) -> None:
    def count(context: JobContext) -> None:
        clock.advance(timedelta(seconds=50))
        context.progress(1)

    leases = []
    runner = make_runner({"count": lambda context: (count(context), leases.append(_lease(context)))[0]})
    add_job(database, clock.now())
    runner.run_due()
    assert leases == [clock.now() + runner.lease]


def _lease(context: JobContext) -> datetime | None:
    return read_job(context.database, context.job_id).lease_until


def test_progress_tells_a_worker_that_its_job_is_somebody_elses_by_now(
    database: Database, clock: FixedClock, make_runner: MakeRunner
) -> None:
    went_on = []

    def slow(context: JobContext) -> dict[str, Any]:
        if context.attempt == 1:
            clock.advance(runner.lease)
            assert other.run_due() == 1
            context.progress(1)
            went_on.append("the first attempt")
        return {"attempt": context.attempt}

    runner, other = make_runner({"count": slow}), make_runner({"count": slow})
    job_id = add_job(database, clock.now())
    runner.run_due()
    job = read_job(database, job_id)
    assert went_on == []
    assert (job.status, job.attempts, job.result) == (JobStatus.DONE, 2, {"attempt": 2})


def test_a_long_job_that_reports_nothing_keeps_its_lease(
    database: Database, clock: FixedClock, make_runner: MakeRunner
) -> None:
    kept = threading.Event()

    def silent(context: JobContext) -> None:
        began = _lease(context)
        clock.advance(timedelta(milliseconds=100))
        for _ in range(200):
            if _lease(context) != began:
                kept.set()
                return
            kept.wait(0.02)

    add_job(database, clock.now())
    make_runner({"count": silent}, lease=timedelta(milliseconds=300)).run_due()
    assert kept.is_set()


def test_a_job_that_a_job_asks_for_is_done_in_the_same_run(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    def first(context: JobContext) -> None:
        with context.database.write() as uow:
            enqueue(uow, "second", {}, now=context.clock.now(), created_by=context.created_by)

    runner = make_runner({"count": first, "second": lambda context: None})
    add_job(database, now)
    assert runner.run_due() == 2
    assert _counts(database)[JobStatus.DONE] == 2


def test_keeping_the_books_of_a_job_does_not_wake_the_followers_of_the_log(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    add_job(database, now)
    woken: list[str] = []
    database.on_commit = lambda: woken.append("woken")
    make_runner({"count": lambda context: context.progress(1, 2)}).run_due()
    assert _counts(database)[JobStatus.DONE] == 1
    assert woken == []


def test_only_the_services_asked_for_are_served(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    runner = make_runner({"count": lambda context: None})
    add_job(database, now)
    assert runner.run_due("people") == 0
    assert runner.run_due("training") == 1


def test_a_schedule_that_two_runners_meet_makes_one_job(
    database: Database, database_url: str, clock: FixedClock, make_runner: MakeRunner
) -> None:
    elsewhere = Database(database_url)
    ran: list[Any] = []
    hourly = Schedule("remind", minute="0", payload={"days": 3})
    handlers = {"remind": lambda context: ran.append(context.payload)}
    one, two = make_runner(handlers, hourly), make_runner(handlers, hourly, on=elsewhere)
    assert [one.run_due(), two.run_due(), one.run_due()] == [1, 0, 0]
    clock.advance(timedelta(minutes=1))
    assert [one.run_due(), two.run_due()] == [0, 0]
    clock.advance(timedelta(minutes=59))
    assert [two.run_due(), one.run_due()] == [1, 0]
    assert ran == [{"days": 3}, {"days": 3}]
    with database.read() as uow:
        keys = [job.key for job in list_jobs(uow.session).items]
    assert keys == ["remind@2026-09-21T03:00Z", "remind@2026-09-21T02:00Z"]
    elsewhere.dispose()


@pytest.mark.parametrize("kinds", [["unknown"], ["remind", "remind"]])
def test_a_schedule_that_cannot_be_kept_is_refused_at_once(kinds: list[str], make_runner: MakeRunner) -> None:
    with pytest.raises(ValueError, match="schedules"):
        make_runner({"remind": lambda context: None}, *[Schedule(kind) for kind in kinds])
