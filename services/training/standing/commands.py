"""Stating standing in the log, in the same unit of work as the change that it follows from."""

from datetime import date, datetime
from uuid import UUID

from services.training.standing.rules import coverage_stated
from shared.core.principals import SYSTEM, Principal
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.standing import TrainingImpedimentStated


def standing_subject(stated: TrainingImpedimentStated) -> str:
    """Return how the log names what a statement is about."""
    return f"standing/{stated.kind}/{stated.reference}"


def state(uow: UnitOfWork, stated: TrainingImpedimentStated, *, actor: Principal, now: datetime) -> None:
    """Append a statement about one assignment or certificate."""
    append(
        uow,
        stated,
        subject=standing_subject(stated),
        actor=actor,
        now=now,
        person_id=stated.person_id,
    )


def state_coverage(uow: UnitOfWork, person_id: UUID, hired_on: date, *, now: datetime) -> None:
    """Append the promise to report on a person who has just become known."""
    append(
        uow,
        coverage_stated(person_id, hired_on),
        subject=f"standing/coverage/{person_id}",
        actor=SYSTEM,
        now=now,
        person_id=person_id,
    )
