"""What contracts does of its own accord: follow people's feed, and let contracts expire."""

from collections.abc import Mapping
from typing import Any

from services.contracts.agreements.commands import expire_contracts
from services.contracts.standing.commands import state_coverage
from shared.core.principals import SYSTEM
from shared.db.uow import UnitOfWork
from shared.directory import HANDLERS as DIRECTORY_HANDLERS
from shared.directory import DirectoryPerson, get_person
from shared.eventlog import FeedEvent
from shared.jobs import JobContext, JobHandler, Schedule
from shared.messages import type_of
from shared.messages.people import PersonChanged, PersonHired, PersonLeft
from shared.web.service import EventHandler


def follow_person(uow: UnitOfWork, event: FeedEvent) -> None:
    """Keep the person as the message has them; the first time, state that contracts covers them."""
    person_id = event.message().person.person_id
    known = uow.session.get(DirectoryPerson, person_id) is not None
    DIRECTORY_HANDLERS[event.type](uow, event)
    if not known:
        state_coverage(uow, get_person(uow.session, person_id), actor=SYSTEM, now=event.recorded_at)


PEOPLE: Mapping[str, EventHandler] = {
    type_of(kind): follow_person for kind in (PersonHired, PersonChanged, PersonLeft)
}


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
