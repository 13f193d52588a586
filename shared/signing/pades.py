"""PAdES signatures (ETSI EN 319 142-1): level B-B, or B-T where a time-stamping authority is configured.

The signature is an incremental update: the bytes before it stay as they were drawn, and stay PDF/A. Import this
module on use: pyHanko takes a third of a second, and few requests need it.
"""

import asyncio
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import SimpleSigner, cms_embedder
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from shared.signing.keystore import Keystore, find_identity, key_id_of

T = TypeVar("T")

FIELD = "Goodstanding"
_DIGEST = "sha256"
# In characters of hex, for the CMS: our own certificate and its chain; a time stamp brings the authority's chain.
_ROOM = 4096
_ROOM_FOR_TIMESTAMP = 16384


class PdfSigner:
    """Signs PDFs with one key. Not safe to share between threads: make one for each."""

    def __init__(self, keystore: Keystore, timestamper: TimeStamper | None = None) -> None:
        private = keystore.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        chain = [_to_asn1(one) for one in keystore.chain]
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(chain)
        self._signer = SimpleSigner(
            _to_asn1(keystore.certificate), asn1_keys.PrivateKeyInfo.load(private), registry
        )
        if timestamper is None and keystore.timestamp_url:
            timestamper = HTTPTimeStamper(keystore.timestamp_url, timeout=10)
        self._timestamper = timestamper
        room = sum(len(one.dump()) for one in chain) * 2 + _ROOM
        self._room = room + (_ROOM_FOR_TIMESTAMP if timestamper else 0)
        self._key = keystore.key
        self._mould: _Mould | None = None

    def sign(self, pdf: bytes, *, at: datetime) -> bytes:
        """Return the PDF with a signature over all of it, said to be made at `at` (aware)."""
        return self.sign_all([pdf], at=at)[0]

    def sign_all(self, pdfs: Sequence[bytes], *, at: datetime) -> list[bytes]:
        """Return every PDF signed."""

        async def all_of_them() -> list[bytes]:
            return [await self._sign(one, at) for one in pdfs]

        return _outside_any_loop(lambda: asyncio.run(all_of_them()))

    async def _sign(self, pdf: bytes, at: datetime) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        # Step by step, because the whole in one call signs twice: once to see how long the signature is.
        steps = cms_embedder.PdfCMSEmbedder().write_cms(field_name=FIELD, writer=writer)
        next(steps)
        place = SignatureObject(bytes_reserved=self._room, subfilter=SigSeedSubFilter.PADES, timestamp=at)
        steps.send(cms_embedder.SigObjSetup(sig_placeholder=place))
        prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm=_DIGEST, in_place=True))
        steps.send(await self._container(prepared.document_digest))
        whole: bytes = output.getvalue()
        return whole

    async def _container(self, digest: bytes) -> cms.ContentInfo | bytes:
        """Return the CMS container over a digest: by pyHanko, or cast from one that pyHanko made before.

        Two containers of one key differ in the digest and in the signature alone, and building one takes ten
        times as long as signing. A time stamp is another part that differs: then each is built.
        """
        if self._mould is not None:
            return self._mould.cast(digest, self._key)
        built = await self._signer.async_sign(digest, _DIGEST, use_pades=True, timestamper=self._timestamper)
        if self._timestamper is None:
            self._mould = _Mould.of(built, digest)
        return built


@dataclass(frozen=True)
class _Mould:
    """A container in DER, the signed attributes in it, and what is replaced in both."""

    container: bytes
    attributes: bytes
    digest: bytes
    signature: bytes

    @classmethod
    def of(cls, built: cms.ContentInfo, digest: bytes) -> "_Mould | None":
        """Return the mould, or None when what is to be replaced is not there exactly once."""
        signer = built["content"]["signer_infos"][0]
        # What is signed has the tag of a SET (RFC 5652, 5.4); in the container it is [0].
        attributes: bytes = b"\x31" + signer["signed_attrs"].dump()[1:]
        mould = cls(built.dump(), attributes, digest, signer["signature"].native)
        parts = (
            mould.container.count(digest),
            attributes.count(digest),
            mould.container.count(mould.signature),
        )
        return mould if parts == (1, 1, 1) else None

    def cast(self, digest: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
        """Return a container over another digest."""
        signed = self.attributes.replace(self.digest, digest)
        signature = b""
        # A signature takes 70 to 72 bytes in DER; one of the same length leaves every length around it right.
        while len(signature) != len(self.signature):
            signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self.container.replace(self.digest, digest).replace(self.signature, signature)


class Verdict(StrEnum):
    """What a file's own signature says."""

    INTACT = "intact"  # Ours, and over every byte of the file.
    ALTERED = "altered"  # Ours, and the file is not what was signed.
    FOREIGN = "foreign"  # No signature, or not by a key of ours.


@dataclass(frozen=True)
class SignatureReading:
    """`signer` and `signed_at` are what the signature claims; both None for one that is not ours."""

    verdict: Verdict
    signer: str | None = None
    signed_at: datetime | None = None
    key_id: str | None = None


def read_signature(pdf: bytes, ours: Sequence[x509.Certificate]) -> SignatureReading:
    """Return what the signature in a file says, checked against our own certificates and nothing else.

    A file in which none of our certificates stands is not opened at all, so that a stranger's file cannot keep
    the reader busy. Never raises: a file that cannot be read is not a document of ours any more.
    """
    # The signature's container holds the certificate; PDF writes it in hex (ISO 32000-2, 12.8.1).
    text = pdf.upper()
    signing = next(
        (one for one in ours if one.public_bytes(Encoding.DER).hex().upper().encode() in text), None
    )
    if signing is None:
        return SignatureReading(Verdict.FOREIGN)
    key_id = key_id_of(signing)
    altered = SignatureReading(Verdict.ALTERED, find_identity(signing), None, key_id)
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
        # Ours has one signature. Another one after it is a change that nobody here made.
        if len(signatures) != 1:
            return altered
        status = _outside_any_loop(
            lambda: validate_pdf_signature(signatures[0], _trust(signing), skip_diff=False)
        )
        unchanged = status.modification_level in (None, ModificationLevel.NONE)
        whole = unchanged and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        if not (status.intact and status.valid and whole) or status.signing_cert.dump() != _der(signing):
            return altered
        return SignatureReading(Verdict.INTACT, find_identity(signing), status.signer_reported_dt, key_id)
    except Exception:
        # pyHanko raises many kinds for bytes that somebody changed; each means the same to the caller.
        return altered


def _outside_any_loop(work: Callable[[], T]) -> T:
    """Do it in a thread of its own: whoever calls may be inside a running event loop, which takes no second one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()


def _trust(certificate: x509.Certificate) -> ValidationContext:
    """Trust this certificate itself: which ones are ours is known, so that no chain has to be asked for."""
    return ValidationContext(
        trust_roots=[_to_asn1(certificate)], allow_fetching=False, revocation_mode="soft-fail"
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_der(certificate))
