"""Workers in threads, woken through a real queue: a file beside SQLite, tables beside PostgreSQL."""

import json
import pickle
import signal
import sqlite3
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from huey import PostgresHuey, SqliteHuey

from shared.core.clock import FixedClock
from shared.core.ids import new_id
from shared.core.settings import Settings, SettingsError
from shared.db.uow import Database
from shared.jobs import JobContext, JobStatus, Runner, Schedule, list_jobs
from shared.jobs.commands import take
from shared.jobs.queue import JsonSerializer, Queue, make_huey
from tests.shared.jobs.conftest import MakeRunner
from tests.shared.jobs.helpers import add_job, read_job, wait_until


@pytest.fixture
def queue_url(database: Database) -> str:
    """The address of a queue that goes with the engine under test."""
    return "" if database.is_sqlite else database.url


def _is_done(database: Database, *job_ids: object) -> bool:
    return all(read_job(database, job_id).status is JobStatus.DONE for job_id in job_ids)  # type: ignore[arg-type]


def test_workers_are_woken_by_the_bell_and_each_job_is_done_once(
    database: Database, now: datetime, make_runner: MakeRunner, queue_url: str
) -> None:
    ran = []
    # The sweep comes too late to help here: only the bell can.
    runner = make_runner(
        {"count": lambda context: ran.append(context.job_id)}, queue_url=queue_url, sweep_every=60
    )
    runner.start()
    wait_until(lambda: runner.sweep() == 0)
    made = [add_job(database, now) for _ in range(12)]
    wait_until(lambda: _is_done(database, *made))
    assert sorted(ran) == sorted(made)


def test_what_was_enqueued_while_nobody_was_there_is_done_after_the_start(
    database: Database, now: datetime, make_runner: MakeRunner, queue_url: str
) -> None:
    job_id = add_job(database, now)
    make_runner({"count": lambda context: None}, queue_url=queue_url).start()
    wait_until(lambda: _is_done(database, job_id))


def test_progress_is_seen_by_others_while_a_worker_is_at_it(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    go_on = threading.Event()

    def count(context: JobContext) -> None:
        context.progress(4, 9)
        go_on.wait(10)

    job_id = add_job(database, now)
    make_runner({"count": count}).start()
    wait_until(lambda: read_job(database, job_id).progress_done == 4)
    job = read_job(database, job_id)
    go_on.set()
    assert (job.status, job.progress_total) == (JobStatus.RUNNING, 9)
    wait_until(lambda: _is_done(database, job_id))


def test_stopping_leaves_no_thread_and_finishes_the_job_at_hand(
    database: Database, now: datetime, make_runner: MakeRunner, queue_url: str
) -> None:
    before = set(threading.enumerate())
    begun, go_on = threading.Event(), threading.Event()

    def slow(context: JobContext) -> None:
        begun.set()
        go_on.wait(0.5)

    job_id = add_job(database, now)
    runner = make_runner({"count": slow}, queue_url=queue_url)
    runner.start()
    assert begun.wait(10)
    assert runner.stop() is True
    assert set(threading.enumerate()) == before
    assert _is_done(database, job_id)
    assert runner.stop() is True


def test_stopping_does_not_wait_for_ever_and_says_so(
    database: Database, now: datetime, make_runner: MakeRunner
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def endless(context: JobContext) -> None:
        begun.set()
        go_on.wait(20)

    job_id = add_job(database, now)
    runner = make_runner({"count": endless})
    runner.start()
    assert begun.wait(10)
    assert runner.stop(wait=0.1) is False
    assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())
    go_on.set()
    wait_until(lambda: _is_done(database, job_id))


def test_starting_and_stopping_leave_the_signals_to_the_process(make_runner: MakeRunner) -> None:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    runner = make_runner({})
    runner.start()
    assert [signal.getsignal(number) for number in numbers] == before
    runner.stop()
    assert [signal.getsignal(number) for number in numbers] == before


def test_a_queue_file_deleted_under_a_running_worker_is_made_anew_and_loses_nothing(
    database: Database, now: datetime, make_runner: MakeRunner, settings: Settings
) -> None:
    go_on = threading.Event()
    runner = make_runner({"slow": lambda context: go_on.wait(10) and None, "count": lambda context: None})
    runner.start(workers=1)
    first = add_job(database, now, "slow")
    wait_until(lambda: read_job(database, first).status is JobStatus.RUNNING)
    waiting = add_job(database, now)  # Its bell is in the file, and goes with it.
    for path in settings.data_dir.glob("queue.db*"):
        path.unlink()
    go_on.set()
    later = add_job(database, now)
    wait_until(lambda: _is_done(database, first, waiting, later))
    assert settings.queue_path.exists()


def test_a_sweep_rings_for_what_the_queue_forgot_and_only_once(
    database: Database, now: datetime, make_runner: MakeRunner, settings: Settings
) -> None:
    runner = make_runner({"count": lambda context: None})
    add_job(database, now)
    add_job(database, now, run_at=now + timedelta(hours=1))
    assert runner.sweep() == 0
    settings.queue_path.unlink()
    assert runner.sweep() == 1
    assert runner.sweep() == 0


def test_a_sweep_rings_for_a_job_whose_lease_ran_out(
    database: Database, clock: FixedClock, make_runner: MakeRunner
) -> None:
    add_job(database, clock.now())
    runner = make_runner({"count": lambda context: None})
    assert take(database, ["count"], now=clock.now(), lease=timedelta(minutes=1)) is not None
    assert runner.sweep() == 0
    clock.advance(timedelta(minutes=1))
    assert runner.sweep() == 1


def test_a_schedule_missed_while_nobody_was_there_is_made_up_for_once(
    database: Database, clock: FixedClock, make_runner: MakeRunner
) -> None:
    daily = Schedule("remind", minute="30", hour="8")  # It is 10:00 in Shanghai.
    runner = make_runner({"remind": lambda context: None}, daily, sweep_every=0.05)
    runner.start()

    def keys() -> list[str | None]:
        with database.read() as uow:
            return [job.key for job in list_jobs(uow.session, status=JobStatus.DONE).items]

    wait_until(lambda: len(keys()) == 1)
    clock.advance(timedelta(hours=22, minutes=40))
    wait_until(lambda: len(keys()) == 2)
    runner.stop()
    assert keys() == ["remind@2026-09-22T00:30Z", "remind@2026-09-21T00:30Z"]


def test_a_sweep_that_fails_is_followed_by_another(
    database: Database, now: datetime, make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = make_runner({"count": lambda context: None}, sweep_every=0.05)
    real, failed = runner.sweep, []

    def fails_at_first() -> int:
        if not failed:
            failed.append(True)
            raise OSError
        return real()

    monkeypatch.setattr(runner, "sweep", fails_at_first)
    job_id = add_job(database, now)
    runner.start()
    wait_until(lambda: _is_done(database, job_id))
    assert failed == [True]


def test_a_ring_for_a_service_that_is_not_here_is_passed_over(settings: Settings, now: datetime) -> None:
    runner = Runner(settings, FixedClock(now))
    runner._answer("people", new_id())


def test_a_broken_queue_file_is_made_anew(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.queue_path.write_bytes(b"not a database, " * 100)
    queue = Queue(settings, lambda service, job_id: None)
    queue.ring("training", job_id := new_id())
    assert queue.waiting() == {("training", job_id)}
    queue.close()
    assert sqlite3.connect(settings.queue_path).execute("SELECT count(*) FROM task").fetchone() == (1,)


def test_a_ring_is_plain_json_that_cannot_carry_code(settings: Settings) -> None:
    huey = make_huey(settings)
    task = huey.task(name="ring")(lambda service, job: None)
    message = huey._registry.create_message(task.s("training", "7"))
    written = JsonSerializer().serialize(message)
    assert json.loads(written)[2:] == ["training", "7"]
    assert JsonSerializer().deserialize(written).args == ("training", "7")
    with pytest.raises(UnicodeDecodeError):
        JsonSerializer().deserialize(pickle.dumps(["x", "ring", "training", "7"]))


def test_the_address_chooses_the_queues_storage(settings: Settings, database: Database) -> None:
    assert type(make_huey(settings)) is SqliteHuey
    if not database.is_sqlite:
        found = make_huey(replace(settings, queue_url=database.url))
        assert type(found) is PostgresHuey
        found.storage.close()
    with pytest.raises(SettingsError, match="SUITE_QUEUE_URL"):
        make_huey(replace(settings, queue_url="amqp://queue"))


def test_the_queues_address_is_read_from_the_environment(data_dir: object) -> None:
    address = "postgresql://queue.example/jobs"
    found = Settings.from_environment({"DATA": str(data_dir), "SUITE_QUEUE_URL": address})
    assert found.queue_url == address
    assert address not in repr(found)
