"""When a case may be closed, and what reopening takes."""

from services.compliance.cases.rules import Outcome
from shared.core.errors import Conflict
from shared.core.text import N_


def check_nothing_open(*, holds: bool, sanctions: bool) -> None:
    """Raise Conflict while a hold stands or anything waits: a closed case holds nobody."""
    if holds:
        raise Conflict(N_("An interim hold stands or waits; end it before the case is closed"))
    if sanctions:
        raise Conflict(N_("A sanction waits for a second person; decide it before the case is closed"))


def check_outcome(outcome: Outcome, *, sanctioned: bool) -> None:
    """Raise Conflict when somebody was sanctioned over what is said not to be so."""
    if sanctioned and outcome in (Outcome.UNSUBSTANTIATED, Outcome.INSUFFICIENT_EVIDENCE):
        raise Conflict(
            N_("A sanction was approved in this case"),
            fields={"outcome": [N_("The outcome does not carry the sanction that was approved.")]},
        )
