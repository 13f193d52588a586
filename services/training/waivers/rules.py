"""What may become of a request for a waiver, and how long what stands in for a course counts. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.training.certificates.rules import add_months
from shared.core.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from shared.core.text import N_

# Beyond this what is meant is "for good", which is said by leaving the end out.
MOST_YEARS = 10
MOST_AGE_MONTHS = 120


class WaiverStatus(StrEnum):
    """Where a waiver stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class WaiverStep(StrEnum):
    """What may happen to it."""

    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


STATUS_WORDS = {
    WaiverStatus.REQUESTED: N_("Requested"),
    WaiverStatus.GRANTED: N_("Granted"),
    WaiverStatus.REFUSED: N_("Refused"),
    WaiverStatus.WITHDRAWN: N_("Withdrawn"),
    WaiverStatus.REVOKED: N_("Revoked"),
}
STEP_WORDS = {
    WaiverStep.GRANT: N_("grant"),
    WaiverStep.REFUSE: N_("refuse"),
    WaiverStep.WITHDRAW: N_("withdraw"),
    WaiverStep.REVOKE: N_("revoke"),
}


class CreditKind(StrEnum):
    """Why a course need not be taken."""

    WAIVER = "waiver"
    EXEMPTION = "exemption"
    EQUIVALENT = "equivalent"
    EARLIER = "earlier"


CREDIT_WORDS = {
    CreditKind.WAIVER: N_("Waiver"),
    CreditKind.EXEMPTION: N_("Exemption"),
    CreditKind.EQUIVALENT: N_("Equivalent course"),
    CreditKind.EARLIER: N_("Earlier completion"),
}


@dataclass(frozen=True)
class Credit:
    """A course counts as done for somebody from `since` to `until`, both included; None: for good.

    A waiver or an equivalent course is like a certificate that runs out: the course is due again by `until`.
    When `exempt`, the course is not required at all until then, and afterwards it is asked as of somebody who
    joins on the day after.
    """

    course_id: UUID
    since: date
    until: date | None
    exempt: bool = False

    def counts_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


def next_status(status: WaiverStatus, step: WaiverStep) -> WaiverStatus:
    """Return the status after `step`; what was refused or withdrawn is asked for anew, in another request."""
    match (status, step):
        case (WaiverStatus.REQUESTED, WaiverStep.GRANT):
            return WaiverStatus.GRANTED
        case (WaiverStatus.REQUESTED, WaiverStep.REFUSE):
            return WaiverStatus.REFUSED
        case (WaiverStatus.REQUESTED, WaiverStep.WITHDRAW):
            return WaiverStatus.WITHDRAWN
        case (WaiverStatus.GRANTED, WaiverStep.REVOKE):
            return WaiverStatus.REVOKED
        case _:
            raise IllegalTransition(N_("The waiver"), STATUS_WORDS[status], STEP_WORDS[step])


def check_decider(decider_id: UUID | None, person_id: UUID) -> None:
    """Raise Forbidden when somebody decides on what is about themselves."""
    if decider_id == person_id:
        raise Forbidden(N_("Nobody decides on their own request; another trainer does"))


def check_until(until: date | None, today: date) -> None:
    """Raise InvalidInput for an end that has passed, or is so far away that "for good" is meant."""
    if until is None:
        return
    if until < today:
        message = N_("That day has passed")
    elif until > today + timedelta(days=366 * MOST_YEARS):
        message = N_("At most %(years)s years from today; leave it empty for good", years=MOST_YEARS)
    else:
        return
    raise InvalidInput(message, fields={"until": [message]})


def check_equivalence(course_id: UUID, by_course_id: UUID, max_age_months: int | None) -> None:
    """Raise InvalidInput for a course that would stand in for itself, or an age out of range."""
    if course_id == by_course_id:
        message = N_("A course cannot stand in for itself")
        raise InvalidInput(message, fields={"by_course_id": [message]})
    if max_age_months is not None and not 1 <= max_age_months <= MOST_AGE_MONTHS:
        message = N_("From 1 to %(most)s months", most=MOST_AGE_MONTHS)
        raise InvalidInput(message, fields={"max_age_months": [message]})


def check_in_force(ended: bool) -> None:
    """Raise Conflict when what is to be ended has ended already."""
    if ended:
        raise Conflict(N_("This has ended already"))


def equivalent_until(done_on: date, valid_until: date | None, max_age_months: int | None) -> date | None:
    """Return until when a completion stands in for another course: as long as its own certificate is valid,
    and no longer than the rule says; None: for good."""
    ends = [] if valid_until is None else [valid_until]
    if max_age_months is not None:
        ends.append(add_months(done_on, max_age_months))
    return min(ends, default=None)
