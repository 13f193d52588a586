"""Valid sessions; a test states only what it is about."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, true

from services.training.bookings.commands import book
from services.training.bookings.models import Booking
from services.training.bookings.queries import list_participants
from services.training.bookings.rules import Channel
from services.training.sessions.commands import open_session, plan_session
from services.training.sessions.models import TrainingSession
from services.training.sessions.rules import (
    Details,
    Instructor,
    InstructorKind,
    Language,
    SessionKind,
    deadlines,
)
from shared.core.text import LocalizedText
from shared.directory import Audience, DirectoryPerson, get_person
from tests.harness import Harness
from tests.services.training.factories import ACTOR


def make_details(now: datetime, **overrides: Any) -> Details:
    """Return a lecture of two hours in three days, for everybody, with one place."""
    starts_at = overrides.pop("starts_at", now + timedelta(days=3))
    book_until, cancel_until = deadlines(starts_at, None, None)
    values: dict[str, Any] = {
        "kind": SessionKind.LECTURE,
        "course_id": None,
        "title": LocalizedText(zh="可吸收支架新进展", en="New absorbable stents"),
        "about": LocalizedText(zh="从研发到临床", en="From the bench to the bedside"),
        "instructor": Instructor(InstructorKind.CLINICAL, "韩教授", "上海市第一人民医院"),
        "language": Language.ZH,
        "place": "上海培训中心 301",
        "link": "",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "capacity": 1,
        "book_until": book_until,
        "cancel_until": cancel_until,
        "audience": Audience(),
    }
    return Details(**values | overrides)


def create_session(h: Harness, **overrides: Any) -> UUID:
    """Put a session that is open for booking there, and return its id."""
    with h.write("training") as uow:
        session = plan_session(uow, make_details(h.clock.now(), **overrides), actor=ACTOR, now=h.clock.now())
        open_session(uow, session, actor=ACTOR, now=h.clock.now())
        return session.id


def ask(h: Harness, session_id: UUID, person: DirectoryPerson, channel: Channel = Channel.SELF) -> UUID:
    """Ask for a place and return the booking's id."""
    with h.write("training") as uow:
        found = get_person(uow.session, person.id)
        return book(uow, session_id, found, channel, actor=ACTOR, now=h.clock.now()).id


def statuses(h: Harness, session_id: UUID) -> list[str]:
    """Return the statuses of a session's bookings in the order in which they were asked for."""
    with h.read("training") as uow:
        return [
            one.booking.status.value
            for one in list_participants(uow.session, session_id, true(), given_up=True)
        ]


def booking_of(h: Harness, booking_id: UUID) -> Booking:
    """Return a booking, detached."""
    with h.read("training") as uow:
        found = uow.session.scalars(select(Booking).where(Booking.id == booking_id)).one()
        uow.session.expunge_all()
        return found


def session_of(h: Harness, session_id: UUID) -> TrainingSession:
    """Return a session, detached."""
    with h.read("training") as uow:
        found = uow.session.scalars(select(TrainingSession).where(TrainingSession.id == session_id)).one()
        uow.session.expunge_all()
        return found
