"""The tree against the vectors of Certificate Transparency and against the RFC's own recursive definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventlog import merkle

# The leaves and roots of sizes 1 to 8 that Certificate Transparency's implementations share.
LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(one)
    for one in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]


class Hashes:
    """A source that refuses to give what a stored log would not have."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.asked = 0

    def leaf_hashes(self, start: int, end: int) -> list[bytes]:
        assert end - start < 256
        self.asked += end - start
        return self.leaves[start:end]

    def tile_hashes(self, start: int, end: int) -> list[bytes]:
        assert end * 256 <= len(self.leaves)
        return [merkle.root_of(self.leaves[at * 256 : at * 256 + 256]) for at in range(start, end)]


def naive_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(first: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if first <= split:
        return [*naive_consistency(first, leaves[:split], whole=whole), naive_root(leaves[split:])]
    return [*naive_consistency(first - split, leaves[split:], whole=False), naive_root(leaves[:split])]


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(at).encode()) for at in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle.root_of(map(merkle.leaf_hash, LEAVES[:size])) == ROOTS[size - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.Frontier().root() == hashlib.sha256(b"").digest() == merkle.EMPTY_ROOT


def test_the_proofs_are_those_of_certificate_transparency() -> None:
    source = Hashes([merkle.leaf_hash(leaf) for leaf in LEAVES])
    path = merkle.inclusion_proof(source, 5, 8)
    assert [one.hex()[:8] for one in path] == ["bc1a0643", "ca854ea1", "d37ee418"]
    proof = merkle.consistency_proof(source, 6, 8)
    assert [one.hex()[:8] for one in proof] == ["0ebc5d34", "ca854ea1", "d37ee418"]


@given(size=st.integers(0, 700))
def test_the_frontier_and_the_stored_tiles_lead_to_the_root_of_the_definition(size: int) -> None:
    leaves, frontier = leaves_of(size), merkle.Frontier()
    tiles = [tile for leaf in leaves if (tile := frontier.append(leaf)) is not None]
    restored = merkle.Frontier.from_bytes(size, frontier.to_bytes())
    assert restored.root() == naive_root(leaves) == merkle.range_root(Hashes(leaves), 0, size)
    assert tiles == Hashes(leaves).tile_hashes(0, size // 256)


@given(data=st.data(), size=st.integers(1, 1400))
def test_an_inclusion_proof_is_that_of_the_definition_and_holds_for_its_leaf_alone(
    data: st.DataObject, size: int
) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    source = Hashes(leaves)
    path = merkle.inclusion_proof(source, index, size)
    assert path == naive_path(index, leaves)
    assert source.asked <= 512
    root = naive_root(leaves)
    assert merkle.verify_inclusion(leaves[index], index, size, path, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, size, path, root)
    assert not merkle.verify_inclusion(leaves[index], index, size, [*path, root], root)
    assert not merkle.verify_inclusion(leaves[index], size, size, path, root)
    if size > 1:
        assert not merkle.verify_inclusion(leaves[index], index, size, path[:-1], root)
        assert not merkle.verify_inclusion(leaves[index], (index + 1) % size, size, path, root)


@given(data=st.data(), second=st.integers(1, 1400))
def test_a_consistency_proof_is_that_of_the_definition_and_holds_for_its_trees_alone(
    data: st.DataObject, second: int
) -> None:
    first = data.draw(st.integers(1, second))
    leaves = leaves_of(second)
    source = Hashes(leaves)
    proof = merkle.consistency_proof(source, first, second)
    assert proof == naive_consistency(first, leaves)
    assert source.asked <= 512
    old, new, other = naive_root(leaves[:first]), naive_root(leaves), merkle.leaf_hash(b"other")
    assert merkle.verify_consistency(first, second, old, new, proof)
    assert not merkle.verify_consistency(first, second, other, new, proof)
    assert not merkle.verify_consistency(first, second, old, other, proof)
    assert not merkle.verify_consistency(first, second, old, new, [*proof, other])
    for at in range(len(proof)):
        assert not merkle.verify_consistency(first, second, old, new, [*proof[:at], other, *proof[at + 1 :]])


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (5, 4), (-1, 3)])
def test_consistency_from_nothing_or_backwards_is_refused(first: int, second: int) -> None:
    root = merkle.EMPTY_ROOT
    assert not merkle.verify_consistency(first, second, root, root, [])
    with pytest.raises(ValueError, match="no consistency"):
        merkle.consistency_proof(Hashes([]), first, second)


def test_an_empty_proof_between_different_sizes_is_refused() -> None:
    assert not merkle.verify_consistency(4, 8, ROOTS[3], ROOTS[3], [])
    assert merkle.verify_consistency(4, 4, ROOTS[3], ROOTS[3], [])
    assert not merkle.verify_consistency(4, 4, ROOTS[3], ROOTS[4], [])


def test_a_frontier_of_another_size_is_not_restored() -> None:
    with pytest.raises(ValueError, match="frontier"):
        merkle.Frontier.from_bytes(3, b"\x00" * 32)
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_proof(Hashes([]), 0, 0)
