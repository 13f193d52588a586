"""The four-eyes rule 双人原则: nobody approves what they put forward, under whichever account."""

from dataclasses import dataclass
from uuid import UUID

from shared.core.errors import Forbidden
from shared.core.principals import Principal
from shared.core.text import N_


@dataclass(frozen=True)
class Signatory:
    """Whoever takes a step: their account, and the person on the roster it belongs to, if any."""

    account_id: UUID
    person_id: UUID | None = None

    @classmethod
    def of(cls, principal: Principal) -> "Signatory":
        """Return the signatory behind a principal; raise Forbidden for the system, which signs nothing."""
        if principal.account_id is None:
            raise Forbidden(N_("Only a person with an account can do this"))
        return cls(principal.account_id, principal.person_id)

    def is_same_human(self, other: "Signatory") -> bool:
        """Say whether both are one human being: the same account, or two accounts of one person."""
        return self.account_id == other.account_id or (
            self.person_id is not None and self.person_id == other.person_id
        )


def check_second_person(first: Signatory, second: Signatory) -> None:
    """Raise Forbidden when `second` would approve what they put forward themselves."""
    if first.is_same_human(second):
        raise Forbidden(N_("Whoever put this forward cannot approve it; a second person must"))
