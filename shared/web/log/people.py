"""Who the ids in a log belong to: for searching by name or number, and for showing beside the id."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from shared.directory import DirectoryPerson
from shared.eventlog import Event
from shared.messages.base import type_of
from shared.messages.people import PersonChanged, PersonHired
from shared.web.service import Service

_CHUNK = 500
_SNAPSHOTS = (type_of(PersonHired), type_of(PersonChanged))


@dataclass(frozen=True)
class Named:
    """What is shown of somebody."""

    name: str
    employee_no: str


def keeps_directory(service: Service) -> bool:
    """Say whether the service keeps a projection of the roster."""
    return DirectoryPerson.metadata in service.schema.metadatas


def person_filter(service: Service, text: str) -> ColumnElement[bool]:
    """Select events of the person with this id or employee number, or of those whose name holds `text`.

    The service that publishes the roster keeps no projection of it: there, its own log is searched, for an
    employee number or the beginning of a name.
    """
    person_id = as_uuid(text)
    if person_id is not None:
        return Event.person_id == person_id
    found = _in_directory(text) if keeps_directory(service) else _in_log(text)
    return Event.person_id.in_(found)


def list_names(session: Session, service: Service, ids: Iterable[UUID | None]) -> dict[UUID, Named]:
    """Return those of the people that are known here, whatever their number, a few queries in all."""
    wanted = sorted({one for one in ids if one is not None})
    found: dict[UUID, Named] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        found |= _from_directory(session, chunk) if keeps_directory(service) else _from_log(session, chunk)
    return found


def as_uuid(text: str) -> UUID | None:
    """Return the id that `text` is, if it is one."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def _in_directory(text: str) -> Select[Any]:
    by_name = DirectoryPerson.name.contains(text, autoescape=True)
    return select(DirectoryPerson.id).where(or_(DirectoryPerson.employee_no == text, by_name))


def _in_log(text: str) -> Select[Any]:
    # The data is canonical JSON, so a field is found by how it is written.
    quoted = orjson.dumps(text).decode()
    person = Event.__table__.alias("person_event")
    return select(person.c.person_id).where(
        person.c.type.in_(_SNAPSHOTS),
        or_(
            person.c.data.contains(f'"employee_no":{quoted}', autoescape=True),
            person.c.data.contains(f'"name":{quoted[:-1]}', autoescape=True),
        ),
    )


def _from_directory(session: Session, ids: list[UUID]) -> dict[UUID, Named]:
    statement = select(DirectoryPerson.id, DirectoryPerson.name, DirectoryPerson.employee_no)
    rows = session.execute(statement.where(DirectoryPerson.id.in_(ids)))
    return {row.id: Named(row.name, row.employee_no) for row in rows}


def _from_log(session: Session, ids: list[UUID]) -> dict[UUID, Named]:
    statement = select(Event.person_id, Event.data).where(
        Event.person_id.in_(ids), Event.type.in_(_SNAPSHOTS), Event.data.is_not(None)
    )
    found: dict[UUID, Named] = {}
    for row in session.execute(statement.order_by(Event.position)):
        person = orjson.loads(row.data).get("person", {})
        found[row.person_id] = Named(str(person.get("name", "")), str(person.get("employee_no", "")))
    return found
