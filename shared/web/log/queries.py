"""Searching a log: what may be asked in the URL, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shared.core.errors import InvalidInput, NotFound
from shared.core.text import N_, Message
from shared.core.zones import COMPANY_ZONE, end_of_day, start_of_day
from shared.db.paging import Page, paginate
from shared.eventlog import Event
from shared.messages.base import known_types
from shared.web.log.people import Named, as_uuid, list_names, person_filter
from shared.web.service import Service

MOST_IN_FILE = 50_000
_LONGEST = 200


@dataclass(frozen=True)
class Filter:
    """What is searched for, as it was written; empty means anything. `errors` names what cannot be read."""

    person: str = ""
    actor: str = ""
    type: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    errors: Mapping[str, list[Message]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether everything is shown."""
        return not any(getattr(self, name) for name in FILTERS)


FILTERS = tuple(one.name for one in fields(Filter) if one.name != "errors")


@dataclass(frozen=True)
class Found:
    """One page of events, newest first, and who they are about."""

    page: Page[Event]
    names: dict[UUID, Named]


def read_filter(arguments: Mapping[str, str]) -> Filter:
    """Read a filter from a URL's arguments; what cannot be used is named in `errors`."""
    given = {name: arguments.get(name, "").strip() for name in FILTERS}
    errors: dict[str, list[Message]] = {}
    for name, text in given.items():
        if len(text) > _LONGEST or "\x00" in text:
            errors[name] = [N_("This cannot be searched for")]
        elif name in ("since", "until") and text and _instant(text, end=False) is None:
            errors[name] = [N_("Write a day, or a day and a time, such as 2026-09-21T10:00")]
    return Filter(**given, errors=errors)


def search_events(
    session: Session, service: Service, wanted: Filter, *, cursor: str | None = None, limit: int = 50
) -> Found:
    """Return one page of the events that match, newest first."""
    statement = select(Event).where(*_conditions(service, wanted))
    page = paginate(session, statement, keys=[Event.position], cursor=cursor, limit=limit, descending=True)
    return Found(page, list_names(session, service, (one.person_id for one in page.items)))


def all_events(session: Session, service: Service, wanted: Filter) -> Found:
    """Return all events that match, newest first; raise InvalidInput when they are more than a file takes."""
    statement = select(Event).where(*_conditions(service, wanted))
    rows = session.scalars(statement.order_by(Event.position.desc()).limit(MOST_IN_FILE + 1)).all()
    if len(rows) > MOST_IN_FILE:
        raise InvalidInput(
            N_("More than %(most)s events match: narrow the search, or export the log", most=MOST_IN_FILE)
        )
    return Found(Page(rows, None), list_names(session, service, (one.person_id for one in rows)))


def count_events(session: Session, service: Service, wanted: Filter) -> int:
    """Return how many events match."""
    statement = select(func.count()).select_from(Event).where(*_conditions(service, wanted))
    return session.scalar(statement) or 0


def get_event(session: Session, position: int) -> Event:
    """Return the event at a position; raise NotFound."""
    statement = select(Event).where(Event.position == position)
    found = session.scalar(statement) if position <= 2**62 else None
    if found is None:
        raise NotFound(N_("The log has no event at this position"))
    return found


def list_types(service: Service) -> list[str]:
    """Return the types of messages that the service may have logged."""
    return [one for one in known_types() if one.startswith(f"{service.name}.")]


def _conditions(service: Service, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Event.position.is_not(None)]
    if wanted.person:
        found.append(person_filter(service, wanted.person))
    if wanted.actor:
        bare = as_uuid(wanted.actor)
        found.append(Event.actor == (f"account:{bare}" if bare else wanted.actor))
    if wanted.type:
        found.append(Event.type == wanted.type)
    if wanted.subject:
        found.append(_subject(wanted.subject))
    since, until = _instant(wanted.since, end=False), _instant(wanted.until, end=True)
    if since is not None:
        found.append(Event.recorded_at >= since)
    if until is not None:
        found.append(Event.recorded_at < until)
    return found


def _subject(text: str) -> ColumnElement[bool]:
    """Match a whole subject by its index, else any part of one: a kind, a reference, an id."""
    kind, slash, reference = text.partition("/")
    if kind and slash and as_uuid(reference) is not None:
        return Event.subject == text
    return Event.subject.contains(text, autoescape=True)


def _instant(text: str, *, end: bool) -> datetime | None:
    """Return the instant that begins (or ends) a day or a minute of the company's calendar."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return end_of_day(day) if end else start_of_day(day)
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=COMPANY_ZONE)
        # To the minute, as the field is: "until 10:00" takes in what happened within that minute.
        return found + timedelta(minutes=1) if end and found.second == 0 else found
    except (ValueError, OverflowError):
        return None
