"""Where the key comes from, and what happens when it is not one."""

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from shared.core.settings import Settings
from shared.signing import KeystoreError, find_identity, jwk_of, load_keystore, read_jwt, sign_jwt
from shared.signing.keystore import make_certificate

SINCE = datetime(2024, 1, 1, tzinfo=UTC)


def settings(folder: Path) -> Settings:
    return Settings(folder, ("training",), "sqlite://{service}", "https://goodstanding.example", "secret")


def test_the_first_run_makes_a_development_key_that_says_so_and_the_next_finds_it(tmp_path: Path) -> None:
    first, second = load_keystore(settings(tmp_path)), load_keystore(settings(tmp_path))
    assert first.key_id == second.key_id
    assert first.development
    assert "development" in find_identity(first.certificate)
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["p12", "pem"])
def test_a_configured_keystore_is_used_with_its_password(tmp_path: Path, kind: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = make_certificate(key, "Acme Training", since=SINCE)
    if kind == "p12":
        content = pkcs12.serialize_key_and_certificates(
            b"x", key, certificate, None, BestAvailableEncryption(b"pw")
        )
    else:
        content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pw"))
        content += certificate.public_bytes(Encoding.PEM)
    (tmp_path / "store").write_bytes(content)
    (tmp_path / "password").write_text("pw\n")
    configured = replace(
        settings(tmp_path),
        signing_keystore=str(tmp_path / "store"),
        signing_password_file=str(tmp_path / "password"),
    )
    found = load_keystore(configured)
    assert find_identity(found.certificate) == "Acme Training"
    assert not found.development
    (tmp_path / "wrong").write_text("no")
    with pytest.raises(KeystoreError, match="store"):
        load_keystore(replace(configured, signing_password_file=str(tmp_path / "wrong")))


def test_a_key_of_another_kind_or_without_its_certificate_is_refused(tmp_path: Path) -> None:
    other = rsa.generate_private_key(65537, 2048)
    right = ec.generate_private_key(ec.SECP256R1())
    stranger = make_certificate(ec.generate_private_key(ec.SECP256R1()), "Other", since=SINCE)
    for name, key in (("rsa", other), ("stranger", right)):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / name).write_bytes(pem + stranger.public_bytes(Encoding.PEM))
        with pytest.raises(KeystoreError):
            load_keystore(replace(settings(tmp_path), signing_keystore=str(tmp_path / name)))


def test_settings_name_a_keystore_that_is_not_there(tmp_path: Path) -> None:
    from shared.core.settings import SettingsError

    with pytest.raises(SettingsError, match="SUITE_SIGNING_KEYSTORE"):
        Settings.from_environment({"DATA": str(tmp_path), "SUITE_SIGNING_KEYSTORE": str(tmp_path / "none")})


def test_a_token_is_read_by_the_published_key_and_by_no_other_and_not_when_a_letter_changes(
    tmp_path: Path,
) -> None:
    ours, other = load_keystore(settings(tmp_path / "a")), load_keystore(settings(tmp_path / "b"))
    token = sign_jwt({"name": "李薇"}, ours, key_url="https://k", kind="JWT")
    key = jwk_of(ours.certificate, "https://k")
    assert "d" not in key
    assert read_jwt(token, [jwk_of(other.certificate, "x"), key]) == '{"name":"李薇"}'.encode()
    assert read_jwt(token, [jwk_of(other.certificate, "x")]) is None
    head, body, signature = token.split(".")
    for broken in (
        f"{head}.{body[:-2]}AA.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        "nonsense",
        "",
    ):
        assert read_jwt(broken, [key]) is None
