"""What eligibility takes in: the roster from people, and standing from each feeder."""

from collections.abc import Mapping

from services.eligibility.impediments.commands import take_coverage, take_impediment, take_person
from shared.db.uow import UnitOfWork
from shared.directory import HANDLERS as DIRECTORY_HANDLERS
from shared.eventlog import FeedEvent
from shared.messages import type_of
from shared.messages.standing import (
    ComplianceCoverageStated,
    ComplianceImpedimentStated,
    ContractsCoverageStated,
    ContractsImpedimentStated,
    TrainingCoverageStated,
    TrainingImpedimentStated,
)
from shared.web.service import EventHandler


def follow_person(uow: UnitOfWork, event: FeedEvent) -> None:
    """Keep the roster as it is, and what audiences ask about a person as it was at each position."""
    DIRECTORY_HANDLERS[event.type](uow, event)
    take_person(uow, event)


HANDLERS: Mapping[str, Mapping[str, EventHandler]] = {
    "people": dict.fromkeys(DIRECTORY_HANDLERS, follow_person),
    "training": {
        type_of(TrainingImpedimentStated): take_impediment,
        type_of(TrainingCoverageStated): take_coverage,
    },
    "compliance": {
        type_of(ComplianceImpedimentStated): take_impediment,
        type_of(ComplianceCoverageStated): take_coverage,
    },
    "contracts": {
        type_of(ContractsImpedimentStated): take_impediment,
        type_of(ContractsCoverageStated): take_coverage,
    },
}
