"""Mail: written into an outbox in the same transaction as what it is about, and sent by a job over SMTP."""

from shared.mail.commands import queue_mail
from shared.mail.models import MailBase, OutgoingMail
from shared.mail.queries import count_mail, find_by_key
from shared.mail.rules import MailStatus
from shared.mail.sending import SEND_JOB, send_mail

__all__ = [
    "SEND_JOB",
    "MailBase",
    "MailStatus",
    "OutgoingMail",
    "count_mail",
    "find_by_key",
    "queue_mail",
    "send_mail",
]
