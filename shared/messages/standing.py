"""The two statements by which any feeder ties its facts to standing; each is sent under the feeder's name.

They are the whole contract between a feeder and eligibility, so a feeder that is not part of the suite can
speak it too.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.messages.base import message


@dataclass(frozen=True)
class StatedInterval:
    """Half-open; `until` None means with no known end."""

    start: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class ImpedimentStated:
    """The whole truth about one reference: it replaces what was stated before; no intervals means none.

    `reference` is opaque and stable for the thing it is about. `title_zh`/`title_en` are shown to those who
    may see the reason, so a confidential feeder leaves them empty. `cure_url` is where the person can mend it.
    """

    person_id: UUID
    kind: str
    reference: str
    intervals: tuple[StatedInterval, ...]
    severity: str = ""
    tags: tuple[str, ...] = ()
    amount_minor: int | None = None
    currency: str | None = None
    title_zh: str = ""
    title_en: str = ""
    cure_url: str = ""


@dataclass(frozen=True)
class CoverageStated:
    """The feeder has looked at this person and will report on these kinds from `since` on.

    Without it a policy rule that requires a kind holds the person as unknown.
    """

    person_id: UUID
    kinds: tuple[str, ...]
    since: datetime
    tags: tuple[str, ...] = field(default=())


@message("training.impediment.stated.v1")
@dataclass(frozen=True)
class TrainingImpedimentStated(ImpedimentStated):
    """From training: kinds `training_overdue`, `certificate_expired`."""


@message("training.coverage.stated.v1")
@dataclass(frozen=True)
class TrainingCoverageStated(CoverageStated):
    """From training."""


@message("compliance.impediment.stated.v1")
@dataclass(frozen=True)
class ComplianceImpedimentStated(ImpedimentStated):
    """From compliance: kinds `attestation_overdue`, `conduct_hold`, `conduct_forfeit`; the last two are opaque."""


@message("compliance.coverage.stated.v1")
@dataclass(frozen=True)
class ComplianceCoverageStated(CoverageStated):
    """From compliance."""


@message("contracts.impediment.stated.v1")
@dataclass(frozen=True)
class ContractsImpedimentStated(ImpedimentStated):
    """From contracts: kinds `contract_unapproved`, `receivable_overdue`."""


@message("contracts.coverage.stated.v1")
@dataclass(frozen=True)
class ContractsCoverageStated(CoverageStated):
    """From contracts."""
