"""Sanctions, thin: giving up the incentive of named periods, proposed by one officer, approved by another.

proposed ─approve→ approved
   ├─refuse→ refused
   └─withdraw→ withdrawn
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.compliance.cases.rules import CaseStatus
from services.compliance.signatories.rules import Signatory, check_second_person
from services.compliance.standing.rules import ImpedimentKind, conduct_statement
from shared.core.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from shared.core.intervals import Interval
from shared.core.periods import Period
from shared.core.text import N_, Message
from shared.messages.standing import ComplianceImpedimentStated

# A year of months.
MOST_PERIODS = 12


class SanctionStatus(StrEnum):
    """Where a sanction stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _LABELS[self]


class SanctionStep(StrEnum):
    """What may be done with a sanction."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> Message:
        """What the button says."""
        return _STEP_LABELS[self]


class SanctionKind(StrEnum):
    """What is imposed."""

    INCENTIVE_FORFEITURE = "incentive_forfeiture"

    @property
    def label(self) -> Message:
        """What it is called."""
        return _KIND_LABELS[self]


_LABELS = {
    SanctionStatus.PROPOSED: N_("Waiting for a second person"),
    SanctionStatus.APPROVED: N_("Approved"),
    SanctionStatus.REFUSED: N_("Refused"),
    SanctionStatus.WITHDRAWN: N_("Withdrawn"),
}
_STEP_LABELS = {
    SanctionStep.APPROVE: N_("Approve the sanction"),
    SanctionStep.REFUSE: N_("Refuse"),
    SanctionStep.WITHDRAW: N_("Withdraw the proposal"),
}
_KIND_LABELS = {SanctionKind.INCENTIVE_FORFEITURE: N_("Incentive forfeited")}


@dataclass(frozen=True)
class SanctionFacts:
    """All that the rules know of a sanction."""

    status: SanctionStatus
    person_id: UUID
    proposer: Signatory


def next_status(status: SanctionStatus, step: SanctionStep) -> SanctionStatus:
    """Return the status after `step`; raise IllegalTransition for a step that `status` does not allow."""
    match status, step:
        case SanctionStatus.PROPOSED, SanctionStep.APPROVE:
            return SanctionStatus.APPROVED
        case SanctionStatus.PROPOSED, SanctionStep.REFUSE:
            return SanctionStatus.REFUSED
        case SanctionStatus.PROPOSED, SanctionStep.WITHDRAW:
            return SanctionStatus.WITHDRAWN
        case _:
            raise IllegalTransition(N_("The sanction"), status.label, step.label)


def take_step(sanction: SanctionFacts, step: SanctionStep, who: Signatory) -> SanctionFacts:
    """Return the sanction after `step` by `who`; raise IllegalTransition, or Forbidden for the wrong person."""
    status = next_status(sanction.status, step)
    if who.person_id == sanction.person_id:
        raise Forbidden(N_("Nobody decides on a measure against themselves"))
    if step is SanctionStep.WITHDRAW:
        if not sanction.proposer.is_same_human(who):
            raise Forbidden(N_("Only whoever proposed it can withdraw it"))
    else:
        check_second_person(sanction.proposer, who)
    return replace(sanction, status=status)


def can_take(sanction: SanctionFacts, step: SanctionStep, who: Signatory) -> bool:
    """Say whether `take_step` would succeed: for what a page offers."""
    try:
        take_step(sanction, step, who)
    except (IllegalTransition, Forbidden):
        return False
    return True


def check_case(status: CaseStatus) -> None:
    """Raise Conflict unless the case has come to its decision: a sanction rests on findings."""
    if status is not CaseStatus.DECISION:
        raise Conflict(N_("A sanction is proposed when the case has come to its decision"))


def parse_periods(codes: Sequence[str]) -> list[Period]:
    """Return the periods by time; raise InvalidInput for none, too many, or one that is not a period."""
    if not 1 <= len(codes) <= MOST_PERIODS:
        raise InvalidInput(
            N_("Name the periods whose incentive is forfeited"),
            fields={"periods": [N_("Name 1 to 12 periods.")]},
        )
    try:
        found = {period.code: period for period in map(Period.parse, codes)}
    except InvalidInput as error:
        raise InvalidInput(error.message, fields={"periods": [error.message]}) from error
    return sorted(found.values(), key=lambda period: (period.start, period.end))


def statement(person_id: UUID, reference: UUID, periods: Sequence[Period]) -> ComplianceImpedimentStated:
    """Return what eligibility is told of an approved forfeiture."""
    intervals = [Interval(period.start, period.end) for period in periods]
    return conduct_statement(ImpedimentKind.CONDUCT_FORFEIT, person_id, reference, intervals)
