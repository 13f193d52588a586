"""Reading the outbox: what stands where, never what was written."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.mail.models import OutgoingMail
from shared.mail.rules import MailStatus


def find_by_key(session: Session, key: str) -> OutgoingMail | None:
    """Return the mail with this key, or None."""
    return session.scalar(select(OutgoingMail).where(OutgoingMail.key == key))


def count_mail(session: Session) -> dict[MailStatus, int]:
    """Return how many mails there are in each state."""
    statement = select(OutgoingMail.status, func.count()).group_by(OutgoingMail.status)
    return {row[0]: row[1] for row in session.execute(statement)}
