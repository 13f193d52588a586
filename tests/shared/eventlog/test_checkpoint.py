"""Checkpoints are C2SP signed notes, read strictly."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.eventlog.checkpoint import (
    CheckpointError,
    SigningKey,
    TreeHead,
    VerifierKey,
    parse,
    verify,
)
from shared.eventlog.keys import load_or_create_key

# The key and note of the examples in golang.org/x/mod/sumdb/note, which the C2SP format was taken from.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

KEY = SigningKey("goodstanding/people", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
HEAD = TreeHead("goodstanding/people", 7, bytes(range(32)))


def test_a_verifier_key_of_the_go_implementation_is_read_and_written_back() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert (key.name, key.key_id.hex(), str(key)) == ("PeterNeumann", "c74f20a3", GO_KEY)


def test_a_signature_of_the_go_implementation_verifies() -> None:
    import base64

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    blob = base64.b64decode(GO_SIGNATURE)
    key = VerifierKey.parse(GO_KEY)
    assert blob[:4] == key.key_id
    Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], GO_TEXT.encode())


def test_a_checkpoint_has_the_lines_of_the_format_and_comes_back() -> None:
    text = KEY.sign(HEAD).text()
    assert text.startswith(
        "goodstanding/people\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— goodstanding/people "
    )
    assert text.endswith("\n")
    assert parse(text).text() == text
    assert verify(text, KEY.verifier_key) == HEAD
    assert KEY.sign(HEAD).text() == text


def test_further_signatures_such_as_a_witness_s_do_not_hinder() -> None:
    witness = SigningKey("witness.example", Ed25519PrivateKey.generate())
    both = KEY.sign(HEAD).text() + witness.sign(HEAD).signatures[0].line()
    assert verify(both, KEY.verifier_key) == HEAD
    assert verify(both, witness.verifier_key, origin=HEAD.origin) == HEAD


def test_a_checkpoint_of_another_key_size_root_or_log_is_refused() -> None:
    text = KEY.sign(HEAD).text()
    other = SigningKey(KEY.name, Ed25519PrivateKey.generate())
    with pytest.raises(CheckpointError, match="not signed"):
        verify(other.sign(HEAD).text(), KEY.verifier_key)
    with pytest.raises(CheckpointError, match="not signed"):
        verify(text.replace("\n7\n", "\n8\n"), KEY.verifier_key)
    with pytest.raises(CheckpointError, match="not signed"):
        verify(text.replace("\nAAEC", "\nBAEC"), KEY.verifier_key)
    with pytest.raises(CheckpointError, match="another log"):
        verify(text, KEY.verifier_key, origin="goodstanding/training")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text.replace("\n7\n", "\n07\n"),
        lambda text: text.replace("\n7\n", "\n-7\n"),
        lambda text: text.replace("\n7\n", "\n7\nmore\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("— ", "- "),
        lambda text: text.replace("Hh8=", "Hh9="),
        lambda text: text.replace("Hh8=", "Hh8"),
        lambda text: text.replace("goodstanding/people\n7", "\n7"),
        lambda text: text + "\n",
        lambda text: text.split("—")[0],
        lambda text: text + "x" * 70_000 + "\n",
        lambda text: "",
    ],
)
def test_a_text_that_is_not_exactly_a_checkpoint_is_refused(change: object) -> None:
    with pytest.raises(CheckpointError):
        parse(change(KEY.sign(HEAD).text()))  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "a+b+c",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("+ARpc", "+AhRpc"),
        "a b+0+AA==",
    ],
)
def test_a_verifier_key_that_is_off_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        VerifierKey.parse(text)


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with ThreadPoolExecutor(8) as pool:
        keys = {
            str(key.verifier_key)
            for key in pool.map(lambda _: load_or_create_key(folder, "people"), range(16))
        }
    assert len(keys) == 1
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    mine, other = load_or_create_key(folder, "people"), load_or_create_key(folder, "training")
    assert mine.verifier_key.public != other.verifier_key.public


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "log-people.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"log-people\.key"):
        load_or_create_key(tmp_path, "people")
    assert (tmp_path / "log-people.key").read_bytes() == b"short"
