"""Writing into the outbox, and what changes a mail there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.db.uow import Database, UnitOfWork
from shared.jobs import enqueue
from shared.mail.models import OutgoingMail
from shared.mail.rules import MailStatus, MailStep, check_address, next_status, one_line

SEND_JOB = "mail.send"
# With waits of 10 s, 20 s … an hour between them, about half a day: a mail server that is being mended.
TRIES = 20


def queue_mail(
    uow: UnitOfWork,
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    key: str,
    now: datetime,
    calendar: str | None = None,
) -> UUID | None:
    """Put a mail into the outbox, to be sent after the commit; None when there was one with this key already.

    `calendar` is a file in the format of RFC 5545 with a METHOD, which goes with it. Raises InvalidInput for an
    address that is none. The subject becomes one line.
    """
    values = {
        "id": new_id(),
        "key": key,
        "recipient": check_address(to),
        "subject": one_line(subject),
        "text": text,
        "html": html,
        "calendar": calendar,
        "status": MailStatus.QUEUED,
        "attempts": 0,
        "created_at": now,
    }
    table = sqlite.insert(OutgoingMail) if uow.database.is_sqlite else postgresql.insert(OutgoingMail)
    statement = table.values(values).on_conflict_do_nothing().returning(OutgoingMail.id)
    mail_id = uow.session.scalar(statement)
    if mail_id is None:
        return None
    job = {"mail_id": mail_id}
    enqueue(uow, SEND_JOB, job, now=now, created_by=SYSTEM, key=str(mail_id), max_attempts=TRIES)
    return mail_id


def claim(database: Database, mail_id: UUID) -> OutgoingMail | None:
    """Take a queued mail in hand, for one worker alone, and return it; None when it is not queued.

    This is committed before anything is handed to a server: whoever crashes after it leaves a mail that nobody
    sends again.
    """
    with database.write() as uow:
        taken = uow.session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail_id, OutgoingMail.status == MailStatus.QUEUED)
            .values(status=next_status(MailStatus.QUEUED, MailStep.CLAIM), attempts=OutgoingMail.attempts + 1)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        found = uow.session.get_one(OutgoingMail, mail_id)
        uow.session.expunge(found)
        return found


def settle(
    database: Database, mail_id: UUID, step: MailStep, *, now: datetime, answer: str | None = None
) -> MailStatus:
    """Record how handing it over went and return its status; one that has ended already stays as it is.

    `answer` is the server's code, never its words, which may quote what was written.
    """
    with database.write() as uow:
        mail = uow.session.get(OutgoingMail, mail_id, with_for_update=True)
        assert mail is not None
        if mail.status in (MailStatus.SENT, MailStatus.REFUSED):
            return mail.status
        mail.status = next_status(mail.status, step)
        mail.answer = answer
        if mail.status is not MailStatus.QUEUED:
            mail.ended_at, mail.text, mail.html, mail.calendar = now, "", "", None
        return mail.status
