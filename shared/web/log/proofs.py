"""Proving one event step by step, from its data up to the signed root, in a form that can be shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.db.uow import UnitOfWork
from shared.eventlog import (
    Checkpoint,
    CheckpointError,
    Event,
    VerifierKey,
    find_latest_checkpoint,
    prove_inclusion,
)
from shared.eventlog.checkpoint import verify as verify_note
from shared.eventlog.leaf import event_leaf_hash, salted_digest
from shared.eventlog.merkle import node_hash, verify_inclusion


@dataclass(frozen=True)
class Step:
    """One level of the tree: the sibling, on which side of ours it stands, and the hash of both."""

    side: str
    sibling: bytes
    result: bytes


@dataclass(frozen=True)
class Proof:
    """What was checked for one event.

    `data_holds` is None when the data has been erased. `checkpoint` is None when none covers the event yet;
    the steps then lead to the log's present, unsigned head. `complete` is False when events that the proof
    rests on are missing from the log.
    """

    leaf: bytes
    size: int
    steps: tuple[Step, ...]
    data_holds: bool | None
    path_holds: bool
    checkpoint: Checkpoint | None
    signature_holds: bool | None
    complete: bool = True

    @property
    def holds(self) -> bool:
        """Whether nothing that could be checked is wrong."""
        return self.path_holds and self.data_holds is not False and self.signature_holds is not False


def prove(uow: UnitOfWork, event: Event, key: VerifierKey) -> Proof:
    """Check an event's data against its leaf, and its leaf against the latest checkpoint that covers it."""
    assert event.position is not None
    checkpoint = find_latest_checkpoint(uow)
    if checkpoint is not None and checkpoint.size <= event.position:
        checkpoint = None
    leaf = event_leaf_hash(event)
    data_holds = _data_holds(event)
    signature_holds = None if checkpoint is None else _is_signed(checkpoint, key)
    try:
        found = prove_inclusion(uow, event.position, checkpoint.size if checkpoint else None)
    except LookupError:
        size = checkpoint.size if checkpoint else 0
        return Proof(leaf, size, (), data_holds, False, checkpoint, signature_holds, complete=False)
    root = checkpoint.root if checkpoint else found.root
    steps = climb(leaf, found.position, found.size, found.path)
    holds = verify_inclusion(leaf, found.position, found.size, found.path, root)
    return Proof(leaf, found.size, tuple(steps), data_holds, holds, checkpoint, signature_holds)


def climb(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> list[Step]:
    """Return the steps by which an audit path leads from a leaf to the root (RFC 9162, 2.1.3.2)."""
    node, last, found, steps = index, size - 1, leaf, []
    for sibling in path:
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            steps.append(Step("left", sibling, found))
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
            steps.append(Step("right", sibling, found))
        node >>= 1
        last >>= 1
    return steps


def _data_holds(event: Event) -> bool | None:
    if event.data is None or event.salt is None:
        return None if event.data is None and event.salt is None else False
    return salted_digest(event.salt, event.data.encode()) == event.digest


def _is_signed(checkpoint: Checkpoint, key: VerifierKey) -> bool:
    """Say whether the note is signed by the key and says what the row says."""
    try:
        head = verify_note(checkpoint.note, key)
    except CheckpointError:
        return False
    return (head.size, head.root) == (checkpoint.size, checkpoint.root)
