"""Making and revoking the secret address of somebody's calendar."""

from datetime import datetime
from uuid import UUID

from services.training.calendars.models import CalendarFeed
from services.training.calendars.queries import digest_of, find_feed
from shared.core.ids import new_id, new_token
from shared.core.principals import Principal
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import CalendarFeedMade, CalendarFeedRevoked


def make_feed(uow: UnitOfWork, person_id: UUID, locale: str, *, actor: Principal, now: datetime) -> str:
    """Make a new secret address, in place of the one before, and return its secret, which is not kept."""
    revoke_feed(uow, person_id, actor=actor, now=now)
    token = new_token(24)
    feed = CalendarFeed(
        id=new_id(), person_id=person_id, digest=digest_of(token), locale=locale[:2], made_at=now
    )
    uow.session.add(feed)
    made = CalendarFeedMade(feed.id, person_id)
    append(uow, made, row=feed, actor=actor, now=now, person_id=person_id)
    return token


def revoke_feed(uow: UnitOfWork, person_id: UUID, *, actor: Principal, now: datetime) -> bool:
    """Let the address answer nobody any more; say whether there was one."""
    feed = find_feed(uow.session, person_id)
    if feed is None:
        return False
    feed.revoked_at = now
    revoked = CalendarFeedRevoked(feed.id, person_id)
    append(uow, revoked, row=feed, actor=actor, now=now, person_id=person_id)
    uow.session.flush()  # One address works at a time, and the database checks it at each statement.
    return True
