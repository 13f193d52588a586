"""Positions: dense, causes before effects, nothing missed under concurrent writers, safe against crashes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from shared.db.uow import Database
from shared.eventlog import Event, LocalFeed, sequence_pending, sequencer
from shared.eventlog.checkpoints import root_at, tree_head
from shared.eventlog.leaf import event_leaf_hash
from shared.eventlog.merkle import root_of
from shared.eventlog.models import MerkleTile
from tests.shared.eventlog.things import Thing, ThingChanged, add_thing, fill, log_one, rename_thing

WRITERS = 6
EVENTS_PER_WRITER = 320


# Where there is one writer at a time there is nothing to interleave.
on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)


def positions(database: Database) -> list[int]:
    with database.read() as uow:
        return list(uow.session.scalars(select(Event.position).order_by(Event.position)))


def naive_read(database: Database, after: int) -> list[int]:
    """Read as a plain autoincrement cursor does: the number given out at the insert."""
    with database.read() as uow:
        statement = select(Event.ordinal).where(Event.ordinal > after).order_by(Event.ordinal)
        return list(uow.session.scalars(statement))


def write_some(database: Database, writer: int) -> None:
    """Commit events in transactions of different length, some held open after they have written."""
    made = 0
    while made < EVENTS_PER_WRITER:
        size = 1 + (made * 7 + writer) % 5
        with database.write() as uow:
            for _ in range(size):
                log_one(uow, f"{writer}-{made}", subject=f"writer/{writer}")
                made += 1
            if made % 11 == 0 and not database.is_sqlite:
                # Runs after the events are inserted: numbers given out, not yet committed.
                uow.before_commit(lambda _: time.sleep(0.01))


def test_six_concurrent_writers_and_a_reader_that_misses_nothing(database: Database) -> None:
    seen: list[tuple[int, str]] = []
    done = threading.Event()

    def follow() -> None:
        feed = LocalFeed(database, "things")
        while True:
            finished = done.is_set()
            events = feed.read(len(seen), 100)
            seen.extend((one.position, one.data["name"]) for one in events if one.data)
            if not events:
                if finished:
                    return
                time.sleep(0.005)

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(follow)
        writers = [pool.submit(write_some, database, writer) for writer in range(WRITERS)]
        try:
            for writing in writers:
                writing.result()
        finally:
            done.set()
        reader.result()
    assert [position for position, _ in seen] == list(range(len(seen)))
    with database.read() as uow:
        written = uow.session.scalar(select(func.count()).select_from(Event))
        assert written == len(seen) == len({name for _, name in seen}) >= 1_800
        assert tree_head(uow, "").root == root_at(uow, len(seen))
    for writer in range(WRITERS):
        mine = [int(name.split("-")[1]) for _, name in seen if name.startswith(f"{writer}-")]
        assert mine == sorted(mine)


@on_postgresql
def test_a_reader_of_insert_numbers_loses_what_commits_late_and_the_feed_does_not(
    database: Database,
) -> None:
    inserted, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        def hold(_: Any) -> None:
            inserted.set()
            may_commit.wait(10)

        with database.write() as uow:
            log_one(uow, "slow")
            uow.before_commit(hold)

    feed = LocalFeed(database, "things")
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(slow_writer)
        assert inserted.wait(10)
        fill(database, 3)
        naive_seen = naive_read(database, 0)
        seen = feed.read(0, 100)
        may_commit.set()
        writing.result()
    naive_seen += naive_read(database, max(naive_seen))
    seen += feed.read(len(seen), 100)
    assert 4 - len(naive_seen) == 1, "the plain cursor was expected to lose the slow writer's event"
    assert [one.position for one in seen] == [0, 1, 2, 3]
    assert seen[-1].data == {"name": "slow", "count": 0}


@on_postgresql
def test_an_effect_comes_after_its_cause_even_when_its_transaction_began_before(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as uow:
        thing_id = add_thing(uow, "first").id
    monkeypatch.setattr(sequencer, "sequence_soon", lambda _: None)
    with database.write() as early:
        early.session.execute(text("SELECT pg_current_xact_id()"))  # It has the lower transaction id.
        with database.write() as late:
            rename_thing(late, thing_id, "cause")
        effect_id = rename_thing(early, thing_id, "effect").id
    assert sequence_pending(database) == 2
    feed = LocalFeed(database, "things")
    assert [one.data["name"] for one in feed.read(0, 9) if one.data] == ["first", "cause", "effect"]
    with database.read() as uow:
        assert uow.session.get_one(Thing, thing_id).last_event_id == effect_id


def test_a_rolled_back_transaction_leaves_no_gap(database: Database) -> None:
    def fail() -> None:
        with database.write() as uow:
            log_one(uow, "lost")
            uow.before_commit(lambda _: (_ for _ in ()).throw(RuntimeError("no")))

    fill(database, 2)
    with pytest.raises(RuntimeError, match="no"):
        fail()
    fill(database, 2)
    sequence_pending(database)
    assert positions(database) == [0, 1, 2, 3]


def insert_unsequenced(database: Database, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "sequence_soon", lambda _: None)
        fill(database, count)


@on_postgresql
def test_many_sequencers_at_once_give_each_event_one_position(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_unsequenced(database, 700, monkeypatch)
    monkeypatch.setattr(sequencer.sequence_batch, "__defaults__", (50,))
    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(lambda _: sequence_pending(database), range(6)))
    assert sum(counts) == 700
    assert positions(database) == list(range(700))
    with database.read() as uow:
        rows = uow.session.execute(select(*sequencer.LEAF_COLUMNS).order_by(Event.position)).all()
        assert tree_head(uow, "").root == root_of(map(event_leaf_hash, rows)) == root_at(uow, 700)
        assert list(uow.session.scalars(select(MerkleTile.number).order_by(MerkleTile.number))) == [0, 1]


@on_postgresql
def test_a_sequencer_that_crashes_halfway_has_done_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_unsequenced(database, 300, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "_POSITIONS", text("SELECT :ids, :positions FROM no_such_table"))
        with pytest.raises(Exception, match="no_such_table"):
            sequence_pending(database)
    with database.read() as uow:
        assert tree_head(uow, "").size == 0
        assert uow.session.scalar(select(func.count()).select_from(MerkleTile)) == 0
    assert sequence_pending(database) == 300
    assert positions(database) == list(range(300))


def test_an_event_committed_in_a_quiet_moment_has_its_position_at_once(database: Database) -> None:
    fill(database, 1)
    assert positions(database) == [0]


@on_postgresql
def test_a_commit_stands_when_sequencing_after_it_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "_POSITIONS", text("SELECT :ids, :positions FROM no_such_table"))
        fill(database, 1)
    assert [one.position for one in LocalFeed(database, "things").read(0, 5)] == [0]


@on_postgresql
def test_looking_for_unsequenced_events_uses_their_partial_index(database: Database) -> None:
    with database.engine.begin() as connection:
        statement = sequencer.unsequenced(5).compile(connection, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}"))
    assert "ix_event_unsequenced" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("position >= 5 ORDER BY position LIMIT 5", "uq_event_position"),
        ("subject = 'thing/1' ORDER BY position", "ix_event_subject_position"),
        ("person_id = 'x' ORDER BY position", "ix_event_person_id_position"),
    ],
)
def test_reading_by_place_subject_and_person_uses_an_index(
    database: Database, where: str, index: str
) -> None:
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    where = where.replace("'x'", "'00000000-0000-0000-0000-000000000001'")
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        rows = connection.exec_driver_sql(f"{explain} SELECT id FROM event WHERE {where}").all()
    plan = "\n".join(str(row[-1]) for row in rows)
    assert index in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_position_is_never_given_twice(database: Database) -> None:
    fill(database, 1)
    sequence_pending(database)
    with database.read() as uow:
        row = dict(uow.session.execute(select(Event.__table__)).mappings().one())
    from uuid import UUID

    with (
        pytest.raises(Exception, match=r"(?i)unique"),
        database.engine.begin() as connection,
    ):
        connection.execute(insert(Event).values(row | {"id": UUID(int=1)}))
    assert ThingChanged("x").name == "x"
