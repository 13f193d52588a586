"""The Merkle tree over a log (RFC 6962, section 2; RFC 9162, section 2.1): roots, proofs and their checks.

Pure: hashes in, hashes out, nothing but hashlib. A *leaf hash* is SHA-256(0x00 || leaf); an inner node is
SHA-256(0x01 || left || right). All hashes are 32 bytes. A *tile* is the root of 256 neighbouring leaves: with
the tiles kept, a proof needs at most 255 leaves at each of two places, however long the log is.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

HASH_BYTES = 32
TILE_LEVEL = 8
TILE_WIDTH = 1 << TILE_LEVEL
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node from those of its children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """What must be kept to append to a tree: the roots of its complete subtrees, widest first."""

    size: int = 0
    nodes: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> bytes | None:
        """Add a leaf hash; return the hash of the tile this leaf completed, if it completed one."""
        node, level, rest, tile = leaf, 0, self.size, None
        while rest & 1:
            node = node_hash(self.nodes.pop(), node)
            rest >>= 1
            level += 1
            if level == TILE_LEVEL:
                tile = node
        self.nodes.append(node)
        self.size += 1
        return tile

    def root(self) -> bytes:
        """Return the root of the tree as it is now."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the nodes one after the other; the size is kept beside them."""
        return b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> "Frontier":
        """Restore a frontier; raise ValueError when `packed` cannot belong to a tree of this size."""
        if size < 0 or len(packed) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"{len(packed)} bytes are not the frontier of a tree of {size} leaves")
        return cls(size, [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)])


class HashSource(Protocol):
    """Where proofs take stored hashes from; ranges are half-open and complete."""

    def leaf_hashes(self, start: int, end: int) -> Sequence[bytes]:
        """Return the leaf hashes of positions start to end, fewer than 256 of them."""

    def tile_hashes(self, start: int, end: int) -> Sequence[bytes]:
        """Return the hashes of tiles start to end."""


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over a sequence of leaf hashes (of none: SHA-256 of nothing)."""
    frontier = Frontier()
    for one in hashes:
        frontier.append(one)
    return frontier.root()


def range_root(source: HashSource, start: int, end: int) -> bytes:
    """Return the root of the subtree over leaves start to end; `start` is where the tree splits."""
    width = end - start
    if width < TILE_WIDTH:
        return root_of(source.leaf_hashes(start, end))
    if width % TILE_WIDTH == 0:
        return root_of(source.tile_hashes(start // TILE_WIDTH, end // TILE_WIDTH))
    split = start + _split(width)
    return node_hash(range_root(source, start, split), range_root(source, split, end))


def inclusion_proof(source: HashSource, index: int, size: int) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(range_root(source, split, end))
            end = split
        else:
            path.append(range_root(source, start, split))
            start = split
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether `path` shows the leaf hash at `index` in the tree with this size and root (2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes([leaf, root, *path]):
        return False
    node, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(one, found)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            found = node_hash(found, one)
        node >>= 1
        last >>= 1
    return last == 0 and found == root


def consistency_proof(source: HashSource, first: int, second: int) -> list[bytes]:
    """Return the proof that the tree of `second` leaves extends the one of `first` (RFC 9162, 2.1.4.1).

    It is empty for equal sizes. Raises ValueError unless 0 < first <= second: from nothing, everything
    follows, so there is nothing to prove.
    """
    if not 0 < first <= second:
        raise ValueError(f"no consistency is defined between sizes {first} and {second}")
    proof: list[bytes] = []
    start, end, whole = 0, second, True
    while first != end:
        split = start + _split(end - start)
        if first <= split:
            proof.append(range_root(source, split, end))
            end = split
        else:
            proof.append(range_root(source, start, split))
            start, whole = split, False
    if not whole:
        proof.append(range_root(source, start, end))
    return proof[::-1]


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether `proof` shows that the second tree extends the first (2.1.4.2).

    Sizes of zero are refused, also 0 and 0: any tree "extends" the empty one, so accepting that would let a
    server that hides its log pass for consistent.
    """
    if not 0 < first <= second or not _all_hashes([first_root, second_root, *proof]):
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof:
        return False
    rest = list(proof) if first & (first - 1) else [first_root, *proof]
    node, last = first - 1, second - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old = new = rest[0]
    for one in rest[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(one, old), node_hash(one, new)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new = node_hash(new, one)
        node >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root


def _split(width: int) -> int:
    """Return the largest power of two smaller than `width`, which is at least 2."""
    return 1 << (width - 1).bit_length() - 1


def _all_hashes(found: Sequence[bytes]) -> bool:
    return all(len(one) == HASH_BYTES for one in found)
