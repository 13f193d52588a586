"""What compliance takes in from people: who comes and goes, and who is a compliance officer."""

from collections.abc import Callable, Mapping

from services.compliance.attestations.commands import request_of_joiner, withdraw_of_leaver
from services.compliance.cases.commands import record_officer
from services.compliance.standing.commands import cover_person
from shared.core.principals import Role
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.directory.handlers import apply_snapshot
from shared.eventlog import FeedEvent
from shared.messages import type_of
from shared.messages.people import AccountOpened, PersonChanged, PersonHired, PersonLeft

Handler = Callable[[UnitOfWork, FeedEvent], None]


def _on_hired(uow: UnitOfWork, event: FeedEvent) -> None:
    """Ask somebody new to sign what open campaigns ask of people like them."""
    person = _take_in(uow, event)
    request_of_joiner(uow, person, event.recorded_at)


def _on_changed(uow: UnitOfWork, event: FeedEvent) -> None:
    """Keep the roster."""
    _take_in(uow, event)


def _on_left(uow: UnitOfWork, event: FeedEvent) -> None:
    """Stop asking somebody for what is due only after they are gone."""
    withdraw_of_leaver(uow, _take_in(uow, event), event.recorded_at)


def _on_account_opened(uow: UnitOfWork, event: FeedEvent) -> None:
    """Remember who may be put on cases."""
    opened: AccountOpened = event.message()
    if Role.COMPLIANCE in opened.roles:
        record_officer(uow, opened.account_id, opened.person_id)


def _take_in(uow: UnitOfWork, event: FeedEvent) -> DirectoryPerson:
    """Keep the roster, and cover somebody of whom this is the first that is heard."""
    person = apply_snapshot(uow, event.message().person)
    cover_person(uow, person.id, person.hired_on, event.recorded_at)
    return person


PEOPLE: Mapping[str, Handler] = {
    type_of(PersonHired): _on_hired,
    type_of(PersonChanged): _on_changed,
    type_of(PersonLeft): _on_left,
    type_of(AccountOpened): _on_account_opened,
}
