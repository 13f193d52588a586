"""Compact JWS (RFC 7515) with ES256 by the key of the keystore, and its public half as a JWK (RFC 7517)."""

from collections.abc import Iterable, Mapping
from typing import Any

from cryptography import x509
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.core.canonical import canonical_json
from shared.signing.keystore import Keystore

_ALGORITHM = "ES256"


def jwk_of(certificate: x509.Certificate, key_id: str) -> dict[str, Any]:
    """Return the public key in a certificate as a JWK named `key_id`."""
    found = dict(ECKey.import_key(certificate.public_key()).as_dict(private=False))  # type: ignore[arg-type]
    return found | {"kid": key_id, "alg": _ALGORITHM, "use": "sig"}


def sign_jwt(claims: Mapping[str, Any], keystore: Keystore, *, key_url: str, kind: str) -> str:
    """Return the claims signed; `kind` is the header's `typ`, `key_url` its `kid`, where the key is published."""
    header = {"alg": _ALGORITHM, "typ": kind, "kid": key_url}
    return jws.serialize_compact(header, canonical_json(claims), ECKey.import_key(keystore.key))


def read_jwt(token: str, keys: Iterable[Mapping[str, Any]]) -> bytes | None:
    """Return what is signed when one of the public `keys` (JWKs) vouches for it, else None."""
    for key in keys:
        try:
            return jws.deserialize_compact(
                token, ECKey.import_key(dict(key)), algorithms=[_ALGORITHM]
            ).payload
        except (JoseError, ValueError):
            continue
    return None
