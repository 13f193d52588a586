"""The key that signs documents: given as PKCS#12 or PEM, or made on first run for development."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from shared.core.settings import Settings

DEVELOPMENT_FILE = "signing-development.pem"
# What tells everybody who looks at the certificate that nobody vouches for it.
DEVELOPMENT_NAME = "Goodstanding development key (not for use)"
_YEARS = 20


class KeystoreError(Exception):
    """The keystore cannot be used; the text says why, for whoever runs the suite."""


@dataclass(frozen=True)
class Keystore:
    """A private EC P-256 key with its certificate; `chain` leads from there to the root, without the first."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    timestamp_url: str = ""

    @property
    def key_id(self) -> str:
        """The SHA-256 of the certificate, in hex: how records name the key."""
        return key_id_of(self.certificate)

    @property
    def development(self) -> bool:
        """Whether it is the key that the suite made for itself, for which nobody vouches."""
        return is_development(self.certificate)

    @property
    def pem(self) -> str:
        """The certificate and its chain, for whoever checks signatures later."""
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in (self.certificate, *self.chain))


def key_id_of(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def is_development(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is one that the suite made for itself."""
    return find_identity(certificate) == DEVELOPMENT_NAME


def find_identity(certificate: x509.Certificate) -> str:
    """Return the name in a certificate (its common name, else the whole subject)."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def load_keystore(settings: Settings) -> Keystore:
    """Return the configured keystore, or the development one, which is made when there is none.

    Raises KeystoreError for a file that does not hold an EC P-256 key and its certificate.
    """
    if settings.signing_keystore:
        path, password = Path(settings.signing_keystore), settings.signing_password_file
        return _load(path, password, settings.timestamp_url)
    path = settings.key_dir / DEVELOPMENT_FILE
    if not path.exists():
        _make_development(path)
    return _load(path, "", settings.timestamp_url)


@lru_cache(maxsize=8)
def _load(path: Path, password_file: str, timestamp_url: str) -> Keystore:
    password = Path(password_file).read_text().strip().encode() if password_file else None
    content = path.read_bytes()
    try:
        key, certificates = (
            _read_pem(content, password) if b"-----BEGIN" in content else _read_p12(content, password)
        )
    except (ValueError, TypeError) as error:
        raise KeystoreError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeystoreError(f"{path.name} does not hold an EC P-256 private key")
    own = next((one for one in certificates if one.public_key() == key.public_key()), None)
    if own is None:
        raise KeystoreError(f"{path.name} holds no certificate for its key")
    return Keystore(key, own, tuple(one for one in certificates if one is not own), timestamp_url)


def _read_pem(content: bytes, password: bytes | None) -> tuple[object, list[x509.Certificate]]:
    return load_pem_private_key(content, password), x509.load_pem_x509_certificates(content)


def _read_p12(content: bytes, password: bytes | None) -> tuple[object, list[x509.Certificate]]:
    key, certificate, others = pkcs12.load_key_and_certificates(content, password)
    return key, [*([certificate] if certificate else []), *others]


def make_certificate(key: ec.EllipticCurvePrivateKey, name: str, *, since: datetime) -> x509.Certificate:
    """Return a self-signed certificate for signing documents, valid for twenty years."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _make_development(path: Path) -> None:
    """Make key and certificate in one file that its owner alone can read; of two who begin at once the first counts."""
    key = ec.generate_private_key(ec.SECP256R1())
    # Long ago: documents of the demo company's past, and of tests with clocks of their own, are signed too.
    certificate = make_certificate(key, DEVELOPMENT_NAME, since=datetime(2020, 1, 1, tzinfo=UTC))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mine = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.write(certificate.public_bytes(Encoding.PEM))
        try:
            os.link(mine, path)
        except FileExistsError:
            return
    finally:
        mine.unlink()
