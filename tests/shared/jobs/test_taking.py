"""Who has a job, and for how long."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from shared.core.clock import FixedClock
from shared.db.uow import Database
from shared.jobs import JobStatus, LeaseLost
from shared.jobs.commands import fail, finish, heartbeat, take
from shared.jobs.errors import SafeError
from tests.shared.jobs.helpers import add_job, read_job

LEASE = timedelta(minutes=1)
KINDS = ["count"]


def test_two_workers_never_get_one_job(database: Database, database_url: str, now: datetime) -> None:
    wanted = {add_job(database, now) for _ in range(40)}
    taken: Counter[UUID] = Counter()
    start = threading.Barrier(6)

    def work() -> None:
        mine = Database(database_url)
        start.wait()
        try:
            while claim := take(mine, KINDS, now=now, lease=LEASE):
                taken[claim.job_id] += 1
                finish(mine, claim, now=now, result=None)
        finally:
            mine.dispose()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A worker may look past a job that another is taking just then; nobody may get one twice.
    while claim := take(database, KINDS, now=now, lease=LEASE):
        taken[claim.job_id] += 1
    assert taken == dict.fromkeys(wanted, 1)


def test_many_who_want_the_same_job_leave_it_to_one(database: Database, now: datetime) -> None:
    for _ in range(10):
        job_id = add_job(database, now)
        start = threading.Barrier(4)
        got: list[bool] = []

        def want(job_id: UUID = job_id, start: threading.Barrier = start, got: list[bool] = got) -> None:
            start.wait()
            got.append(take(database, KINDS, now=now, lease=LEASE, job_id=job_id) is not None)

        threads = [threading.Thread(target=want) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == [False, False, False, True]


def test_a_job_is_taken_again_only_when_its_lease_has_run_out(database: Database, clock: FixedClock) -> None:
    add_job(database, clock.now())
    first = take(database, KINDS, now=clock.now(), lease=LEASE)
    clock.advance(LEASE - timedelta(seconds=1))
    assert take(database, KINDS, now=clock.now(), lease=LEASE) is None
    clock.advance(timedelta(seconds=1))
    again = take(database, KINDS, now=clock.now(), lease=LEASE)
    assert first is not None
    assert again is not None
    assert (again.job_id, again.attempt) == (first.job_id, 2)


def test_a_heartbeat_keeps_the_job(database: Database, clock: FixedClock) -> None:
    add_job(database, clock.now())
    claim = take(database, KINDS, now=clock.now(), lease=LEASE)
    assert claim is not None
    clock.advance(LEASE / 2)
    heartbeat(database, claim, now=clock.now(), lease=LEASE)
    clock.advance(LEASE / 2)
    assert take(database, KINDS, now=clock.now(), lease=LEASE) is None


def test_who_lost_the_lease_changes_nothing_any_more(database: Database, clock: FixedClock) -> None:
    job_id = add_job(database, clock.now())
    late = take(database, KINDS, now=clock.now(), lease=LEASE)
    clock.advance(LEASE)
    again = take(database, KINDS, now=clock.now(), lease=LEASE)
    assert late is not None
    assert again is not None
    for attempt in (
        lambda: heartbeat(database, late, now=clock.now(), lease=LEASE, done=9),
        lambda: finish(database, late, now=clock.now(), result={"by": "late"}),
        lambda: fail(database, late, now=clock.now(), error=SafeError("no", "no")),
    ):
        with pytest.raises(LeaseLost):
            attempt()
    finish(database, again, now=clock.now(), result={"by": "again"})
    job = read_job(database, job_id)
    assert (job.status, job.result, job.attempts) == (JobStatus.DONE, {"by": "again"}, 2)


def test_a_job_that_kills_every_worker_is_failed_in_the_end(database: Database, clock: FixedClock) -> None:
    job_id = add_job(database, clock.now(), max_attempts=2)
    for _ in range(2):
        assert take(database, KINDS, now=clock.now(), lease=LEASE) is not None
        clock.advance(LEASE)
    assert take(database, KINDS, now=clock.now(), lease=LEASE) is None
    job = read_job(database, job_id)
    assert (job.status, job.error_code, job.finished_at) == (JobStatus.FAILED, "worker-lost", clock.now())


def test_a_kind_that_this_worker_does_not_know_is_left_to_others(database: Database, now: datetime) -> None:
    add_job(database, now, "of.a.newer.release")
    assert take(database, KINDS, now=now, lease=LEASE) is None


def test_what_was_due_first_is_taken_first(database: Database, now: datetime) -> None:
    later = add_job(database, now, run_at=now - timedelta(minutes=1))
    sooner = add_job(database, now, run_at=now - timedelta(minutes=2))
    order = [take(database, KINDS, now=now, lease=LEASE) for _ in range(2)]
    assert [claim.job_id for claim in order if claim] == [sooner, later]
