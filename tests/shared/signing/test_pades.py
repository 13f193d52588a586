"""Signed PDFs: judged by pyHanko's own validator, and by what the verify page is told."""

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from shared.documents import PdfPool, render_sheets
from shared.signing import Keystore, load_keystore
from shared.signing.keystore import make_certificate
from shared.signing.pades import PdfSigner, Verdict, read_signature
from tests.shared.documents.pdfa import attached_json, pdfa_problems
from tests.shared.documents.test_sheets import FORM, sheet
from tests.shared.signing.test_keystore import settings

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    pool = PdfPool(workers=1)
    try:
        return render_sheets(FORM, [sheet("李薇")], pool=pool)[0]
    finally:
        pool.close()


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> Keystore:
    return load_keystore(settings(tmp_path_factory.mktemp("keys")))


@pytest.fixture(scope="module")
def signed(drawn: bytes, keystore: Keystore) -> bytes:
    return PdfSigner(keystore).sign(drawn, at=AT)


async def _read_within_a_loop(keystore: Keystore, drawn: bytes) -> Verdict:
    signed = PdfSigner(keystore).sign(drawn, at=AT)
    return read_signature(signed, [keystore.certificate]).verdict


def test_it_signs_and_reads_for_a_caller_inside_a_running_event_loop(
    keystore: Keystore, drawn: bytes
) -> None:
    assert asyncio.run(_read_within_a_loop(keystore, drawn)) is Verdict.INTACT


def test_the_signature_is_valid_pades_and_covers_every_byte(
    signed: bytes, drawn: bytes, keystore: Keystore
) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    root = x509.Certificate.load(keystore.certificate.public_bytes(Encoding.DER))
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.md_algorithm == "sha256"
    attributes = {one["type"].native for one in signature.signer_info["signed_attrs"]}
    # ETSI EN 319 142-1: the certificate is named in what is signed, and the time is not (it stands in /M).
    assert "signing_certificate_v2" in attributes
    assert "signing_time" not in attributes
    assert signed.startswith(drawn), "an incremental update: what was drawn is there, byte for byte"


def test_every_signature_of_one_signer_is_valid_and_over_its_own_document(
    drawn: bytes, keystore: Keystore
) -> None:
    signer = PdfSigner(keystore)
    files = [drawn + b"\n%" + bytes([65 + number]) * 3 + b"\n" for number in range(12)]
    signatures = [PdfFileReader(io.BytesIO(signer.sign(one, at=AT))).embedded_signatures[0] for one in files]
    trust = [x509.Certificate.load(keystore.certificate.public_bytes(Encoding.DER))]
    for signature in signatures:
        context = ValidationContext(trust_roots=trust, allow_fetching=False)
        assert validate_pdf_signature(signature, context).bottom_line
    assert len({one.signer_info["signature"].native for one in signatures}) == len(files)


def test_signing_leaves_it_a_pdf_a_with_its_data(signed: bytes) -> None:
    assert pdfa_problems(signed) == []
    assert attached_json(signed) == {"name": "李薇"}


def test_a_signed_file_reads_as_ours_with_name_and_time(signed: bytes, keystore: Keystore) -> None:
    reading = read_signature(signed, [keystore.certificate])
    assert (reading.verdict, reading.signed_at, reading.key_id) == (Verdict.INTACT, AT, keystore.key_id)
    assert reading.signer is not None
    assert "development" in reading.signer


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6, 0.8])
def test_a_changed_byte_is_noticed_wherever_it_is(
    signed: bytes, drawn: bytes, keystore: Keystore, place: float
) -> None:
    at = int(len(drawn) * place)
    broken = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert read_signature(broken, [keystore.certificate]).verdict is Verdict.ALTERED


def test_bytes_added_after_it_are_noticed(signed: bytes, keystore: Keystore) -> None:
    ours = [keystore.certificate]
    assert read_signature(signed + b"\n%more", ours).verdict is Verdict.ALTERED
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.docinfo["/Title"] = "Something else"
        out = io.BytesIO()
        document.save(out)
    assert read_signature(out.getvalue(), ours).verdict in (Verdict.ALTERED, Verdict.FOREIGN)


def test_a_second_signature_on_top_is_a_change(signed: bytes, keystore: Keystore) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    key = ec.generate_private_key(ec.SECP256R1())
    certificate = x509.Certificate.load(make_certificate(key, "Mallory", since=AT).public_bytes(Encoding.DER))
    private = keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    signer = signers.SimpleSigner(certificate, private, None)
    again = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(signed)),
        signers.PdfSignatureMetadata(field_name="Other"),
        signer=signer,
    )
    assert read_signature(again.getvalue(), [keystore.certificate]).verdict is Verdict.ALTERED


def test_a_file_without_our_signature_is_foreign_and_is_not_opened(
    drawn: bytes, signed: bytes, keystore: Keystore, tmp_path: Path
) -> None:
    other = load_keystore(settings(tmp_path))
    ours = [keystore.certificate]
    assert read_signature(drawn, ours).verdict is Verdict.FOREIGN
    assert read_signature(signed, [other.certificate]).verdict is Verdict.FOREIGN
    for junk in (b"", b"%PDF-1.7", b"\x00" * 1000):
        assert read_signature(junk, ours).verdict is Verdict.FOREIGN


def test_our_certificate_in_a_file_is_not_yet_our_signature(drawn: bytes, keystore: Keystore) -> None:
    # Anybody who has one signed file has the certificate.
    der = keystore.certificate.public_bytes(Encoding.DER).hex().encode()
    assert read_signature(drawn + b"\n%" + der, [keystore.certificate]).verdict is Verdict.ALTERED


def test_with_an_authority_the_time_is_stamped(drawn: bytes, keystore: Keystore) -> None:
    key = rsa.generate_private_key(65537, 2048)  # The stand-in knows no other.
    certificate = x509.Certificate.load(make_certificate(key, "A clock", since=AT).public_bytes(Encoding.DER))
    private = keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    stamped = PdfSigner(keystore, DummyTimeStamper(certificate, private)).sign(drawn, at=AT)
    (signature,) = PdfFileReader(io.BytesIO(stamped)).embedded_signatures
    attributes = {one["type"].native for one in signature.signer_info["unsigned_attrs"]}
    assert "signature_time_stamp_token" in attributes
    assert read_signature(stamped, [keystore.certificate]).verdict is Verdict.INTACT
