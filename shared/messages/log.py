"""That a service's log was taken out of the suite: each time, in the log it was taken from."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@dataclass(frozen=True)
class LogExported:
    """Events left the suite in a file.

    `form` is `archive` (all events, with proofs and audited rows), `csv` or `xlsx` (a search's result);
    `events` is how many were in it. `job_id` is the job that wrote the archive, where one did.
    """

    form: str
    events: int
    job_id: UUID | None = None


@message("people.log.exported.v1")
@dataclass(frozen=True)
class PeopleLogExported(LogExported):
    """From people's log."""


@message("training.log.exported.v1")
@dataclass(frozen=True)
class TrainingLogExported(LogExported):
    """From training's log."""


@message("compliance.log.exported.v1")
@dataclass(frozen=True)
class ComplianceLogExported(LogExported):
    """From compliance's log."""


@message("contracts.log.exported.v1")
@dataclass(frozen=True)
class ContractsLogExported(LogExported):
    """From contracts' log."""


@message("eligibility.log.exported.v1")
@dataclass(frozen=True)
class EligibilityLogExported(LogExported):
    """From eligibility's log."""


LOG_EXPORTED: dict[str, type[LogExported]] = {
    "people": PeopleLogExported,
    "training": TrainingLogExported,
    "compliance": ComplianceLogExported,
    "contracts": ContractsLogExported,
    "eligibility": EligibilityLogExported,
}
