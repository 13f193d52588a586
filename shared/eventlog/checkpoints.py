"""Checkpoints and proofs of a stored log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.core.errors import InvalidInput, NotFound
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import merkle
from shared.eventlog.checkpoint import SigningKey, TreeHead
from shared.eventlog.leaf import event_leaf_hash
from shared.eventlog.models import Checkpoint, Event, LogHead, MerkleTile
from shared.eventlog.sequencer import LEAF_COLUMNS


@dataclass(frozen=True)
class InclusionProof:
    """That the leaf at `position` is in the tree of `size` leaves with this root."""

    position: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


class StoredLog:
    """The hashes kept in the database: tiles, and leaves made again from the events' columns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def leaf_hashes(self, start: int, end: int) -> Sequence[bytes]:
        """Return the leaf hashes of these positions; raise LookupError when one is missing."""
        statement = select(*LEAF_COLUMNS).where(Event.position >= start, Event.position < end)
        rows = self._session.execute(statement.order_by(Event.position)).all()
        return _complete([event_leaf_hash(row) for row in rows], start, end)

    def tile_hashes(self, start: int, end: int) -> Sequence[bytes]:
        """Return the hashes of these tiles; raise LookupError when one is missing."""
        statement = select(MerkleTile.hash).where(MerkleTile.number >= start, MerkleTile.number < end)
        return _complete(self._session.scalars(statement.order_by(MerkleTile.number)).all(), start, end)


def tree_head(uow: UnitOfWork, origin: str) -> TreeHead:
    """Return the log's head as this transaction sees it."""
    found = uow.session.execute(select(LogHead.size, LogHead.frontier)).one_or_none()
    frontier = merkle.Frontier() if found is None else merkle.Frontier.from_bytes(found.size, found.frontier)
    return TreeHead(origin, frontier.size, frontier.root())


def make_checkpoint(uow: UnitOfWork, key: SigningKey, now: datetime) -> Checkpoint:
    """Sign the log's head as it is and keep it; of the same size there is only ever one."""
    head = tree_head(uow, key.name)
    engine = sqlite if uow.database.is_sqlite else postgresql
    uow.session.execute(
        engine.insert(Checkpoint)
        .values(size=head.size, root=head.root, note=key.sign(head).text(), made_at=now)
        .on_conflict_do_nothing()
    )
    return get_checkpoint(uow, head.size)


def find_latest_checkpoint(uow: UnitOfWork) -> Checkpoint | None:
    """Return the checkpoint of the largest size."""
    return uow.session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def get_checkpoint(uow: UnitOfWork, size: int) -> Checkpoint:
    """Return the checkpoint of this size; raise NotFound."""
    found = uow.session.get(Checkpoint, size)
    if found is None:
        raise NotFound(N_("There is no checkpoint of this size"))
    return found


def list_checkpoints(uow: UnitOfWork, *, limit: int = 50, before_size: int | None = None) -> list[Checkpoint]:
    """Return checkpoints, the largest first, up to 200 and smaller than `before_size`."""
    statement = select(Checkpoint).order_by(Checkpoint.size.desc()).limit(max(1, min(limit, 200)))
    if before_size is not None:
        statement = statement.where(Checkpoint.size < before_size)
    return list(uow.session.scalars(statement))


def prove_inclusion(uow: UnitOfWork, position: int, size: int | None = None) -> InclusionProof:
    """Prove that the event at `position` is in the log's first `size` events (by default, all there are).

    Raises NotFound for a position that the log has not reached, InvalidInput for a size that it never had.
    """
    reached = tree_head(uow, "").size
    size = reached if size is None else size
    if not 0 <= size <= reached:
        raise InvalidInput(N_("The log has not reached this size"))
    if not 0 <= position < size:
        raise NotFound(N_("The log has no event at this position"))
    stored = StoredLog(uow.session)
    path = merkle.inclusion_proof(stored, position, size)
    (leaf,) = stored.leaf_hashes(position, position + 1)
    return InclusionProof(position, size, leaf, tuple(path), root_at(uow, size))


def prove_consistency(uow: UnitOfWork, first: int, second: int) -> list[bytes]:
    """Prove that the log of `second` events extends that of `first`; raise InvalidInput for other sizes."""
    if not 0 < first <= second <= tree_head(uow, "").size:
        raise InvalidInput(
            N_("Consistency is between two sizes the log has had, the smaller first, and not zero")
        )
    return merkle.consistency_proof(StoredLog(uow.session), first, second)


def root_at(uow: UnitOfWork, size: int) -> bytes:
    """Return the root over the log's first `size` events."""
    return merkle.range_root(StoredLog(uow.session), 0, size)


def _complete(found: Sequence[bytes], start: int, end: int) -> Sequence[bytes]:
    if len(found) != end - start:
        raise LookupError(f"the log holds {len(found)} of the hashes {start} to {end}")
    return found
