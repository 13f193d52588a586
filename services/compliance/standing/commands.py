"""Telling eligibility: the only place of this service that writes to its contract with eligibility."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.compliance.standing.models import CoveredPerson
from services.compliance.standing.rules import ImpedimentKind
from shared.core.principals import SYSTEM
from shared.core.zones import start_of_day
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.people import PersonSnapshot
from shared.messages.standing import ComplianceCoverageStated, ComplianceImpedimentStated


def coverage_of(person_id: UUID, since: datetime) -> ComplianceCoverageStated:
    """Return the statement that covers somebody: the same for everybody but for who and since when."""
    return ComplianceCoverageStated(person_id, tuple(kind.value for kind in ImpedimentKind), since)


def cover_people(uow: UnitOfWork, heard_of: Sequence[tuple[PersonSnapshot, datetime]]) -> None:
    """State, once for each, that this service reports on them from their first day."""
    wanted = {person.person_id for person, _ in heard_of}
    covered = set(
        uow.session.scalars(select(CoveredPerson.person_id).where(CoveredPerson.person_id.in_(wanted)))
    )
    for person, now in heard_of:
        if person.person_id in covered:
            continue
        covered.add(person.person_id)
        since = start_of_day(person.hired_on)
        uow.session.add(CoveredPerson(person_id=person.person_id, since=since))
        append(
            uow, coverage_of(person.person_id, since),
            subject=f"coverage/{person.person_id}", actor=SYSTEM, now=now, person_id=person.person_id,
        )  # fmt: skip


def state_impediment(uow: UnitOfWork, statement: ComplianceImpedimentStated, now: datetime) -> None:
    """Publish the whole truth about one reference, replacing what was stated before.

    The actor is the system, whoever decided: an officer's account beside a person would be a trace.
    """
    append(
        uow, statement,
        subject=f"standing/{statement.kind}/{statement.reference}", actor=SYSTEM, now=now,
        person_id=statement.person_id,
    )  # fmt: skip
