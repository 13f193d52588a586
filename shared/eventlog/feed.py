"""The log as others read it: sequenced events after a place, as CloudEvents 1.0.

A place is a number of events: `after=0` reads from the beginning, and whoever has taken in the event at
position p asks next for `after=p + 1`.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request
from uuid import UUID

import orjson
from sqlalchemy import select

from shared.core.canonical import instant_text
from shared.core.errors import Unavailable
from shared.core.text import N_
from shared.db.uow import Database, UnitOfWork
from shared.eventlog.models import Event, LogHead
from shared.eventlog.sequencer import sequence_pending
from shared.messages.base import decode

MAX_LIMIT = 1_000
# A position that no log reaches: the largest number of 18 digits, which every API of the suite reads.
BEYOND = 10**18 - 1
# The response header in which a service says how many events its log has.
SIZE_HEADER = "Log-Size"
_MAX_RESPONSE_BYTES = 64 * 1024 * 1024
_TIMEOUT_SECONDS = 30


class FeedError(Exception):
    """A feed gave something that is not an event of its log."""


@dataclass(frozen=True)
class FeedEvent:
    """A sequenced event. `source` is the service; `data` is None when it has been erased."""

    position: int
    id: UUID
    source: str
    type: str
    subject: str
    person_id: UUID | None
    actor: str
    effective_at: datetime
    recorded_at: datetime
    data: dict[str, Any] | None

    def message(self) -> Any:
        """Return the message in it; raise UnknownMessageError when it is erased or not understood."""
        return decode(self.type, self.data or {})

    def to_cloudevent(self) -> dict[str, Any]:
        """Return it as CloudEvents 1.0 JSON, extended by sequence, recordedtime, actor and personid."""
        found: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": f"/{self.source}",
            "type": self.type,
            "subject": self.subject,
            "time": instant_text(self.effective_at),
            "datacontenttype": "application/json",
            "sequence": f"{self.position:019d}",
            "recordedtime": instant_text(self.recorded_at),
            "actor": self.actor,
        }
        if self.person_id is not None:
            found["personid"] = str(self.person_id)
        if self.data is not None:
            found["data"] = self.data
        return found

    @classmethod
    def from_cloudevent(cls, found: Mapping[str, Any]) -> "FeedEvent":
        """Read what to_cloudevent wrote; raise FeedError for anything else."""
        try:
            data = found.get("data")
            if found["specversion"] != "1.0" or not isinstance(data, dict | None):
                raise FeedError("not a CloudEvent 1.0 with an object as its data")
            texts = {name: found[name] for name in ("source", "type", "subject", "actor")}
            if not all(isinstance(one, str) for one in texts.values()):
                raise FeedError("a text attribute of a CloudEvent is not text")
            return cls(
                position=int(found["sequence"]),
                id=UUID(found["id"]),
                source=texts["source"].removeprefix("/"),
                type=texts["type"],
                subject=texts["subject"],
                person_id=UUID(found["personid"]) if "personid" in found else None,
                actor=texts["actor"],
                effective_at=_instant(found["time"]),
                recorded_at=_instant(found["recordedtime"]),
                data=data,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FeedError(f"not an event of a log: {type(error).__name__}") from error


class Feed(Protocol):
    """A service's log, wherever it is."""

    def read(self, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return up to `limit` events from position `after` on; none when there are no more yet."""

    def head(self) -> int:
        """Return how many events the log has."""


def read(
    uow: UnitOfWork, after: int, limit: int, types: Collection[str] | None = None, *, source: str = ""
) -> list[FeedEvent]:
    """Return up to `limit` (at most 1,000) sequenced events from position `after` on, in order.

    `types` keeps only those; the positions in between are then missing. Does not sequence: see LocalFeed.
    """
    statement = select(
        Event.position,
        Event.id,
        Event.type,
        Event.subject,
        Event.person_id,
        Event.actor,
        Event.effective_at,
        Event.recorded_at,
        Event.data,
    ).where(Event.position >= after)
    if types is not None:
        statement = statement.where(Event.type.in_(types))
    statement = statement.order_by(Event.position).limit(max(1, min(limit, MAX_LIMIT)))
    return [
        FeedEvent(
            source=source,
            data=None if row["data"] is None else orjson.loads(row["data"]),
            **{name: value for name, value in row.items() if name != "data"},
        )
        for row in uow.session.execute(statement).mappings()
    ]


def head(uow: UnitOfWork) -> int:
    """Return how many sequenced events the log has."""
    return uow.session.scalar(select(LogHead.size)) or 0


class LocalFeed:
    """The feed of a service whose database is at hand."""

    def __init__(self, database: Database, source: str) -> None:
        self.database = database
        self.source = source

    def read(self, after: int, limit: int, types: Collection[str] | None = None) -> list[FeedEvent]:
        """Sequence what has been committed, then read."""
        sequence_pending(self.database)
        with self.database.read() as uow:
            return read(uow, after, limit, types, source=self.source)

    def head(self) -> int:
        """Return how many events the log has."""
        sequence_pending(self.database)
        with self.database.read() as uow:
            return head(uow)


class HttpFeed:
    """The feed of a service over HTTP, at `<base_url>/v1/events`. Follows no redirect and uses no proxy."""

    def __init__(self, base_url: str, source: str, token: str) -> None:
        if urlsplit(base_url).scheme not in ("http", "https"):
            raise ValueError("a feed's base URL is http or https")
        self.source = source
        self._url = f"{base_url.rstrip('/')}/v1/events"
        self._token = token
        self._opener = OpenerDirector()
        self._opener.add_handler(HTTPHandler())
        self._opener.add_handler(HTTPSHandler())

    def read(self, after: int, limit: int, types: Collection[str] | None = None) -> list[FeedEvent]:
        """Return events; raise Unavailable when the service does not answer, FeedError for nonsense."""
        body, _ = self._get(after, limit, types)
        if not isinstance(body, list):
            raise FeedError(f"the feed of {self.source} is not a list")
        return [FeedEvent.from_cloudevent(one) for one in body]

    def head(self) -> int:
        """Return how many events the log has, as the service says in its Log-Size header."""
        _, size = self._get(BEYOND, 1, None)
        return size

    def _get(self, after: int, limit: int, types: Collection[str] | None) -> tuple[Any, int]:
        query = {"after": str(after), "limit": str(limit)}
        if types is not None:
            query["types"] = ",".join(sorted(types))
        # The scheme was checked above, and the host is the configured one.
        request = Request(f"{self._url}?{urlencode(query)}", headers={"Accept": "application/json"})  # noqa: S310
        request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=_TIMEOUT_SECONDS) as response:
                status, headers = response.status, response.headers
                raw = response.read(_MAX_RESPONSE_BYTES + 1)
        except (URLError, OSError) as error:
            raise Unavailable(N_("The feed of %(source)s does not answer", source=self.source)) from error
        if status != 200:
            raise Unavailable(
                N_(
                    "The feed of %(source)s answered with status %(status)s",
                    source=self.source,
                    status=status,
                )
            )
        if len(raw) > _MAX_RESPONSE_BYTES:
            raise FeedError(f"the feed of {self.source} sent more than is accepted")
        try:
            return json.loads(raw), int(headers.get(SIZE_HEADER, "0"))
        except (ValueError, RecursionError) as error:
            raise FeedError(f"the feed of {self.source} is not JSON") from error


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise FeedError("an instant without a zone")
    return found
