"""What compliance takes in from people: who comes and goes, and who is a compliance officer."""

from collections.abc import Callable, Mapping, Sequence

from services.compliance.attestations.commands import request_of_joiner, withdraw_of_leaver
from services.compliance.attestations.queries import list_open_campaigns
from services.compliance.cases.commands import record_officer
from services.compliance.standing.commands import cover_people
from shared.core.principals import Role
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson, apply_snapshots, row_of
from shared.eventlog import Batched, FeedEvent
from shared.messages import type_of
from shared.messages.people import AccountOpened, PersonChanged, PersonHired, PersonLeft

Handler = Callable[[UnitOfWork, FeedEvent], None]


def _follow_people(uow: UnitOfWork, events: Sequence[FeedEvent]) -> None:
    """Keep the roster, cover those who are new to it, and ask joiners what open campaigns ask of them.

    Of those who leave, stop asking for what is due only after they are gone.
    """
    messages = [event.message() for event in events]
    apply_snapshots(uow, [message.person for message in messages])
    cover_people(uow, [(one.person, event.recorded_at) for event, one in zip(events, messages, strict=True)])
    is_asked_anything = bool(list_open_campaigns(uow.session))
    for event, message in zip(events, messages, strict=True):
        person = DirectoryPerson(**row_of(message.person))
        if isinstance(message, PersonHired) and is_asked_anything:
            request_of_joiner(uow, person, event.recorded_at)
        elif isinstance(message, PersonLeft):
            withdraw_of_leaver(uow, person, event.recorded_at)


def _on_account_opened(uow: UnitOfWork, event: FeedEvent) -> None:
    """Remember who may be put on cases."""
    opened: AccountOpened = event.message()
    if Role.COMPLIANCE in opened.roles:
        record_officer(uow, opened.account_id, opened.person_id)


_PEOPLE = Batched(_follow_people)
PEOPLE: Mapping[str, Handler] = {
    **dict.fromkeys(map(type_of, (PersonHired, PersonChanged, PersonLeft)), _PEOPLE),
    type_of(AccountOpened): _on_account_opened,
}
