"""Signed heads of a log, as text that other people's tools can read.

The text is a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint) inside a C2SP signed note
(https://c2sp.org/signed-note), signed with Ed25519:

    <origin>
    <size>
    <base64 of the root hash>

    — <key name> <base64 of 4-byte key id || 64-byte signature>
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_MAX_BYTES = 64 * 1024
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE = re.compile(r"— (\S+) (\S+)")


class CheckpointError(ValueError):
    """A text that is not a checkpoint, not a key, or not signed by the key it should be signed by."""


@dataclass(frozen=True)
class TreeHead:
    """`origin` names the log, `root` (32 bytes) is over its first `size` events."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return what is signed: three lines, each ended."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Signature:
    """One signature line of a note: who, the short id of which key, and the 64 bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return it as it stands in a note, ended."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True)
class SignedHead:
    """A checkpoint as it was read: the head and every signature on it, known keys or not."""

    head: TreeHead
    signatures: tuple[Signature, ...]

    def text(self) -> str:
        """Return the note."""
        return self.head.text() + "\n" + "".join(one.line() for one in self.signatures)


@dataclass(frozen=True)
class VerifierKey:
    """A named Ed25519 public key, written `name+hexid+base64(0x01 || public key)`."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name || newline || 0x01 || public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a verifier key; raise CheckpointError when anything about it is off."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not _is_key_name(parts[0]):
            raise CheckpointError("not a verifier key")
        blob = _decode(parts[2])
        if len(blob) != 33 or blob[:1] != _ED25519:
            raise CheckpointError("not an Ed25519 verifier key")
        key = cls(parts[0], blob[1:])
        if parts[1] != key.key_id.hex():
            raise CheckpointError("the verifier key's id does not match the key")
        return key

    def verify(self, signed: SignedHead) -> bool:
        """Say whether this key signed the head, whatever other signatures there are."""
        public = Ed25519PublicKey.from_public_bytes(self.public)
        mine = [one for one in signed.signatures if (one.name, one.key_id) == (self.name, self.key_id)]
        if not mine:
            return False
        try:
            for one in mine:
                public.verify(one.signature, signed.head.text().encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A named Ed25519 private key; the name is also the origin of the log it signs."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier_key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, head: TreeHead) -> SignedHead:
        """Return the head with this key's signature; the same head always gives the same bytes."""
        signature = self.private.sign(head.text().encode())
        return SignedHead(head, (Signature(self.name, self.verifier_key.key_id, signature),))


def parse(text: str) -> SignedHead:
    """Read a checkpoint strictly, without checking signatures; raise CheckpointError for anything else."""
    if len(text.encode(errors="replace")) > _MAX_BYTES or not text.endswith("\n"):
        raise CheckpointError("a checkpoint is a short text of whole lines")
    body, blank, tail = text.rpartition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) != 3:
        raise CheckpointError("a checkpoint has three lines, an empty one, and signatures")
    origin, size, root = lines
    if not origin or not origin.isprintable() or not _SIZE.fullmatch(size):
        raise CheckpointError("a checkpoint names its log and its size")
    digest = _decode(root)
    if len(digest) != 32:
        raise CheckpointError("a checkpoint's root has 32 bytes")
    return SignedHead(TreeHead(origin, int(size), digest), _signatures(tail[:-1].split("\n")))


def verify(text: str, key: VerifierKey, *, origin: str | None = None) -> TreeHead:
    """Return the head that `key` signed for `origin` (by default the key's name).

    Raises CheckpointError when the text is not a checkpoint, names another log, or lacks a good signature.
    """
    signed = parse(text)
    if signed.head.origin != (origin or key.name):
        raise CheckpointError("the checkpoint is of another log")
    if not key.verify(signed):
        raise CheckpointError("the checkpoint is not signed by this key")
    return signed.head


def _signatures(lines: Sequence[str]) -> tuple[Signature, ...]:
    found = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None or not _is_key_name(match[1]):
            raise CheckpointError("a line after the empty one is not a signature")
        blob = _decode(match[2])
        if len(blob) < 5:
            raise CheckpointError("a signature is too short")
        found.append(Signature(match[1], blob[:4], blob[4:]))
    return tuple(found)


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(char.isspace() for char in name)


def _decode(text: str) -> bytes:
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointError("not base64") from error
    if base64.b64encode(blob).decode() != text:
        raise CheckpointError("not canonical base64")
    return blob
