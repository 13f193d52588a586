"""Signing what leaves the suite, and reading what comes back: PAdES in PDFs (`pades`), JWS around credentials."""

from shared.signing.keystore import (
    Keystore,
    KeystoreError,
    find_identity,
    is_development,
    key_id_of,
    load_keystore,
)
from shared.signing.tokens import jwk_of, read_jwt, sign_jwt

__all__ = [
    "Keystore",
    "KeystoreError",
    "find_identity",
    "is_development",
    "jwk_of",
    "key_id_of",
    "load_keystore",
    "read_jwt",
    "sign_jwt",
]
