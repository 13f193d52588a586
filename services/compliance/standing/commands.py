"""Telling eligibility: the only place of this service that writes to its contract with eligibility."""

from datetime import date, datetime
from uuid import UUID

from services.compliance.standing.models import CoveredPerson
from services.compliance.standing.rules import ImpedimentKind
from shared.core.principals import SYSTEM
from shared.core.zones import start_of_day
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.standing import ComplianceCoverageStated, ComplianceImpedimentStated


def coverage_of(person_id: UUID, since: datetime) -> ComplianceCoverageStated:
    """Return the statement that covers somebody: the same for everybody but for who and since when."""
    return ComplianceCoverageStated(person_id, tuple(kind.value for kind in ImpedimentKind), since)


def cover_person(uow: UnitOfWork, person_id: UUID, hired_on: date, now: datetime) -> bool:
    """State that this service reports on somebody from their first day; return False when it was stated."""
    if uow.session.get(CoveredPerson, person_id) is not None:
        return False
    since = start_of_day(hired_on)
    uow.session.add(CoveredPerson(person_id=person_id, since=since))
    append(
        uow, coverage_of(person_id, since),
        subject=f"coverage/{person_id}", actor=SYSTEM, now=now, person_id=person_id,
    )  # fmt: skip
    return True


def state_impediment(uow: UnitOfWork, statement: ComplianceImpedimentStated, now: datetime) -> None:
    """Publish the whole truth about one reference, replacing what was stated before.

    The actor is the system, whoever decided: an officer's account beside a person would be a trace.
    """
    append(
        uow, statement,
        subject=f"standing/{statement.kind}/{statement.reference}", actor=SYSTEM, now=now,
        person_id=statement.person_id,
    )  # fmt: skip
