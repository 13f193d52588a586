"""When a due date cannot be met, and what may be decided about it. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_

# Beyond a year from today the requirement itself is in question: that is what exemptions are for.
MOST_DAYS = 366
# So many days before its due date a course must have something to learn from.
_NEEDS_VERSION = timedelta(days=14)
ON_LEAVE = "on_leave"


class ExceptionStatus(StrEnum):
    """Where an exception stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ExceptionStep(StrEnum):
    """What may happen to it."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class Cause(StrEnum):
    """Why the date cannot be met: somebody says so, or a rule found it."""

    ASKED = "asked"
    BEFORE_START = "before_start"
    LEAVE = "on_leave"
    NO_VERSION = "no_version"
    NO_SESSION = "no_session"


STATUS_WORDS = {
    ExceptionStatus.REQUESTED: N_("Requested"),
    ExceptionStatus.GRANTED: N_("Granted"),
    ExceptionStatus.REFUSED: N_("Refused"),
    ExceptionStatus.WITHDRAWN: N_("Withdrawn"),
}
STEP_WORDS = {
    ExceptionStep.GRANT: N_("grant"),
    ExceptionStep.REFUSE: N_("refuse"),
    ExceptionStep.WITHDRAW: N_("withdraw"),
}
CAUSE_WORDS = {
    Cause.ASKED: N_("On request"),
    Cause.BEFORE_START: N_("Due before the person could begin"),
    Cause.LEAVE: N_("The person is on leave"),
    Cause.NO_VERSION: N_("The course has no published version"),
    Cause.NO_SESSION: N_("No session takes place before it is due"),
}


@dataclass(frozen=True)
class DateFacts:
    """What decides whether a due date can be met. `session_only`: it cannot be completed without a session;
    `next_session_on` is the first that still takes place."""

    opens_on: date
    due_on: date
    hired_on: date
    tags: tuple[str, ...] = ()
    has_version: bool = True
    session_only: bool = False
    next_session_on: date | None = None


def next_status(status: ExceptionStatus, step: ExceptionStep) -> ExceptionStatus:
    """Return the status after `step`; a decision is not taken back, another exception may be asked for."""
    match (status, step):
        case (ExceptionStatus.REQUESTED, ExceptionStep.GRANT):
            return ExceptionStatus.GRANTED
        case (ExceptionStatus.REQUESTED, ExceptionStep.REFUSE):
            return ExceptionStatus.REFUSED
        case (ExceptionStatus.REQUESTED, ExceptionStep.WITHDRAW):
            return ExceptionStatus.WITHDRAWN
        case _:
            raise IllegalTransition(N_("The exception"), STATUS_WORDS[status], STEP_WORDS[step])


def why_impossible(facts: DateFacts, today: date) -> Cause | None:
    """Return why a due date that is not over yet cannot be met, or None when it can."""
    if facts.due_on < today:
        return None
    if facts.due_on < max(facts.hired_on, facts.opens_on):
        return Cause.BEFORE_START
    if ON_LEAVE in facts.tags:
        return Cause.LEAVE
    if not facts.has_version:
        return Cause.NO_VERSION if facts.due_on <= today + _NEEDS_VERSION else None
    if facts.session_only and (facts.next_session_on is None or facts.next_session_on > facts.due_on):
        return Cause.NO_SESSION if facts.due_on <= today + _NEEDS_VERSION else None
    return None


def check_new_date(due_on: date, new_due_on: date, today: date, field: str) -> None:
    """Raise InvalidInput unless the new day is later than the present one, not past, and within a year."""
    if new_due_on <= due_on:
        message = N_("The new date is later than the present due date")
    elif new_due_on < today:
        message = N_("That day has passed")
    elif new_due_on > today + timedelta(days=MOST_DAYS):
        message = N_("At most %(days)s days from today", days=MOST_DAYS)
    else:
        return
    raise InvalidInput(message, fields={field: [message]})
