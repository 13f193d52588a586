"""Checkpoints and proofs of a stored log."""

import pytest
from sqlalchemy import event

from shared.core.errors import InvalidInput, NotFound
from shared.db.uow import Database
from shared.eventlog import (
    SigningKey,
    find_latest_checkpoint,
    get_checkpoint,
    list_checkpoints,
    make_checkpoint,
    prove_consistency,
    prove_inclusion,
    root_at,
    sequence_pending,
)
from shared.eventlog.checkpoint import verify
from shared.eventlog.merkle import EMPTY_ROOT, verify_consistency, verify_inclusion
from tests.shared.eventlog.things import NOW, fill


def checkpoint_at(database: Database, key: SigningKey) -> int:
    sequence_pending(database)
    with database.write() as uow:
        return make_checkpoint(uow, key, NOW).size


def test_a_checkpoint_signs_the_log_as_it_is_and_is_made_once(database: Database, key: SigningKey) -> None:
    fill(database, 3)
    assert checkpoint_at(database, key) == checkpoint_at(database, key) == 3
    fill(database, 2)
    assert checkpoint_at(database, key) == 5
    with database.read() as uow:
        assert [one.size for one in list_checkpoints(uow)] == [5, 3]
        assert [one.size for one in list_checkpoints(uow, before_size=5, limit=1)] == [3]
        latest = find_latest_checkpoint(uow)
        assert latest is not None
        head = verify(latest.note, key.verifier_key)
        assert (head.size, head.root) == (5, root_at(uow, 5)) == (latest.size, latest.root)
        with pytest.raises(NotFound):
            get_checkpoint(uow, 4)


def test_an_empty_log_has_a_checkpoint_and_no_proofs(database: Database, key: SigningKey) -> None:
    assert checkpoint_at(database, key) == 0
    with database.read() as uow:
        assert get_checkpoint(uow, 0).root == EMPTY_ROOT
        with pytest.raises(NotFound):
            prove_inclusion(uow, 0)
        with pytest.raises(InvalidInput):
            prove_consistency(uow, 0, 0)


def test_proofs_of_a_stored_log_hold_and_read_few_leaves(database: Database) -> None:
    fill(database, 1_100)
    sequence_pending(database)
    fetched = 0

    @event.listens_for(database.engine, "after_cursor_execute")
    def count(conn, cursor, statement, *_):  # type: ignore[no-untyped-def]
        nonlocal fetched
        fetched += "FROM event" in statement

    with database.read() as uow:
        for position, size in ((0, 1), (0, 1_100), (255, 256), (256, 1_100), (700, 1_099), (1_099, 1_100)):
            fetched = 0
            proof = prove_inclusion(uow, position, size)
            assert verify_inclusion(proof.leaf, position, size, proof.path, root_at(uow, size))
            assert proof.root == root_at(uow, size)
            assert fetched <= 14
        for first, second in ((1, 1_100), (256, 257), (255, 1_024), (513, 1_099), (1_100, 1_100)):
            path = prove_consistency(uow, first, second)
            assert verify_consistency(first, second, root_at(uow, first), root_at(uow, second), path)


@pytest.mark.parametrize(("position", "size"), [(3, None), (2, 2), (-1, 3)])
def test_a_position_outside_the_log_is_not_found(database: Database, position: int, size: int | None) -> None:
    fill(database, 3)
    sequence_pending(database)
    with database.read() as uow, pytest.raises(NotFound):
        prove_inclusion(uow, position, size)


def test_a_size_the_log_never_had_is_refused(database: Database) -> None:
    fill(database, 3)
    sequence_pending(database)
    with database.read() as uow:
        for first, second in ((0, 3), (2, 4), (3, 2), (-1, 2)):
            with pytest.raises(InvalidInput):
                prove_consistency(uow, first, second)
        with pytest.raises(InvalidInput):
            prove_inclusion(uow, 0, 4)
