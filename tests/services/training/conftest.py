"""Training over a fresh database, with people's feed at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.training.app import SERVICE
from shared.core.clock import FixedClock
from tests.databases import Databases
from tests.harness import Harness
from tests.shared.mail.conftest import postbox, smtp_url

__all__ = ["postbox", "smtp_url"]


@pytest.fixture
def h(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """Training alone."""
    harness = Harness(databases, clock, tmp_path, SERVICE)
    yield harness
    harness.close()


@pytest.fixture
def mailing(h: Harness, smtp_url: str) -> Harness:
    """Training with a mail server."""
    for name, value in (("smtp_url", smtp_url), ("mail_from", "training@company.example")):
        object.__setattr__(h.settings, name, value)
    return h
