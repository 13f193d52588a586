"""Feeds that tests write, taken in by the service's own consumers; and people in a known standing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.eligibility.handlers import HANDLERS
from services.eligibility.impediments.commands import forget
from services.eligibility.policies.queries import get_active
from services.eligibility.policies.rules import Policy
from shared.core.ids import new_id
from shared.directory import DirectoryPerson
from shared.directory.handlers import row_of
from shared.eventlog import Consumer, FeedEvent
from shared.messages import encode, type_of
from shared.messages.people import PersonHired
from shared.messages.standing import (
    ComplianceCoverageStated,
    ComplianceImpedimentStated,
    ContractsCoverageStated,
    ContractsImpedimentStated,
    StatedInterval,
    TrainingCoverageStated,
    TrainingImpedimentStated,
)
from tests.harness import Harness, make_snapshot

COVERS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "training": (TrainingCoverageStated, ("training_overdue", "certificate_expired")),
    "compliance": (ComplianceCoverageStated, ("attestation_overdue", "conduct_hold", "conduct_forfeit")),
    "contracts": (ContractsCoverageStated, ("contract_unapproved", "receivable_overdue")),
}
STATES: dict[str, Any] = {
    "training": TrainingImpedimentStated,
    "compliance": ComplianceImpedimentStated,
    "contracts": ContractsImpedimentStated,
}
SINCE = datetime.fromisoformat("2024-03-01T00:00:00+08:00")


class WrittenFeed:
    """The log of one source, written by a test."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.events: list[FeedEvent] = []

    def write(self, message: Any, at: datetime) -> int:
        """Add an event; return its position."""
        position = len(self.events)
        self.events.append(
            FeedEvent(
                position, new_id(), self.source, type_of(message), "standing/x",
                getattr(message, "person_id", None), "system", at, at, encode(message),
            )
        )  # fmt: skip
        return position

    def read(self, after: int, limit: int) -> Sequence[FeedEvent]:
        """Return events from a position on."""
        return self.events[after : after + limit]

    def head(self) -> int:
        """Return how many there are."""
        return len(self.events)


class World:
    """The suite's feeders as seen from eligibility, and short ways to say things about people."""

    def __init__(self, h: Harness) -> None:
        self.h = h
        self.database = h.suite.databases["eligibility"]
        self.feeds = {source: WrittenFeed(source) for source in ("people", *COVERS)}
        self.consumers = {
            source: Consumer("eligibility", source, HANDLERS[source], self.database) for source in self.feeds
        }

    @property
    def now(self) -> datetime:
        """The instant of the test."""
        return self.h.clock.now()

    def catch_up(self) -> None:
        """Take in everything."""
        for source, consumer in self.consumers.items():
            consumer.catch_up(self.feeds[source])

    def rebuild(self) -> None:
        """Drop every projection and build it again from position 0."""
        for source, consumer in self.consumers.items():
            consumer.rebuild(lambda uow, name=source: forget(uow, name), self.feeds[source])

    def person(self, *, covered: Sequence[str] = tuple(COVERS), **overrides: Any) -> DirectoryPerson:
        """Hire somebody on whom every feeder in `covered` reports."""
        snapshot = make_snapshot(**overrides)
        self.feeds["people"].write(PersonHired(snapshot), self.now)
        for source in covered:
            kind, kinds = COVERS[source]
            self.feeds[source].write(kind(snapshot.person_id, kinds, SINCE), self.now)
        self.catch_up()
        with self.h.read("eligibility") as uow:
            assert uow.session.get(DirectoryPerson, snapshot.person_id) is not None, "the feed has stopped"
        return DirectoryPerson(**row_of(snapshot))

    def state(
        self,
        source: str,
        kind: str,
        person_id: UUID,
        *spans: tuple[datetime, datetime | None],
        reference: str | None = None,
        **more: Any,
    ) -> int:
        """Have a feeder state an impediment; return the position of the statement."""
        message = STATES[source](
            person_id=person_id, kind=kind, reference=reference or str(new_id()),
            intervals=tuple(StatedInterval(*span) for span in spans), **more,
        )  # fmt: skip
        position = self.feeds[source].write(message, self.now)
        self.catch_up()
        return position

    def overdue(self, person_id: UUID, *, days: int = 12, **more: Any) -> int:
        """Have a training be overdue since some days."""
        more.setdefault("title_zh", "反商业贿赂年度培训")
        more.setdefault("title_en", "Annual anti-bribery training")
        more.setdefault("cure_url", "/training/my/1")
        since = self.now - timedelta(days=days)
        return self.state("training", "training_overdue", person_id, (since, None), **more)

    def conduct_hold(self, person_id: UUID) -> int:
        """Have compliance hold somebody from now on."""
        return self.state("compliance", "conduct_hold", person_id, (self.now, None))

    def forfeit(self, person_id: UUID) -> int:
        """Have a sanction in force for a week that ended yesterday."""
        span = (self.now - timedelta(days=8), self.now - timedelta(days=1))
        return self.state("compliance", "conduct_forfeit", person_id, span)

    def policy(self) -> Policy:
        """Return the policy in force."""
        with self.h.read("eligibility") as uow:
            return get_active(uow.session).policy
