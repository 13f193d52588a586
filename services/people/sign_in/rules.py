"""Growing pauses after failed sign-ins, and where one may be sent afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

from shared.core.errors import DomainError
from shared.core.text import N_, Message

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
ERASED_AFTER = timedelta(days=1)
HOME = "/people/"


class Throttled(StrEnum):
    """What failures are counted for; an address may be shared by an office, so it is given more."""

    ACCOUNT = "account"
    ADDRESS = "address"
    DEVICE = "device"


_FREE = {Throttled.ACCOUNT: 5, Throttled.ADDRESS: 25, Throttled.DEVICE: 5}


class TooManyAttempts(DomainError):
    """Signing in is refused for a while, right password or not; `seconds` says for how long."""

    type: ClassVar[str] = "too-many-attempts"
    status: ClassVar[int] = 429
    title: ClassVar[Message] = N_("Too many attempts")

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("Too many failed attempts. Try again in %(seconds)s seconds.", seconds=seconds))
        self.seconds = seconds


@dataclass(frozen=True)
class Failures:
    """How often it failed in a row, when last, and until when it is refused."""

    count: int = 0
    last: datetime | None = None
    locked_until: datetime | None = None

    def refuse_while_locked(self, now: datetime) -> None:
        """Raise TooManyAttempts before the pause is over."""
        if self.locked_until is not None and now < self.locked_until:
            raise TooManyAttempts(max(1, round((self.locked_until - now).total_seconds())))

    def one_more(self, kind: Throttled, now: datetime) -> "Failures":
        """Count an attempt. From the allowed number on each brings a pause, twice as long as the last.

        The pause ends after a quarter of an hour at most, so nobody can be kept out for good, and an hour of
        quiet forgets everything.
        """
        quiet = self.last is not None and now - self.last >= FORGOTTEN_AFTER
        count = 1 if quiet else self.count + 1
        beyond = count - _FREE[kind]
        pause = min(FIRST_PAUSE * 2 ** min(beyond, 20), LONGEST_PAUSE) if beyond >= 0 else None
        return Failures(count, now, now + pause if pause else None)


def own_path(target: str | None) -> str:
    """Return `target` when it is a path of this suite, else the home page.

    Browsers drop tabs and line ends, take a backslash for a slash, and read //host as another site.
    """
    text = target or ""
    safe = (
        text.startswith("/")
        and not text.startswith("//")
        and "\\" not in text
        and text.isprintable()
        and len(text) <= 2000
        and not any(urlsplit(text)[:2])
        and urlsplit(text).path not in ("/people/sign-in", "/people/sign-out", "/people/language")
    )
    return text if safe else HOME
