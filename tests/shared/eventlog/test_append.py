"""Events are written with the change they tell of, and their bytes are what the log commits to."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select

from shared.core.canonical import canonical_json, to_plain
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.db.base import PlatformBase
from shared.db.uow import Database
from shared.eventlog import (
    Entry,
    Event,
    UnloggedChangeError,
    append,
    append_many,
    row_state,
    schema,
    sequence_pending,
)
from shared.eventlog.checkpoints import root_at, tree_head
from shared.eventlog.leaf import DELETED_STATE, canonical, event_leaf_hash, leaf_bytes
from shared.eventlog.models import LogHead
from shared.eventlog.state import state_of
from tests.shared.eventlog.things import (
    NOW,
    Colour,
    Thing,
    ThingChanged,
    add_thing,
    log_one,
    rename_thing,
)

LOG_TABLES = {"event", "log_head", "merkle_tile", "checkpoint", "consumer_cursor"}

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def stored(database: Database) -> list[Any]:
    sequence_pending(database)
    with database.read() as uow:
        return list(uow.session.execute(select(*Event.__table__.columns).order_by(Event.position)))


@given(values)
def test_the_fast_canonical_form_is_the_canonical_form(value: Any) -> None:
    assert canonical(value) == canonical_json(value)


def test_keys_are_ordered_by_utf_16_where_that_differs_from_utf_8() -> None:
    assert canonical({"\U0001f600": 1, "\uffff": 2}) == '{"😀":1,"\uffff":2}'.encode()


@given(texts=st.lists(st.text(), min_size=3, max_size=3))
def test_the_leaf_is_canonical_json_of_its_nine_fields(texts: list[str]) -> None:
    id_, at = new_id(), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    leaf = leaf_bytes(
        id=id_,
        type=texts[0],
        subject=texts[1],
        person_id=None,
        actor=texts[2],
        effective_at=at,
        recorded_at=at,
        digest=b"\x01" * 32,
        state_digest=None,
    )
    assert leaf == rfc8785.dumps(
        {
            "id": str(id_),
            "type": texts[0],
            "subject": texts[1],
            "person": None,
            "actor": texts[2],
            "effective": "2025-12-31T16:00:00.000000Z",
            "recorded": "2025-12-31T16:00:00.000000Z",
            "digest": "01" * 32,
            "state": None,
        }
    )


def test_an_event_is_written_with_the_commit_and_says_what_happened(database: Database) -> None:
    person = new_id()
    with database.write() as uow:
        event = append(
            uow,
            ThingChanged("名称", 3),
            subject="thing/7",
            actor=SYSTEM,
            now=NOW,
            effective_at=NOW - timedelta(days=1),
            person_id=person,
        )
    (found,) = stored(database)
    assert (found.id, found.position, found.type) == (event.id, 0, "things.thing.changed.v1")
    assert (found.subject, found.actor, found.person_id) == ("thing/7", "system", person)
    assert (found.effective_at, found.recorded_at) == (NOW - timedelta(days=1), NOW)
    assert found.data == '{"count":3,"name":"名称"}'
    assert found.digest == hashlib.sha256(found.salt + found.data.encode()).digest()
    assert found.state_digest is None
    with database.read() as uow:
        assert tree_head(uow, "").root == event_leaf_hash(found)


def test_an_error_between_append_and_commit_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as uow:
            add_thing(uow)
            uow.before_commit(lambda _: (_ for _ in ()).throw(RuntimeError("crash")))

    with pytest.raises(RuntimeError, match="crash"):
        fail()
    assert stored(database) == []
    with database.read() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Thing)) == 0
        assert uow.session.scalar(select(func.count()).select_from(LogHead)) == 0
    with database.write() as uow:
        log_one(uow)
    assert [one.position for one in stored(database)] == [0]


def test_the_digest_is_over_the_row_as_it_is_at_commit_whenever_it_was_changed(database: Database) -> None:
    with database.write() as uow:
        thing = add_thing(uow)
        thing.count = 41
    with database.write() as uow:
        thing = uow.session.get_one(Thing, thing.id)
        thing.count = Thing.count + 1  # type: ignore[assignment]
        append(uow, ThingChanged("x"), row=thing, actor="system", now=NOW)
        thing.name = "changed after append"
    with database.read() as uow:
        row = uow.session.get_one(Thing, thing.id)
        assert (row.count, row.server, row.colour) == (42, "made by the database", Colour.RED)
        state, points_at = state_of(row), row.last_event_id
    last = stored(database)[-1]
    assert points_at == last.id
    assert last.subject == f"thing/{thing.id}"
    assert last.state_digest == hashlib.sha256(last.salt + state).digest()


def test_of_several_events_of_one_row_in_one_transaction_the_last_holds_the_digest(
    database: Database,
) -> None:
    with database.write() as uow:
        thing = add_thing(uow)
        append(uow, ThingChanged("again"), row=thing, actor="system", now=NOW)
        other = add_thing(uow, "other")
        append(uow, ThingChanged("and again"), row=thing, actor="system", now=NOW)
    events = stored(database)
    assert [one.state_digest is not None for one in events] == [False, False, True, True]
    assert [one.id for one in events] == sorted(one.id for one in events)
    with database.read() as uow:
        assert uow.session.get_one(Thing, thing.id).last_event_id == events[3].id
        assert uow.session.get_one(Thing, other.id).last_event_id == events[2].id


def test_a_deleted_row_has_a_last_event_that_says_so(database: Database) -> None:
    with database.write() as uow:
        thing = add_thing(uow)
    with database.write() as uow:
        thing = uow.session.get_one(Thing, thing.id)
        append(uow, ThingChanged("gone"), row=thing, actor="system", now=NOW)
        uow.session.delete(thing)
    assert stored(database)[-1].state_digest == DELETED_STATE


def test_an_audited_row_is_not_written_without_an_event(database: Database) -> None:
    with database.write() as uow:
        thing_id = add_thing(uow).id

    def change(*, delete: bool) -> None:
        with database.write() as uow:
            thing = uow.session.get_one(Thing, thing_id)
            if delete:
                uow.session.delete(thing)
            else:
                thing.name = "unlogged"

    def insert() -> None:
        with database.write() as uow:
            uow.session.add(Thing(id=new_id(), name="x", last_event_id=new_id()))

    def change_in_a_late_hook() -> None:
        with database.write() as uow:
            rename_thing(uow, thing_id, "logged")
            uow.before_commit(lambda late: setattr(late.session.get_one(Thing, thing_id), "name", "late"))

    def append_without_adding() -> None:
        with database.write() as uow:
            append(uow, ThingChanged("x"), row=Thing(name="x"), actor="system", now=NOW)

    for wrong in (
        lambda: change(delete=False),
        lambda: change(delete=True),
        insert,
        change_in_a_late_hook,
        append_without_adding,
    ):
        with pytest.raises(UnloggedChangeError):
            wrong()
    with database.read() as uow:
        assert [one.name for one in uow.session.scalars(select(Thing))] == ["one"]
    assert len(stored(database)) == 1


def test_reading_an_audited_row_and_writing_its_own_values_back_needs_no_event(database: Database) -> None:
    with database.write() as uow:
        thing_id = add_thing(uow).id
    with database.write() as uow:
        thing = uow.session.get_one(Thing, thing_id)
        thing.name = str(thing.name)
    assert len(stored(database)) == 1


def test_an_event_without_row_and_subject_or_with_a_naive_instant_is_refused(database: Database) -> None:
    with database.read() as uow:
        with pytest.raises(ValueError, match="subject"):
            append(uow, ThingChanged("x"), actor="system", now=NOW)
        with pytest.raises(ValueError, match="aware"):
            append(uow, ThingChanged("x"), subject="a/1", actor="system", now=NOW.replace(tzinfo=None))


ODD_VALUES: list[dict[str, Any]] = [
    {},
    {"at": datetime(2026, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))},
    {"at": datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "on": datetime(2026, 2, 28, tzinfo=UTC).date()},
    {"colour": "blue", "active": 1, "version": True, "count": 2**60, "label": ""},
    {"title": LocalizedText(zh="反商业贿赂", en="Anti-bribery"), "other_id": UUID(int=5)},
    {
        "extra": {"b": [1, (2, 3)], "a": {"键": None, "\U0001f600": True, "\uffff": 2**60}, "1": "x"},
        "tags": ["b", "a"],
    },
    {"document": {1: "int key", False: "bool key", None: "null"}, "plain_json": {"t": ("x", 1)}},
    {"document": [], "plain_json": "text"},
    {"rate": "1.5", "currency": "CNY", "raw": memoryview(b"\x00\xff")},
    {"rate": "-0.0", "currency": "", "raw": bytearray(b"")},
    {"rate": "12345678.9", "name": 'tab\tquote"back\\ \x7f\u2028 é e\u0301'},
]


@pytest.mark.filterwarnings("ignore:Dialect sqlite\\+pysqlite does")  # Numeric: exact enough for four digits
@pytest.mark.parametrize("columns", ODD_VALUES, ids=range(len(ODD_VALUES)))
def test_the_state_is_the_same_from_fresh_values_and_from_the_reloaded_row(
    database: Database, columns: dict[str, Any]
) -> None:
    columns = {name: Decimal(value) if name == "rate" else value for name, value in columns.items()}
    thing = Thing(id=UUID(int=1), **({"name": "n"} | columns))
    with database.write() as uow:
        uow.session.add(thing)
        append(uow, ThingChanged("x"), row=thing, actor="system", now=NOW)
    (event,) = stored(database)
    with database.read() as uow:
        state = state_of(uow.session.get_one(Thing, UUID(int=1)))
        mapping = uow.session.execute(select(Thing.__table__)).mappings().one()
        assert row_state(Thing, dict(mapping)) == state
    assert event.state_digest == hashlib.sha256(event.salt + state).digest()
    named = json.loads(state)
    assert "last_event_id" not in named
    assert set(named) == {column.name for column in Thing.__table__.columns} - {"last_event_id"}
    assert named["server"] == "made by the database"


def test_the_state_of_one_row_is_pinned_whatever_the_engine(database: Database) -> None:
    with database.write() as uow:
        add_thing(
            uow,
            id=UUID(int=1),
            colour=Colour.BLUE,
            at=datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8))),
            title=LocalizedText(zh="课", en="Course"),
            currency="CNY",
            extra={"b": 1, "a": [True, None]},
            raw=b"\x01",
        )
    with database.read() as uow:
        state = state_of(uow.session.get_one(Thing, UUID(int=1)))
    assert state.decode() == (
        '{"active":true,"at":"2026-03-01T00:00:00.000000Z","caption":null,"colour":"blue","count":0,'
        '"currency":"CNY","document":null,"extra":{"a":[true,null],"b":1},'
        '"id":"00000000-0000-0000-0000-000000000001","name":"one","on":null,"other_id":null,"plain_json":null,'
        '"rate":null,"raw":"01","server":"made by the database","tags":null,'
        '"title":{"en":"Course","zh":"课"},"version":1}'
    )


@pytest.mark.filterwarnings("ignore:Dialect sqlite\\+pysqlite does")
def test_a_float_or_a_number_finer_than_its_column_is_refused(database: Database) -> None:
    def write(**columns: Any) -> None:
        with database.write() as uow:
            add_thing(uow, **columns)

    with pytest.raises(TypeError, match="float"):
        write(document={"score": 0.1})
    with pytest.raises(ValueError, match="finer"):
        write(rate=Decimal("0.00005"))
    assert stored(database) == []


def test_the_bulk_path_writes_the_same_bytes_as_append(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    salt = b"s" * 16
    monkeypatch.setattr("secrets.token_bytes", lambda size: salt)
    with database.write() as uow:
        thing = add_thing(uow, "one", count=3)
        event = append(
            uow, ThingChanged("两", 2), subject="thing/2", actor="system", now=NOW, person_id=UUID(int=9)
        )
    with database.read() as uow:
        values = dict(uow.session.execute(select(Thing.__table__)).mappings().one())
    sequence_pending(database)
    entries = [
        Entry(
            ThingChanged("one"),
            f"thing/{thing.id}",
            "system",
            NOW,
            state=row_state(Thing, values),
            id=values["last_event_id"],
        ),
        Entry(ThingChanged("两", 2), "thing/2", "system", NOW, person_id=UUID(int=9), id=event.id),
    ]
    by_append = [event_leaf_hash(one) for one in stored(database)]
    data = [one.data for one in stored(database)]
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event")
        connection.exec_driver_sql("DELETE FROM log_head")
        assert append_many(connection, iter(entries), batch=1) == 2
    assert [event_leaf_hash(one) for one in stored(database)] == by_append
    assert [one.data for one in stored(database)] == data
    assert [one.position for one in stored(database)] == [0, 1]


def test_the_bulk_path_continues_the_log_where_it_stands(database: Database) -> None:
    with database.write() as uow:
        log_one(uow, "before")
    with database.engine.begin() as connection:
        assert (
            append_many(
                connection,
                (Entry(ThingChanged(str(at)), f"thing/{at}", "system", NOW) for at in range(600)),
                batch=200,
            )
            == 600
        )
    with database.write() as uow:
        log_one(uow, "after")
    events = stored(database)
    assert [one.position for one in events] == list(range(602))
    assert [json.loads(one.data)["name"] for one in (events[0], events[1], events[-1])] == [
        "before",
        "0",
        "after",
    ]
    with database.read() as uow:
        assert tree_head(uow, "").root == root_at(uow, 602)


def test_the_migration_and_the_models_agree_and_it_can_be_undone(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name in LOG_TABLES,
                "include_object": lambda thing, name, kind, *_: kind != "table" or name in LOG_TABLES,
            },
        )
        operations = Operations(context)
        schema.create_v1(operations)
        assert set(inspect(connection).get_table_names()) == LOG_TABLES
        assert compare_metadata(context, PlatformBase.metadata) == []
        schema.drop_v1(operations)
        assert inspect(connection).get_table_names() == []
        if not database.is_sqlite:
            assert inspect(connection).get_sequence_names() == []
        schema.create_v1(operations)
    database.dispose()


def test_an_event_cannot_be_lost_in_a_unit_of_work_that_only_reads(database: Database) -> None:
    with database.read() as uow, pytest.raises(RuntimeError, match="only reads"):
        log_one(uow)


@dataclass(frozen=True)
class Unregistered:
    """Not a message."""


def test_what_is_not_a_message_cannot_be_logged(database: Database) -> None:
    with database.read() as uow, pytest.raises(KeyError):
        append(uow, Unregistered(), subject="a/1", actor="system", now=NOW)
    assert to_plain(Unregistered()) == {}
