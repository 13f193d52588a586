"""Asking for work, in the caller's unit of work."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.core.clock import FixedClock
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.db.uow import Database
from shared.jobs import JobStatus, bell, count_jobs, enqueue, find_job, list_jobs
from shared.jobs.commands import finish, take
from tests.shared.jobs.helpers import add_job, read_job

LEASE = timedelta(minutes=1)


@pytest.fixture
def rung(database: Database) -> list[UUID]:
    """What the bell of the database was rung for."""
    heard: list[UUID] = []
    bell.hang(database, heard.append)
    return heard


def test_a_job_is_rung_for_after_its_commit(database: Database, now: datetime, rung: list[UUID]) -> None:
    with database.write() as uow:
        job = enqueue(uow, "count", {"file": "a"}, now=now, created_by="system")
        assert rung == []
    assert rung == [job.id]
    assert read_job(database, job.id).payload == {"file": "a"}


def test_a_unit_of_work_that_is_rolled_back_leaves_no_job_and_rings_no_bell(
    database: Database, now: datetime, rung: list[UUID]
) -> None:
    made = []

    def change_and_fail() -> None:
        with database.write() as uow:
            made.append(enqueue(uow, "count", {}, now=now, created_by="system").id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    with database.read() as uow:
        assert find_job(uow.session, made[0]) is None
    assert rung == []


def test_a_bell_that_cannot_be_rung_does_not_fail_the_caller(database: Database, now: datetime) -> None:
    def broken(_: UUID) -> None:
        raise OSError("no queue")

    bell.hang(database, broken)
    assert read_job(database, add_job(database, now)).status is JobStatus.QUEUED


def test_a_job_for_later_is_not_rung_for(database: Database, now: datetime, rung: list[UUID]) -> None:
    job_id = add_job(database, now, run_at=now + timedelta(hours=1))
    assert rung == []
    assert take(database, ["count"], now=now, lease=LEASE) is None
    later = now + timedelta(hours=1)
    taken = take(database, ["count"], now=later, lease=LEASE)
    assert taken is not None
    assert taken.job_id == job_id


def test_the_same_key_gives_the_same_job_until_it_is_finished(database: Database, now: datetime) -> None:
    first = add_job(database, now, key="roster")
    assert add_job(database, now, key="roster") == first
    claim = take(database, ["count"], now=now, lease=LEASE)
    assert claim is not None
    assert add_job(database, now, key="roster") == first
    finish(database, claim, now=now, result=None)
    assert add_job(database, now, key="roster") != first


def test_another_kind_or_no_key_makes_another_job(database: Database, now: datetime) -> None:
    made = [
        add_job(database, now, key="roster"),
        add_job(database, now, "other", key="roster"),
        add_job(database, now),
        add_job(database, now),
    ]
    assert len(set(made)) == 4


def test_many_who_ask_at_once_with_one_key_get_one_job(database: Database, now: datetime) -> None:
    start = threading.Barrier(6)
    made: list[UUID] = []

    def ask() -> None:
        start.wait()
        made.append(add_job(database, now, key="roster"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    assert len(set(made)) == 1


def test_a_payload_is_kept_as_plain_values_and_the_actor_as_an_opaque_name(
    database: Database, now: datetime
) -> None:
    person, account = new_id(), new_id()
    asking = Principal(account, "陈伟", frozenset({Role.HR}))
    job_id = add_job(database, now, payload={"person": person, "at": now}, created_by=asking)
    job = read_job(database, job_id)
    assert job.payload == {"person": str(person), "at": "2026-09-21T02:00:00.000000Z"}
    assert job.created_by == f"account:{account}"
    assert job.created_at == datetime(2026, 9, 21, 2, 0, tzinfo=UTC)


def test_jobs_are_listed_newest_first_in_pages_and_counted(database: Database, clock: FixedClock) -> None:
    made = []
    for _ in range(3):
        made.append(add_job(database, clock.now()))
        clock.advance(timedelta(seconds=1))
    add_job(database, clock.now(), "other")
    assert take(database, ["other"], now=clock.now(), lease=LEASE) is not None
    with database.read() as uow:
        first = list_jobs(uow.session, kind="count", limit=2)
        rest = list_jobs(uow.session, kind="count", limit=2, cursor=first.next_cursor)
        assert [job.id for job in (*first.items, *rest.items)] == made[::-1]
        assert rest.next_cursor is None
        assert [job.kind for job in list_jobs(uow.session, status=JobStatus.RUNNING).items] == ["other"]
        counts = count_jobs(uow.session)
    assert counts == {"queued": 3, "running": 1, "done": 0, "failed": 0}
