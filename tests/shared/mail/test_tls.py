"""Mail over TLS: the server proves who it is before it hears a password or a word of the mail."""

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.core.clock import FixedClock
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs import Runner
from shared.mail import SEND_JOB, MailStatus, send_mail
from tests.shared.mail.conftest import Postbox, free_port
from tests.shared.mail.test_sending import put, state

pytestmark = [
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
    # With TLS from the first byte the server does not know of it, and warns of a password in the open.
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]
Serve = Callable[..., str]
# By the name of the sender's setting: TLS from the first byte, and by STARTTLS.
WAYS = ("smtps", "starttls")


def make_certificate(folder: Path, host: str = "127.0.0.1", *, until: timedelta = timedelta(days=1)) -> Path:
    """Write a key and a certificate of its own for a host that is an address, and return the file."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.company.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=2))
        .not_valid_after(today + until)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{made.serial_number}.pem"
    path.write_bytes(written + made.public_bytes(pem))
    return path


@pytest.fixture
def serve(postbox: Postbox) -> Iterator[Serve]:
    """Return how to start a server of a kind with a certificate; it wants a password, and only over TLS."""
    running: list[Controller] = []

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login, given.password) == (b"suite", b"s3cret"))

    def start(way: str, certificate: Path) -> str:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        port = free_port()
        tls: dict[str, Any] = (
            {"ssl_context": context, "auth_require_tls": False}
            if way == "smtps"
            else {"tls_context": context, "require_starttls": True}
        )
        controller = Controller(
            postbox, hostname="127.0.0.1", port=port, authenticator=sign_in, auth_required=True, **tls
        )
        controller.start()
        running.append(controller)
        address = f"suite:s3cret@127.0.0.1:{port}"
        return f"smtps://{address}" if way == "smtps" else f"smtp://{address}?starttls=1"

    yield start
    for one in running:
        one.stop(no_assert=True)


def send_to(url: str, database: Database, settings: Settings, clock: FixedClock) -> None:
    """Let a worker send what is due to this server."""
    object.__setattr__(settings, "smtp_url", url)
    runner = Runner(settings, clock)
    runner.register("training", database, {SEND_JOB: send_mail})
    runner.run_due()
    runner.stop()


@pytest.mark.parametrize("way", WAYS)
def test_a_server_with_a_trusted_certificate_takes_the_mail_and_the_password(
    way: str, serve: Serve, database: Database, settings: Settings, clock: FixedClock, postbox: Postbox,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    put(database, clock.now())
    send_to(serve(way, certificate), database, settings, clock)
    assert (state(database).status, state(database).answer) == (MailStatus.SENT, "250")
    assert [mail["To"] for mail in postbox.taken] == ["li.wei@company.example"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("host", "until", "trusted", "said"),
    [
        ("127.0.0.1", timedelta(days=1), False, "self-signed certificate"),
        ("127.0.0.2", timedelta(days=1), True, "IP address mismatch"),
        ("127.0.0.1", timedelta(days=-1), True, "certificate has expired"),
    ],
)
def test_a_server_with_a_wrong_certificate_hears_nothing_and_the_mail_waits_with_the_reason(
    way: str, host: str, until: timedelta, trusted: bool, said: str, serve: Serve, database: Database,
    settings: Settings, clock: FixedClock, postbox: Postbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    certificate, other = make_certificate(tmp_path, host, until=until), make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate if trusted else other))
    put(database, clock.now())
    send_to(serve(way, certificate), database, settings, clock)
    waiting = state(database)
    assert waiting.status is MailStatus.QUEUED
    assert waiting.answer is not None
    assert waiting.answer.startswith("certificate: ")
    assert said in waiting.answer
    assert postbox.taken == []
    # Once the server has the right one, the same mail goes out.
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    clock.advance(timedelta(minutes=1))
    send_to(serve(way, other), database, settings, clock)
    assert state(database).status is MailStatus.SENT


def test_a_server_that_does_not_offer_tls_is_not_spoken_to_without_it(
    database: Database, settings: Settings, clock: FixedClock, postbox: Postbox
) -> None:
    put(database, clock.now())
    send_to(f"{settings.smtp_url}?starttls=1", database, settings, clock)
    assert (state(database).status, state(database).answer) == (MailStatus.QUEUED, "SMTPNotSupportedError")
    assert postbox.taken == []
