"""Interim holds: one officer proposes, another approves; and the same again to end it.

    proposed ─approve→ effective ─propose_end→ ending ─approve_end→ ended
       ├─refuse→ refused      ↑                  │
       └─withdraw→ withdrawn  └───────keep───────┘

A hold that is `ending` still stands.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.compliance.signatories.rules import Signatory, check_second_person
from services.compliance.standing.rules import ImpedimentKind, conduct_statement, interval_from
from shared.core.errors import Conflict, Forbidden, IllegalTransition
from shared.core.text import N_, Message
from shared.core.zones import local_date, start_of_day
from shared.messages.standing import ComplianceImpedimentStated

# How far ahead a hold may begin.
_DAYS_AHEAD = 90


class HoldStatus(StrEnum):
    """Where a hold stands."""

    PROPOSED = "proposed"
    EFFECTIVE = "effective"
    ENDING = "ending"
    ENDED = "ended"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _LABELS[self]


OPEN = (HoldStatus.PROPOSED, HoldStatus.EFFECTIVE, HoldStatus.ENDING)


class HoldStep(StrEnum):
    """What may be done with a hold."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    PROPOSE_END = "propose_end"
    APPROVE_END = "approve_end"
    KEEP = "keep"

    @property
    def label(self) -> Message:
        """What the button says."""
        return _STEP_LABELS[self]


_LABELS = {
    HoldStatus.PROPOSED: N_("Waiting for a second person"),
    HoldStatus.EFFECTIVE: N_("In effect"),
    HoldStatus.ENDING: N_("In effect, ending proposed"),
    HoldStatus.ENDED: N_("Ended"),
    HoldStatus.REFUSED: N_("Refused"),
    HoldStatus.WITHDRAWN: N_("Withdrawn"),
}
_STEP_LABELS = {
    HoldStep.APPROVE: N_("Approve the hold"),
    HoldStep.REFUSE: N_("Refuse"),
    HoldStep.WITHDRAW: N_("Withdraw the proposal"),
    HoldStep.PROPOSE_END: N_("Propose to end it"),
    HoldStep.APPROVE_END: N_("Approve the ending"),
    HoldStep.KEEP: N_("Keep the hold"),
}


@dataclass(frozen=True)
class HoldFacts:
    """All that the rules know of a hold; `end_proposer` is set while its ending waits."""

    status: HoldStatus
    person_id: UUID
    proposer: Signatory
    end_proposer: Signatory | None = None


def next_status(status: HoldStatus, step: HoldStep) -> HoldStatus:
    """Return the status after `step`; raise IllegalTransition for a step that `status` does not allow."""
    match status, step:
        case HoldStatus.PROPOSED, HoldStep.APPROVE:
            return HoldStatus.EFFECTIVE
        case HoldStatus.PROPOSED, HoldStep.REFUSE:
            return HoldStatus.REFUSED
        case HoldStatus.PROPOSED, HoldStep.WITHDRAW:
            return HoldStatus.WITHDRAWN
        case HoldStatus.EFFECTIVE, HoldStep.PROPOSE_END:
            return HoldStatus.ENDING
        case HoldStatus.ENDING, HoldStep.APPROVE_END:
            return HoldStatus.ENDED
        case HoldStatus.ENDING, HoldStep.KEEP:
            return HoldStatus.EFFECTIVE
        case _:
            raise IllegalTransition(N_("The interim hold"), status.label, step.label)


def take_step(hold: HoldFacts, step: HoldStep, who: Signatory) -> HoldFacts:
    """Return the hold after `step` by `who`.

    Raises IllegalTransition where the status does not allow it and Forbidden for the wrong person: the one
    who is held decides nothing, nobody approves or refuses what they put forward, and only whoever proposed a
    hold withdraws it. An ending may be turned down by anybody else, and taken back by whoever proposed it.
    """
    status = next_status(hold.status, step)
    check_not_concerned(hold.person_id, who)
    match step:
        case HoldStep.APPROVE | HoldStep.REFUSE:
            check_second_person(hold.proposer, who)
        case HoldStep.WITHDRAW:
            if not hold.proposer.is_same_human(who):
                raise Forbidden(N_("Only whoever proposed it can withdraw it"))
        case HoldStep.APPROVE_END if hold.end_proposer is not None:
            check_second_person(hold.end_proposer, who)
        case _:
            pass
    return replace(hold, status=status, end_proposer=_end_proposer(hold, step, who))


def can_take(hold: HoldFacts, step: HoldStep, who: Signatory) -> bool:
    """Say whether `take_step` would succeed: for what a page offers."""
    try:
        take_step(hold, step, who)
    except (IllegalTransition, Forbidden):
        return False
    return True


def check_not_concerned(person_id: UUID, who: Signatory) -> None:
    """Raise Forbidden for the person whom the measure is about."""
    if who.person_id == person_id:
        raise Forbidden(N_("Nobody decides on a measure against themselves"))


def check_from(from_on: date, reported_on: date, now: datetime) -> None:
    """Raise Conflict for a hold that would begin before the report or too far ahead."""
    if not reported_on <= from_on <= local_date(now) + timedelta(days=_DAYS_AHEAD):
        raise Conflict(
            N_("The hold cannot begin on that day"),
            fields={"from_on": [N_("Choose a day from that of the report to 90 days from today.")]},
        )


def statement(
    person_id: UUID, reference: UUID, from_on: date, ended_at: datetime | None
) -> ComplianceImpedimentStated:
    """Return what eligibility is told of a hold that is or was in effect."""
    intervals = interval_from(start_of_day(from_on), ended_at)
    return conduct_statement(ImpedimentKind.CONDUCT_HOLD, person_id, reference, intervals)


def _end_proposer(hold: HoldFacts, step: HoldStep, who: Signatory) -> Signatory | None:
    match step:
        case HoldStep.PROPOSE_END:
            return who
        case HoldStep.KEEP:
            return None
        case _:
            return hold.end_proposer
