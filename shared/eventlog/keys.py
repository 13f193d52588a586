"""Each service's signing key, kept in a file that its owner alone can read."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.eventlog.checkpoint import SigningKey


def log_origin(service: str) -> str:
    """Return how checkpoints name a service's log."""
    return f"goodstanding/{service}"


def load_or_create_key(key_dir: Path, service: str) -> SigningKey:
    """Return the key that signs the log of `service`, making it on first use.

    Two processes that start at once agree on one key: the file appears whole or not at all, and the first
    counts. Raises ValueError when the file is there and is not a key: it is never replaced, since every
    checkpoint signed so far rests on it.
    """
    path = key_dir / f"log-{service}.key"
    if not path.exists():
        _create(path)
    raw = path.read_bytes()
    if len(raw) != 32:
        raise ValueError(f"{path.name} does not hold an Ed25519 private key of 32 bytes")
    return SigningKey(log_origin(service), Ed25519PrivateKey.from_private_bytes(raw))


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mine = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)
        except FileExistsError:
            return  # Another process was first; its key counts.
    finally:
        mine.unlink()
