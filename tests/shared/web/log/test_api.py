"""The log over HTTP: followed, waited for, proved; and what its documents promise holds."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import select
from werkzeug.serving import make_server

from shared.core.clock import FixedClock
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.eventlog import (
    Consumer,
    FeedEvent,
    HttpFeed,
    VerifierKey,
    load_or_create_key,
    make_checkpoint,
    sequence_pending,
)
from shared.eventlog.checkpoint import verify
from shared.eventlog.merkle import verify_consistency, verify_inclusion
from shared.web.app import SuiteApp
from shared.web.log.waiting import Bell
from tests.databases import Databases
from tests.harness import Harness
from tests.shared.web.log.notes import Note, make_service, take_note, write_note


def _app(h: Harness) -> SuiteApp:
    return h.suite.apps["training"]


def _sign(h: Harness) -> None:
    key = load_or_create_key(h.settings.key_dir, "training")
    sequence_pending(h.suite.databases["training"])
    with h.write("training") as uow:
        make_checkpoint(uow, key, h.clock.now())


def test_the_feed_gives_cloudevents_from_a_position_on_and_says_how_many_there_are(h: Harness) -> None:
    person_id = new_id()
    for text in ("one", "two", "three"):
        write_note(h, text, person_id=person_id)
    answer = h.api(Role.AUDITOR).get("/training/v1/events?after=1&limit=1")
    (event,) = answer.json
    assert answer.headers["Log-Size"] == "3"
    assert event["specversion"] == "1.0"
    assert event["source"] == "/training"
    assert event["personid"] == str(person_id)
    found = FeedEvent.from_cloudevent(event)
    assert (found.position, found.data) == (1, {"text": "two"})


def test_the_feed_can_be_reduced_to_types(h: Harness) -> None:
    write_note(h)
    api = h.api(Role.AUDITOR)
    assert len(api.get("/training/v1/events?types=training.note.written.v1,training.other.v1").json) == 1
    assert api.get("/training/v1/events?types=training.other.v1").json == []


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "limit=0", "limit=1001", "wait=21", "types=", "types=A%20B", "unknown=1"]
)
def test_arguments_that_make_no_sense_are_refused(h: Harness, query: str) -> None:
    assert h.api(Role.AUDITOR).get(f"/training/v1/events?{query}").status_code == 422


@pytest.mark.parametrize("role", [Role.REP, Role.PAYROLL, Role.ADMINISTRATOR, Role.COMPLIANCE])
def test_nobody_else_follows_a_feed_or_asks_for_proofs(h: Harness, role: Role) -> None:
    write_note(h)
    for path in ("events", "checkpoints", "checkpoints/latest", "proofs/inclusion?position=0"):
        assert h.api(role).get(f"/training/v1/{path}").status_code == 403


class Asker(threading.Thread):
    """A request for news, in a thread of its own."""

    def __init__(self, h: Harness, path: str) -> None:
        super().__init__(daemon=True)
        self.client, self.path = h.api(Role.AUDITOR), path
        self.answer: Any = None
        self.seconds = 0.0
        self.start()

    def run(self) -> None:
        """Ask, and measure."""
        began = time.monotonic()
        self.answer = self.client.get(self.path)
        self.seconds = time.monotonic() - began


def test_a_request_that_waits_is_answered_by_what_is_written_meanwhile(h: Harness) -> None:
    _app(h).bell.open()
    write_note(h, "old")
    asker = Asker(h, "/training/v1/events?after=1&wait=20")
    time.sleep(0.3)
    assert asker.is_alive()
    # It holds no connection while it waits, so this would not be possible with a pool that it exhausts.
    assert h.suite.databases["training"].engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    write_note(h, "new")
    asker.join(5)
    assert [one["data"] for one in asker.answer.json] == [{"text": "new"}]


def test_a_request_that_waits_in_vain_is_answered_with_nothing(h: Harness) -> None:
    _app(h).bell.open()
    asker = Asker(h, "/training/v1/events?after=0&wait=1")
    asker.join(5)
    assert asker.answer.json == []
    assert 1 <= asker.seconds < 3


def test_a_cursor_beyond_the_end_is_answered_at_once(h: Harness) -> None:
    _app(h).bell.open()
    asker = Asker(h, f"/training/v1/events?after={10**17}&wait=20")
    asker.join(3)
    assert asker.answer.json == []


def test_the_end_of_the_process_lets_waiting_requests_go(h: Harness) -> None:
    _app(h).bell.open()
    asker = Asker(h, "/training/v1/events?after=0&wait=20")
    time.sleep(0.2)
    h.suite.let_go()
    asker.join(2)
    assert asker.answer.status_code == 200


def test_no_more_requests_wait_than_leave_threads_for_others() -> None:
    bell = Bell(most=1)
    bell.open()
    first = threading.Thread(target=bell.wait_until, args=(lambda: False, 10))
    first.start()
    time.sleep(0.1)
    began = time.monotonic()
    assert not bell.wait_until(lambda: False, 10)
    assert time.monotonic() - began < 1
    bell.close()
    first.join(2)
    assert not first.is_alive()


@pytest.fixture
def served(h: Harness) -> Iterator[str]:
    """The suite on a port of this machine."""
    server = make_server("127.0.0.1", 0, h.suite, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/training"
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_suite_follows_another_over_http(
    h: Harness, served: str, databases: Databases, clock: FixedClock, tmp_path: Path
) -> None:
    for number in range(5):
        write_note(h, f"note {number}")
    other = Harness(databases, clock, tmp_path / "other", make_service("people"))
    try:
        feed = HttpFeed(served, "training", "test-feed-token")
        consumer = Consumer(
            "people", "training", {"training.note.written.v1": take_note}, other.suite.databases["people"]
        )
        assert consumer.catch_up(feed, limit=2) == 5
        assert consumer.lag(feed) == 0
        write_note(h, "late")
        assert consumer.lag(feed) == 1
        assert consumer.catch_up(feed) == 1
        with other.read("people") as uow:
            texts = uow.session.scalars(select(Note.text).order_by(Note.id)).all()
        assert texts == [*(f"note {number}" for number in range(5)), "late"]
    finally:
        other.close()


def test_the_latest_checkpoint_is_a_note_that_the_public_key_verifies(h: Harness) -> None:
    api = h.api(Role.AUDITOR)
    assert api.get("/training/v1/checkpoints/latest").status_code == 404
    write_note(h)
    _sign(h)
    write_note(h)
    _sign(h)
    described = h.api().get("/training/v1/log-key").json
    note = api.get("/training/v1/checkpoints/latest/note")
    assert note.mimetype == "text/plain"
    head = verify(note.get_data(as_text=True), VerifierKey.parse(described["key"]))
    assert (head.origin, head.size) == (described["origin"], 2)
    assert api.get("/training/v1/checkpoints/latest").json["root"] == head.root.hex()
    assert [one["size"] for one in api.get("/training/v1/checkpoints").json] == [2, 1]
    assert [one["size"] for one in api.get("/training/v1/checkpoints?before=2").json] == [1]
    assert "\n1\n" in api.get("/training/v1/checkpoints/1/note").get_data(as_text=True)
    assert api.get("/training/v1/checkpoints/7/note").status_code == 404


def test_an_inclusion_proof_leads_from_the_leaf_to_the_root(h: Harness) -> None:
    for number in range(7):
        write_note(h, f"note {number}")
    proof = h.api(Role.AUDITOR).get("/training/v1/proofs/inclusion?position=4&size=6").json
    path = [bytes.fromhex(one) for one in proof["path"]]
    leaf, root = bytes.fromhex(proof["leaf"]), bytes.fromhex(proof["root"])
    assert verify_inclusion(leaf, 4, 6, path, root)
    assert not verify_inclusion(leaf, 3, 6, path, root)


def test_a_consistency_proof_holds_two_states_together(h: Harness) -> None:
    for number in range(7):
        write_note(h, f"note {number}")
    proof = h.api(Role.AUDITOR).get("/training/v1/proofs/consistency?first=3&second=7").json
    path = [bytes.fromhex(one) for one in proof["path"]]
    roots = bytes.fromhex(proof["first_root"]), bytes.fromhex(proof["second_root"])
    assert verify_consistency(3, 7, *roots, path)
    assert not verify_consistency(4, 7, *roots, path)


@pytest.mark.parametrize(
    "query", ["inclusion?position=1", "inclusion?position=0&size=2", "consistency?first=1&second=2"]
)
def test_what_the_log_has_not_reached_has_no_proof(h: Harness, query: str) -> None:
    write_note(h)
    assert h.api(Role.AUDITOR).get(f"/training/v1/proofs/{query}").status_code == 404


def test_a_log_with_a_hole_says_that_it_is_damaged(h: Harness) -> None:
    for _ in range(3):
        write_note(h)
    sequence_pending(h.suite.databases["training"])
    with h.suite.databases["training"].engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event WHERE position = 1")
    for query in ("inclusion?position=0", "consistency?first=2&second=3"):
        answer = h.api(Role.AUDITOR).get(f"/training/v1/proofs/{query}")
        assert answer.status_code == 409
        assert "damaged" in answer.json["detail"] or "损坏" in answer.json["detail"]


def test_the_fuzzer_finds_nothing(h: Harness, engine_name: str) -> None:
    if engine_name != "sqlite":
        pytest.skip("the answers are the same; the other tests run on both")
    for number in range(4):
        write_note(h, f"note {number}")
    _sign(h)
    token = h.api(Role.AUDITOR).token
    schema = schemathesis.openapi.from_wsgi("/training/openapi.json", h.suite)
    called = set()
    for operation in schema.get_all_operations():
        called.add(operation.ok().label)
        _fuzz(operation.ok(), token)
    assert len(called) == 8


def _fuzz(operation: Any, token: str) -> None:
    @settings(
        max_examples=30, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def fuzz(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    fuzz()
