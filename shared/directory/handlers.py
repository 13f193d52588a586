"""Following people's feed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from shared.db.uow import UnitOfWork
from shared.directory.models import DirectoryPerson, barred
from shared.eventlog import FeedEvent
from shared.messages import decode, type_of
from shared.messages.people import PersonChanged, PersonHired, PersonLeft, PersonSnapshot


def apply_snapshot(uow: UnitOfWork, person: PersonSnapshot) -> DirectoryPerson:
    """Write the person as the message has them, over what was known before."""
    found = uow.session.merge(DirectoryPerson(**row_of(person)))
    # Flushed, because whoever handles the same event next asks the projection about this person.
    uow.session.flush()
    return found


def apply_snapshots(uow: UnitOfWork, people: Sequence[PersonSnapshot]) -> None:
    """Write many people at once, the last snapshot of each counting: for followers that take in whole batches."""
    rows = list({person.person_id: row_of(person) for person in people}.values())
    dialect = sqlite if uow.database.is_sqlite else postgresql
    statement = dialect.insert(DirectoryPerson.__table__)
    columns = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    uow.session.connection().execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=columns), rows
    )


def row_of(person: PersonSnapshot) -> dict[str, Any]:
    """Return the projection's columns for a snapshot: also used to load many at once."""
    return {
        "id": person.person_id,
        "employee_no": person.employee_no,
        "name": person.name,
        "position": person.position,
        "position_since": person.position_since,
        "org_unit": person.org_unit,
        "region": person.region,
        "product_lines": barred(person.product_lines),
        "tags": barred(person.tags),
        "hired_on": person.hired_on,
        "left_on": person.left_on,
        "manager_id": person.manager_id,
        "email": person.email,
    }


def _record(uow: UnitOfWork, event: FeedEvent) -> None:
    apply_snapshot(uow, decode(event.type, event.data or {}).person)


HANDLERS: Mapping[str, Callable[[UnitOfWork, FeedEvent], None]] = {
    type_of(kind): _record for kind in (PersonHired, PersonChanged, PersonLeft)
}
