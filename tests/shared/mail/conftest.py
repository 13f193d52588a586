"""A database with an outbox, and a real SMTP server that answers as a test wishes."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from alembic.migration import MigrationContext
from alembic.operations import Operations

from shared.core.clock import FixedClock
from shared.core.settings import Settings
from shared.db.uow import Database
from shared.jobs import Runner
from shared.jobs import schema as jobs_schema
from shared.mail import SEND_JOB, send_mail
from shared.mail import schema as mail_schema


class Postbox:
    """What the server took; `answers` are given to the next mails in place of taking them."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answers: list[str] = []
        self.rcpt_answers: list[str] = []
        self.hang_up = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or answer what the test wishes."""
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, or answer what the test wishes, or hang up having taken it."""
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(message_from_bytes(envelope.content or b"", policy=default))
        if self.hang_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp_url(postbox: Postbox) -> Iterator[str]:
    port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}"
    controller.stop(no_assert=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.engine.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        jobs_schema.create_v1(operations)
        mail_schema.create_v1(operations)
        mail_schema.add_calendar_v2(operations)
    yield database
    database.dispose()


@pytest.fixture
def settings(data_dir: Path, smtp_url: str) -> Settings:
    return Settings(
        data_dir=data_dir, services=("training",), database_template="", base_url="http://127.0.0.1",
        secret_key="secret", testing=True, smtp_url=smtp_url, mail_from="training@company.example",
    )  # fmt: skip


@pytest.fixture
def runner(database: Database, settings: Settings, clock: FixedClock) -> Iterator[Runner]:
    data = settings.data_dir
    data.mkdir(parents=True, exist_ok=True)
    runner = Runner(replace(settings), clock)
    runner.register("training", database, {SEND_JOB: send_mail})
    yield runner
    runner.stop()
