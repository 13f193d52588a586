"""Handing a mail to a server: at most once, and again only when the server said that it did not take it."""

import smtplib
import ssl
from contextlib import ExitStack, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import structlog

from shared.core.mail_server import MailServer, read_mail_server
from shared.core.settings import Settings
from shared.jobs import JobContext
from shared.mail.commands import SEND_JOB, TRIES, claim, settle
from shared.mail.models import OutgoingMail
from shared.mail.rules import MailStatus, MailStep, method_of

__all__ = ["SEND_JOB", "send_mail"]

log = structlog.get_logger(__name__)
_TIMEOUT = 20
# What the outbox has room for.
MOST_ANSWER = 80


class MailPostponedError(Exception):
    """The server did not take the mail, and may take it later; tried again by the job."""


class _RefusedError(Exception):
    """The server will never take this mail."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


def send_mail(context: JobContext) -> dict[str, Any]:
    """Send one mail of the outbox; the job's result says what became of it.

    At most once per mail. It is marked as being sent, and committed, before the server hears of it. A server
    that cannot be reached or answers 4xx before it has taken the mail is tried again later; 5xx is the end. When
    the work breaks off in between, nobody knows whether the server has it, and it is not sent again.
    """
    mail_id = UUID(context.payload["mail_id"])
    settings, now = context.settings, context.clock.now
    mail = claim(context.database, mail_id)
    if mail is None:
        return {"status": _give_up(context, mail_id)}
    try:
        if not settings.smtp_url:
            raise MailPostponedError("no server")
        _hand_over(read_mail_server(settings.smtp_url), _write(mail, settings, now()))
    except _RefusedError as refused:
        return _end(context, mail_id, MailStep.REFUSE, str(refused.code))
    except MailPostponedError as later:
        if context.attempt >= TRIES:
            return _end(context, mail_id, MailStep.REFUSE, str(later))
        settle(context.database, mail_id, MailStep.POSTPONE, now=now(), answer=str(later))
        raise
    except (smtplib.SMTPException, OSError) as error:
        # The connection broke while the server had the whole mail: it may or may not have taken it.
        return _end(context, mail_id, MailStep.LOSE, type(error).__name__)
    return _end(context, mail_id, MailStep.ACCEPT, "250")


def _give_up(context: JobContext, mail_id: UUID) -> MailStatus:
    """Leave alone what has ended; what another attempt had in hand when it was cut off is not sent again."""
    with context.database.read() as uow:
        status = uow.session.get_one(OutgoingMail, mail_id).status
    if status is not MailStatus.SENDING:
        return status
    return settle(context.database, mail_id, MailStep.LOSE, now=context.clock.now(), answer="interrupted")


def _end(context: JobContext, mail_id: UUID, step: MailStep, answer: str) -> dict[str, Any]:
    status = settle(context.database, mail_id, step, now=context.clock.now(), answer=answer)
    log.info("mail_ended", mail_id=str(mail_id), status=status, answer=answer)
    return {"status": status, "answer": answer}


def _write(mail: OutgoingMail, settings: Settings, now: datetime) -> EmailMessage:
    """Return the message; the library refuses a header with a line end, whatever came before."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice in answer.
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    if mail.calendar is not None:
        # Programs offer to put it into the calendar only if the part's head names the method too (RFC 6047, 2.4).
        message.add_attachment(
            mail.calendar, subtype="calendar", cte="base64", filename="session.ics",
            params={"method": method_of(mail.calendar)},
        )  # fmt: skip
    return message


def _hand_over(server: MailServer, message: EmailMessage) -> None:
    """Give the message to the server; raise MailPostponedError or _RefusedError when it was not taken."""
    connection = _connected(server)
    try:
        try:
            _check(connection.mail(str(message["From"]))[0])
            _check(connection.rcpt(str(message["To"]))[0])
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise MailPostponedError(type(error).__name__) from error
        try:
            code = connection.data(message.as_bytes())[0]
        except smtplib.SMTPDataError as error:  # Said before the content was sent.
            code = error.smtp_code
        _check(code)
        # How the conversation ends does not matter any more.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


def _connected(server: MailServer) -> smtplib.SMTP:
    """Return a connection that is greeted, and signed in where there is a user.

    The server proves by its certificate that it is the one that was named, or it is told nothing.
    """
    trusted = ssl.create_default_context()
    with ExitStack() as opened:
        try:
            if server.secure:
                connection: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=_TIMEOUT, context=trusted
                )
            else:
                connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
            opened.callback(connection.close)
            connection.ehlo_or_helo_if_needed()
            if server.upgrade:
                connection.starttls(context=trusted)
                connection.ehlo()
            if server.user:
                connection.login(server.user, server.password)
        except ssl.SSLCertVerificationError as error:
            raise MailPostponedError(f"certificate: {error.verify_message}"[:MOST_ANSWER]) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailPostponedError(type(error).__name__) from error
        opened.pop_all()
    return connection


def _check(code: int) -> None:
    if 200 <= code < 300:
        return
    if 500 <= code < 600:
        raise _RefusedError(code)
    raise MailPostponedError(str(code))
