"""What contracts does of its own accord: follow people's feed, and let contracts expire."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.contracts.agreements.commands import expire_contracts
from services.contracts.standing.commands import state_coverage
from shared.core.principals import SYSTEM
from shared.db.uow import UnitOfWork
from shared.directory import apply_snapshots, known_ids
from shared.eventlog import Batched, FeedEvent
from shared.jobs import JobContext, JobHandler, Schedule
from shared.messages import type_of
from shared.messages.people import PersonChanged, PersonHired, PersonLeft
from shared.web.service import EventHandler


def follow_people(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    """Keep people as the messages have them; of each, the first time, state that contracts covers them."""
    snapshots = [event.message().person for event in events]
    known = known_ids(uow.session, (one.person_id for one in snapshots))
    apply_snapshots(uow, snapshots)
    for event, person in zip(events, snapshots, strict=True):
        if person.person_id not in known:
            known.add(person.person_id)
            state_coverage(uow, person.person_id, person.hired_on, actor=SYSTEM, now=event.recorded_at)


PEOPLE: Mapping[str, EventHandler] = dict.fromkeys(
    map(type_of, (PersonHired, PersonChanged, PersonLeft)), Batched(follow_people)
)


def expire(context: JobContext) -> dict[str, Any]:
    """Let contracts expire whose last day is over, some at a time."""
    total = 0
    while True:
        with context.database.write() as uow:
            done = expire_contracts(uow, now=context.clock.now())
        if not done:
            return {"expired": total}
        total += done
        context.progress(total)


JOBS: Mapping[str, JobHandler] = {"contracts.expire": expire}
SCHEDULES = (Schedule("contracts.expire", minute="5", hour="0"),)
