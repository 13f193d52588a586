"""What counts as a reason, wherever one has to be given."""

from shared.core.errors import InvalidInput
from shared.core.text import N_

_LEAST = 5


def says_enough(reason: str) -> bool:
    """Say whether somebody can learn something from a reason: five letters, or two Chinese characters."""
    # A Chinese character says about as much as three letters.
    return sum(3 if char >= "\u2e80" else 1 for char in reason.strip()) >= _LEAST


def check_reason(reason: str, field: str = "reason") -> None:
    """Raise InvalidInput for a reason that says nothing."""
    if not says_enough(reason):
        message = N_("Please give the reason in a few words")
        raise InvalidInput(message, fields={field: [message]})
