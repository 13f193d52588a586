"""Who is asking: the signed-in person, or the system itself."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody is to the suite; what each may do is said by the permissions of each service."""

    REP = "rep"
    MANAGER = "manager"
    TRAINER = "trainer"
    COMPLIANCE = "compliance"
    LEGAL = "legal"
    FINANCE = "finance"
    PAYROLL = "payroll"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    HR = "hr"
    SYSTEM = "system"


@dataclass(frozen=True)
class Principal:
    """An account with its roles; `person_id` is set where the account belongs to somebody on the roster."""

    account_id: UUID | None
    name: str
    roles: frozenset[Role]
    person_id: UUID | None = None
    locale: str = "zh"
    claims: dict[str, str] = field(default_factory=dict, hash=False, compare=False)

    @property
    def actor(self) -> str:
        """How the log names them: an opaque id, never a name."""
        return f"account:{self.account_id}" if self.account_id else "system"


SYSTEM = Principal(account_id=None, name="system", roles=frozenset({Role.SYSTEM}))
