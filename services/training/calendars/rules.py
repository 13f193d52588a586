"""Sessions as iCalendar (RFC 5545, RFC 5546): the same UID for ever, so that updates replace. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar, Event

PRODUCT = "-//Goodstanding//Training sessions//EN"


@dataclass(frozen=True)
class Appointment:
    """A session as one person's calendar is to have it, in their language; `sequence` grows with each change."""

    session_id: UUID
    title: str
    about: str
    where: str
    link: str
    teacher: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    changed_at: datetime
    cancelled: bool
    tentative: bool
    page_url: str


def uid_of(session_id: UUID, host: str) -> str:
    """Return the identifier under which calendars know a session."""
    return f"session-{session_id}@{host}"


def host_of(base_url: str) -> str:
    """Return by which host the suite's events are known."""
    return urlsplit(base_url).hostname or "goodstanding"


@dataclass(frozen=True)
class Parties:
    """The mail addresses of who sends a file and whose calendar it is for; either may be unknown, that is empty."""

    organizer: str
    attendee: str


def as_request(one: Appointment, host: str, parties: Parties) -> bytes:
    """Return the file of one session: METHOD REQUEST puts it in or replaces it, CANCEL takes it out (RFC 5546)."""
    return _calendar([one], host, "CANCEL" if one.cancelled else "REQUEST", "", parties)


def as_feed(appointments: Iterable[Appointment], host: str, name: str) -> bytes:
    """Return what a calendar program that has subscribed reads again and again: METHOD PUBLISH."""
    return _calendar(appointments, host, "PUBLISH", name)


def _calendar(
    appointments: Iterable[Appointment], host: str, method: str, name: str, parties: Parties | None = None
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        # How often a subscriber should ask again (RFC 7986, section 5.7, and what older programs read).
        calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for one in appointments:
        event = _event(one, host)
        if parties is not None:
            _add_parties(event, parties, one)
        calendar.add_component(event)
    found: bytes = calendar.to_ical()
    return found


def _event(one: Appointment, host: str) -> Event:
    """Times are UTC, which every program understands without a table of zones."""
    event = Event()
    event.add("uid", uid_of(one.session_id, host))
    event.add("sequence", one.sequence)
    event.add("dtstamp", one.changed_at.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("description", "\n".join(line for line in (one.teacher, one.about, one.link) if line))
    event.add("location", one.where or one.link)
    event.add("url", one.page_url)
    event.add("status", "CANCELLED" if one.cancelled else "TENTATIVE" if one.tentative else "CONFIRMED")
    return event


def _add_parties(event: Event, parties: Parties, one: Appointment) -> None:
    """Say who asks whom; nobody is asked for an answer, because the place is given in the suite."""
    if parties.organizer:
        event.add("organizer", f"mailto:{parties.organizer}")
    if parties.attendee:
        status = "TENTATIVE" if one.tentative else "ACCEPTED"
        about = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": status, "RSVP": "FALSE"}
        event.add("attendee", f"mailto:{parties.attendee}", parameters=about)
