"""What may become of a mail, and what may stand in its head. Pure."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from enum import StrEnum

from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_

MOST_SUBJECT = 200
MOST_ADDRESS = 254


class MailStatus(StrEnum):
    """Where a mail stands. `unknown`: the work broke off while the server had it, so it is not sent again."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class MailStep(StrEnum):
    """What may happen to it."""

    CLAIM = "claim"
    ACCEPT = "accept"
    POSTPONE = "postpone"
    REFUSE = "refuse"
    LOSE = "lose"


def next_status(status: MailStatus, step: MailStep) -> MailStatus:
    """Return the status after `step`.

    Only what is queued is taken, and it is back in the queue only when the server did not take it: nothing is
    handed over twice. Whoever hands a mail over may still learn that it was taken after others gave it up.
    """
    match (status, step):
        case (MailStatus.QUEUED, MailStep.CLAIM):
            return MailStatus.SENDING
        case (MailStatus.SENDING | MailStatus.UNKNOWN, MailStep.ACCEPT):
            return MailStatus.SENT
        case (MailStatus.SENDING, MailStep.POSTPONE):
            return MailStatus.QUEUED
        case (MailStatus.QUEUED | MailStatus.SENDING, MailStep.REFUSE):
            return MailStatus.REFUSED
        case (MailStatus.SENDING, MailStep.LOSE):
            return MailStatus.UNKNOWN
        case _:
            raise IllegalTransition("mail", status, step)


def is_address(text: str) -> bool:
    """Say whether this is one plain address: no name beside it, no list, nothing that ends a header."""
    if (
        len(text) > MOST_ADDRESS
        or not re.fullmatch(r"[!-~]+@[!-~]+", text)
        or re.search(r"[<>,;:()\"\\]", text)
    ):
        return False
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return "." in address.domain or address.domain == "localhost"


def check_address(text: str) -> str:
    """Return the address; raise InvalidInput for what is none."""
    if not is_address(text):
        message = N_("This is not a mail address")
        raise InvalidInput(message, fields={"email": [message]})
    return text


def method_of(calendar: str) -> str:
    """Return what a calendar file wants done with it, such as REQUEST; raise ValueError when it does not say."""
    found = re.search(r"^METHOD:([A-Z]+)\r?$", calendar, re.MULTILINE)
    if found is None:
        raise ValueError("a calendar file that is mailed says by METHOD what it is for")
    return found[1]


def one_line(subject: str) -> str:
    """Return a subject that is one line whatever was put into it: line ends and control characters are spaces."""
    # What is neither printable nor a space may end a line: C0, C1, and the line and paragraph separators.
    plain = "".join(char if char.isprintable() else " " for char in subject)
    return re.sub(r"\s+", " ", plain).strip()[:MOST_SUBJECT]
