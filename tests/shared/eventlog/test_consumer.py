"""Feeds and consumers: each event takes effect once, in order, whatever happens."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import delete, select

from shared.core.errors import Conflict, Unavailable
from shared.core.ids import new_id
from shared.core.text import N_
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import SIZE_HEADER, Batched, Consumer, FeedError, FeedEvent, HttpFeed, LocalFeed, read
from tests.shared.eventlog.conftest import create_log
from tests.shared.eventlog.things import NOW, Projected, ThingChanged, fill, log_one

CHANGED = "things.thing.changed.v1"


def count_it(uow: UnitOfWork, event: FeedEvent) -> None:
    found = uow.session.get(Projected, event.subject)
    if found is None:
        uow.session.add(Projected(subject=event.subject, times=1))
    else:
        found.times += 1


def reset(uow: UnitOfWork) -> None:
    uow.session.execute(delete(Projected))


@pytest.fixture
def source(databases: Any) -> Iterator[Database]:
    """The database of the service whose events are consumed."""
    database = create_log(Database(databases.empty()))
    yield database
    database.dispose()


@pytest.fixture
def feed(source: Database) -> LocalFeed:
    """Its feed."""
    return LocalFeed(source, "things")


@pytest.fixture
def consumer(database: Database) -> Consumer:
    """One that counts events by subject."""
    return Consumer("counter", "things", {CHANGED: count_it}, database)


def projected(database: Database) -> dict[str, int]:
    with database.read() as uow:
        rows = uow.session.scalars(select(Projected).order_by(Projected.subject)).all()
        return {one.subject: one.times for one in rows}


def log_subjects(source: Database, *subjects: str) -> None:
    with source.write() as uow:
        for subject in subjects:
            log_one(uow, subject=subject)


def test_events_are_taken_in_once_and_the_lag_is_what_is_left(
    source: Database, feed: LocalFeed, database: Database, consumer: Consumer
) -> None:
    log_subjects(source, "a/1", "a/1", "a/2")
    assert consumer.lag(feed) == 3
    assert consumer.catch_up(feed) == 3
    assert consumer.catch_up(feed) == 0
    log_subjects(source, "a/1")
    assert (consumer.lag(feed), consumer.catch_up(feed, limit=1), consumer.lag(feed)) == (1, 1, 0)
    assert projected(database) == {"a/1": 3, "a/2": 1}


def test_a_type_without_handler_and_erased_data_are_passed_over(
    source: Database, feed: LocalFeed, database: Database
) -> None:
    log_subjects(source, "a/1", "a/2")
    with source.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET data = NULL, salt = NULL WHERE subject = 'a/1'")
    assert Consumer("deaf", "things", {}, database).catch_up(feed) == 2
    assert Consumer("counter", "things", {CHANGED: count_it}, database).catch_up(feed) == 2
    assert projected(database) == {"a/2": 1}


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_a_broken_event_stops_the_feed_with_place_and_cause_and_is_tried_again(
    source: Database, feed: LocalFeed, database: Database, limit: int
) -> None:
    log_subjects(source, "a/1", "a/2", "bad/3", "a/4")
    broken = True

    def handler(uow: UnitOfWork, event: FeedEvent) -> None:
        count_it(uow, event)
        uow.session.flush()
        if broken and event.subject == "bad/3":
            raise ValueError("张三's secret")

    consumer = Consumer("counter", "things", {CHANGED: handler}, database)
    for _ in range(2):
        consumer.catch_up(feed, limit=limit)
        status = consumer.status()
        assert (status.position, status.stopped_at_position, status.error) == (2, 2, "ValueError")
        assert projected(database) == {"a/1": 1, "a/2": 1}
    broken = False
    assert consumer.catch_up(feed, limit=limit) == 2
    status = consumer.status()
    assert (status.position, status.stopped_at_position, status.error) == (4, None, None)
    assert projected(database) == {"a/1": 1, "a/2": 1, "a/4": 1, "bad/3": 1}


def test_a_domain_error_is_recorded_with_its_message(
    source: Database, feed: LocalFeed, database: Database
) -> None:
    def handler(uow: UnitOfWork, event: FeedEvent) -> None:
        raise Conflict(N_("Person is not known yet"))

    log_subjects(source, "a/1")
    consumer = Consumer("counter", "things", {CHANGED: handler}, database)
    assert consumer.catch_up(feed) == 0
    assert consumer.status().error == "Conflict: Person is not known yet"


def test_a_fault_that_shows_only_at_the_commit_stops_at_its_event(
    source: Database, feed: LocalFeed, database: Database
) -> None:
    def handler(uow: UnitOfWork, event: FeedEvent) -> None:
        uow.session.add(Projected(subject=event.subject, times=1))
        if event.subject == "a/2":
            uow.before_commit(lambda _: (_ for _ in ()).throw(RuntimeError("late")))

    log_subjects(source, "a/1", "a/2", "a/3")
    consumer = Consumer("counter", "things", {CHANGED: handler}, database)
    assert consumer.catch_up(feed) == 1
    assert (consumer.status().stopped_at_position, consumer.status().error) == (1, "RuntimeError")
    assert projected(database) == {"a/1": 1}


def test_consumers_at_once_never_apply_an_event_twice(
    source: Database, feed: LocalFeed, database: Database, consumer: Consumer
) -> None:
    fill(source, 300)
    barrier = threading.Barrier(4)

    def run(_: int) -> int:
        barrier.wait()
        return Consumer("counter", "things", {CHANGED: count_it}, database).catch_up(feed, limit=20)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 300
    assert set(projected(database).values()) == {1}
    assert len(projected(database)) == 300


def test_a_projection_is_rebuilt_from_the_beginning(
    source: Database, feed: LocalFeed, database: Database, consumer: Consumer
) -> None:
    log_subjects(source, "a/1", "a/2", "a/1")
    consumer.catch_up(feed)
    before = projected(database)
    with database.write() as uow:
        uow.session.add(Projected(subject="left over", times=1))
    assert consumer.rebuild(reset, feed) == 3
    assert projected(database) == before


def test_a_reset_that_fails_changes_nothing(
    source: Database, feed: LocalFeed, database: Database, consumer: Consumer
) -> None:
    def fail(uow: UnitOfWork) -> None:
        reset(uow)
        raise RuntimeError("no")

    log_subjects(source, "a/1")
    consumer.catch_up(feed)
    with pytest.raises(RuntimeError, match="no"):
        consumer.rebuild(fail)
    assert (projected(database), consumer.status().position) == ({"a/1": 1}, 1)


class LyingFeed:
    """Gives what it is told to."""

    def __init__(self, events: list[FeedEvent]) -> None:
        self.events = events

    def read(self, after: int, limit: int) -> list[FeedEvent]:
        return self.events

    def head(self) -> int:
        return len(self.events)


@pytest.mark.parametrize(("position", "source_name"), [(1, "things"), (-1, "things"), (0, "people")])
def test_a_feed_that_skips_repeats_or_speaks_for_another_is_stopped(
    database: Database, consumer: Consumer, position: int, source_name: str
) -> None:
    event = FeedEvent(
        position, new_id(), source_name, CHANGED, "a/1", None, "system", NOW, NOW, {"name": "x"}
    )
    assert consumer.catch_up(LyingFeed([event])) == 0
    assert (consumer.status().stopped_at_position, consumer.status().error) == (0, "FeedError")
    assert projected(database) == {}


def test_reading_starts_after_a_place_keeps_the_limit_and_can_select_types(
    source: Database, feed: LocalFeed
) -> None:
    fill(source, 12)
    assert [one.position for one in feed.read(0, 5)] == [0, 1, 2, 3, 4]
    assert [one.position for one in feed.read(10, 5)] == [10, 11]
    assert feed.read(12, 5) == []
    assert feed.read(0, 5, types=["things.other.v1"]) == []
    assert len(feed.read(0, 5, types=[CHANGED])) == 5
    assert feed.head() == 12


def test_an_event_comes_back_from_its_cloudevent(source: Database, feed: LocalFeed) -> None:
    person = new_id()
    with source.write() as uow:
        log_one(uow, "名", person_id=person)
        log_one(uow, "two")
    one, two = feed.read(0, 5)
    cloud = one.to_cloudevent()
    assert cloud == {
        "specversion": "1.0",
        "id": str(one.id),
        "source": "/things",
        "type": CHANGED,
        "subject": "thing/1",
        "time": "2026-09-21T02:00:00.123456Z",
        "datacontenttype": "application/json",
        "sequence": "0000000000000000000",
        "recordedtime": "2026-09-21T02:00:00.123456Z",
        "actor": "system",
        "personid": str(person),
        "data": {"name": "名", "count": 0},
    }
    assert FeedEvent.from_cloudevent(json.loads(json.dumps(cloud))) == one
    assert FeedEvent.from_cloudevent(two.to_cloudevent()) == two
    assert one.message() == ThingChanged("名")


@pytest.mark.parametrize(
    "change",
    [
        {"specversion": "0.3"},
        {"id": "x"},
        {"sequence": None},
        {"time": "2026-01-01T00:00:00"},
        {"data": []},
        {"type": 5},
        {"recordedtime": "yesterday"},
        {"source": None},
    ],
)
def test_what_is_not_an_event_is_refused(source: Database, feed: LocalFeed, change: dict[str, Any]) -> None:
    log_subjects(source, "a/1")
    cloud = feed.read(0, 1)[0].to_cloudevent()
    with pytest.raises(FeedError):
        FeedEvent.from_cloudevent(cloud | change)
    with pytest.raises(FeedError):
        FeedEvent.from_cloudevent(
            {name: cloud[name] for name in cloud if name not in change or name == "data"}
            | ({"data": 1} if "data" in change else {})
        )


class Served(BaseHTTPRequestHandler):
    """Serves a feed as the services do, or what `answer` says."""

    feed: ClassVar[LocalFeed]
    answer: ClassVar[tuple[int, bytes] | None] = None

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        assert urlsplit(self.path).path == "/things/v1/events"
        assert self.headers["Authorization"] == "Bearer secret"
        events = self.feed.read(int(query["after"][0]), int(query["limit"][0]))
        status, body = self.answer or (200, json.dumps([one.to_cloudevent() for one in events]).encode())
        self.send_response(status)
        self.send_header(SIZE_HEADER, str(self.feed.head()))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def base_url(feed: LocalFeed, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a service with this feed."""
    monkeypatch.setattr(Served, "feed", feed, raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/things"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_feed_over_http_gives_the_same_events(
    source: Database, feed: LocalFeed, base_url: str, consumer: Consumer, database: Database
) -> None:
    fill(source, 7)
    remote = HttpFeed(base_url, "things", "secret")
    assert remote.read(2, 3) == feed.read(2, 3)
    assert remote.head() == 7
    assert consumer.catch_up(remote, limit=2) == 7
    assert len(projected(database)) == 7


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((302, b""), Unavailable),
        ((503, b"[]"), Unavailable),
        ((200, b"<html>"), FeedError),
        ((200, b"{}"), FeedError),
        ((200, b"[1]"), FeedError),
        ((200, b"[" * 100_000), FeedError),
    ],
)
def test_a_feed_that_answers_nonsense_or_redirects_is_an_error(
    base_url: str, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, bytes], error: type[Exception]
) -> None:
    monkeypatch.setattr(Served, "answer", answer)
    with pytest.raises(error):
        HttpFeed(base_url, "things", "secret").read(0, 5)


def test_a_feed_that_does_not_answer_is_unavailable_and_other_schemes_are_refused() -> None:
    with pytest.raises(Unavailable):
        HttpFeed("http://127.0.0.1:1/x", "things", "t").read(0, 1)
    with pytest.raises(ValueError, match="http"):
        HttpFeed("file:///etc/passwd", "things", "t")


def test_reading_in_an_open_unit_of_work_does_not_sequence(source: Database) -> None:
    log_subjects(source, "a/1")
    with source.read() as uow:
        assert [one.subject for one in read(uow, 0, 5, source="things")] == ["a/1"]


def test_a_batched_handler_is_given_the_events_that_follow_each_other_together_and_in_order(
    source: Database, feed: LocalFeed, database: Database
) -> None:
    log_subjects(source, *(f"a/{number}" for number in range(7)))
    given: list[list[int]] = []
    batched = Batched(lambda _, events: given.append([event.position for event in events]))
    follower = Consumer("batches", "things", {CHANGED: batched}, database)
    assert follower.catch_up(feed, limit=5) == 7
    assert given == [[0, 1, 2, 3, 4], [5, 6]]


def test_a_batch_with_a_broken_event_is_taken_in_up_to_it(
    source: Database, feed: LocalFeed, database: Database
) -> None:
    log_subjects(source, "a/0", "a/1", "bad/2", "a/3")

    def apply(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
        for event in events:
            if event.subject.startswith("bad"):
                raise Conflict(N_("broken"))
            count_it(uow, event)

    follower = Consumer("batches", "things", {CHANGED: Batched(apply)}, database)
    assert follower.catch_up(feed) == 2
    assert follower.status().stopped_at_position == 2
    assert projected(database) == {"a/0": 1, "a/1": 1}
