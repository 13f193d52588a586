"""A worker in a process of its own that is killed, or asked to end, in the middle of a job."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from shared.db.uow import Database
from shared.jobs import JobStatus
from tests.shared.jobs import worker_process
from tests.shared.jobs.helpers import add_job, read_job, wait_until

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(database: Database, tmp_path: Path) -> Iterator[StartWorker]:
    started = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", worker_process.__name__, database.url, str(tmp_path)]
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def _add(database: Database, folder: Path, seconds: float) -> UUID:
    payload = {"folder": str(folder), "seconds": seconds}
    return add_job(database, datetime.now(UTC), "file.write", payload=payload)


def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing(
    database: Database, tmp_path: Path, start_worker: StartWorker
) -> None:
    job_id = _add(database, tmp_path, seconds=60)
    killed = start_worker()
    wait_until(lambda: read_job(database, job_id).progress_done == 1)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    left = read_job(database, job_id)
    assert (left.status, left.attempts) == (JobStatus.RUNNING, 1)

    another = worker_process.make(database.url, tmp_path)
    assert another.run_due() == 0
    start_worker()
    wait_until(lambda: read_job(database, job_id).status is JobStatus.DONE)
    job = read_job(database, job_id)
    assert job.finished_at is not None
    assert left.lease_until is not None
    assert job.finished_at >= left.lease_until
    assert (job.attempts, job.result) == (2, {"attempt": 2})
    assert (tmp_path / "file").read_text() == "whole"
    assert another.run_due() == 0
    assert not (tmp_path / "begun-3").exists()


def test_a_worker_asked_to_end_finishes_the_job_at_hand_and_takes_no_other(
    database: Database, tmp_path: Path, start_worker: StartWorker
) -> None:
    at_hand = _add(database, tmp_path, seconds=1)
    worker = start_worker()
    wait_until(lambda: read_job(database, at_hand).progress_done == 1)
    next_one = _add(database, tmp_path, seconds=0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert read_job(database, at_hand).status is JobStatus.DONE
    assert read_job(database, at_hand).attempts == 1
    assert read_job(database, next_one).status is JobStatus.QUEUED
