"""Telling people something, once, and putting a day's notices into one mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from services.training.notices.models import Notice, NoticePreference
from services.training.notices.queries import list_to_mail, list_unmailed, locales_of, said
from services.training.notices.rules import Digest, NoticeKind, digest
from shared.core.errors import NotFound
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import Entry, append, append_many
from shared.mail import queue_mail
from shared.mail.rules import is_address
from shared.messages.training import NoticeGiven

# What could not be written about for so long is not news any more: it stands on the page.
_MAILED_WITHIN = timedelta(days=3)
_TEMPLATES = Path(__file__).parent.parent / "templates" / "training"


@dataclass(frozen=True)
class Telling:
    """Whom to tell what. `mark` sets it apart from other tellings of the same kind about the same thing."""

    person_id: UUID
    kind: NoticeKind
    course_id: UUID
    mark: str
    assignment_id: UUID | None = None
    about_id: UUID | None = None
    due_on: date | None = None
    stage: int | None = None

    @property
    def key(self) -> str:
        """What this is for, and nothing else is."""
        return f"{self.kind}/{self.person_id}/{self.assignment_id or self.course_id}/{self.mark}"


def tell(uow: UnitOfWork, telling: Telling, *, actor: Principal, now: datetime) -> bool:
    """Tell somebody something; return False, and do nothing, when they were told it already."""
    (row,) = _rows([telling], now)
    if not _insert(uow, [row]):
        return False
    message = _message(row)
    subject = f"notice/{row['id']}"
    append(uow, message, subject=subject, actor=actor, now=now, person_id=telling.person_id)
    return True


def tell_many(uow: UnitOfWork, tellings: Sequence[Telling], *, now: datetime) -> int:
    """Tell many people at once; return how many had not been told. Two who do so at once tell nobody twice."""
    rows = {row["key"]: row for row in _rows(tellings, now)}
    given = _insert(uow, list(rows.values())) if rows else set()
    append_many(
        uow.session.connection(),
        [
            Entry(_message(row), f"notice/{row['id']}", SYSTEM.actor, now, person_id=row["person_id"])
            for row in rows.values()
            if row["id"] in given
        ],
    )
    return len(given)


def dismiss(uow: UnitOfWork, person_id: UUID, notice_id: UUID | None, *, now: datetime) -> int:
    """Note that somebody has read a notice of theirs, or all; return how many were unread. Raises NotFound."""
    mine = (Notice.person_id == person_id, Notice.id == notice_id if notice_id else true())
    if notice_id is not None and uow.session.scalar(select(Notice.id).where(*mine)) is None:
        raise NotFound(N_("There is no such notice"))
    unread = update(Notice).where(*mine, Notice.read_at.is_(None)).values(read_at=now)
    return int(uow.session.execute(unread).rowcount)  # type: ignore[attr-defined]


def set_preference(uow: UnitOfWork, person_id: UUID, *, locale: str, by_mail: bool) -> None:
    """Note in which language somebody wants to be written to, and whether by mail."""
    uow.session.merge(NoticePreference(person_id=person_id, locale=locale, by_mail=by_mail))


def mail_chunk(
    uow: UnitOfWork, after: UUID | None, *, base_url: str, now: datetime, limit: int = 200
) -> tuple[UUID | None, int]:
    """Put what the next people have to be told into one mail each; return the last person and how many mails.

    The key is the person and the day, so however often this runs there is one mail a day: what comes later in
    the day goes with tomorrow's.
    """
    today = local_date(now)
    since = today - _MAILED_WITHIN
    people = list_to_mail(uow.session, since, after, limit)
    if not people:
        return None, 0
    ids = [one.id for one in people]
    waiting, locale_of = list_unmailed(uow.session, ids, since), locales_of(uow.session, ids)
    texts = said(uow.session, [one for notices in waiting.values() for one in notices])
    queued = 0
    for person in people:
        notices, locale = waiting.get(person.id, []), locale_of(person.id)
        if not notices or not is_address(person.email):
            continue
        written = digest([texts[one.id] for one in notices], person.name, locale, base_url)
        key = f"digest/{person.id}/{today}"
        mail_id = queue_mail(
            uow, to=person.email, subject=written.subject, text=written.text,
            html=html_of(written, locale), key=key, now=now,
        )  # fmt: skip
        if mail_id is not None:
            queued += 1
            carried = Notice.id.in_([one.id for one in notices])
            uow.session.execute(update(Notice).where(carried).values(mail_key=key))
    return people[-1].id, queued


def _rows(tellings: Sequence[Telling], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "key": one.key,
            "person_id": one.person_id,
            "kind": one.kind,
            "assignment_id": one.assignment_id,
            "course_id": one.course_id,
            "about_id": one.about_id,
            "due_on": one.due_on,
            "stage": one.stage,
            "day": local_date(now),
            "given_at": now,
        }
        for one in tellings
    ]


def _insert(uow: UnitOfWork, rows: list[dict[str, Any]]) -> set[UUID]:
    """Insert the notices whose keys are not there yet, and return their ids."""
    table = sqlite.insert(Notice) if uow.database.is_sqlite else postgresql.insert(Notice)
    given: set[UUID] = set()
    for first in range(0, len(rows), 500):
        statement = table.values(rows[first : first + 500]).on_conflict_do_nothing().returning(Notice.id)
        given.update(uow.session.scalars(statement))
    return given


def _message(row: dict[str, Any]) -> NoticeGiven:
    return NoticeGiven(
        row["id"], row["person_id"], row["kind"], row["course_id"], row["assignment_id"], row["due_on"]
    )


def html_of(written: Digest, locale: str) -> str:
    """Return a mail as HTML; `locale` is its language."""
    template = _environment().get_template("mail_digest.html")
    return template.render(written=written, language="en" if locale == "en" else "zh-CN")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
