"""What eligibility takes in: the roster from people, and standing from each feeder."""

from collections.abc import Mapping

from services.eligibility.impediments.commands import take_people, take_statements
from shared.directory import HANDLERS as DIRECTORY_HANDLERS
from shared.eventlog import Batched
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

_STATEMENTS = Batched(take_statements)

HANDLERS: Mapping[str, Mapping[str, EventHandler]] = {
    "people": dict.fromkeys(DIRECTORY_HANDLERS, Batched(take_people)),
    "training": dict.fromkeys(map(type_of, (TrainingImpedimentStated, TrainingCoverageStated)), _STATEMENTS),
    "compliance": dict.fromkeys(
        map(type_of, (ComplianceImpedimentStated, ComplianceCoverageStated)), _STATEMENTS
    ),
    "contracts": dict.fromkeys(
        map(type_of, (ContractsImpedimentStated, ContractsCoverageStated)), _STATEMENTS
    ),
}
