"""What may become of something handed in. Pure."""

from enum import StrEnum

from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.reasons import says_enough
from shared.core.text import N_


class EvidenceStatus(StrEnum):
    """Where it stands; what was returned is handed in anew."""

    HANDED_IN = "handed_in"
    ACCEPTED = "accepted"
    RETURNED = "returned"


STATUS_WORDS = {
    EvidenceStatus.HANDED_IN: N_("Waiting for a decision"),
    EvidenceStatus.ACCEPTED: N_("Accepted"),
    EvidenceStatus.RETURNED: N_("Returned"),
}


class EvidenceStep(StrEnum):
    """What a trainer may do with it."""

    ACCEPT = "accept"
    RETURN = "return"


STEP_WORDS = {EvidenceStep.ACCEPT: N_("accept"), EvidenceStep.RETURN: N_("return")}


def next_status(status: EvidenceStatus, step: EvidenceStep) -> EvidenceStatus:
    """Return the status after `step`: it is decided once."""
    match (status, step):
        case (EvidenceStatus.HANDED_IN, EvidenceStep.ACCEPT):
            return EvidenceStatus.ACCEPTED
        case (EvidenceStatus.HANDED_IN, EvidenceStep.RETURN):
            return EvidenceStatus.RETURNED
        case _:
            raise IllegalTransition(N_("The evidence"), STATUS_WORDS[status], STEP_WORDS[step])


def check_reason(reason: str) -> None:
    """Raise InvalidInput for a reason from which nobody learns what is missing."""
    if not says_enough(reason):
        said = N_("Please say in a few words what is missing")
        raise InvalidInput(said, fields={"reason": [said]})
