"""Telling eligibility what changed: the whole truth about a reference, when it is another than before."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from services.contracts.standing.rules import KINDS
from shared.core.intervals import Interval
from shared.core.principals import Principal
from shared.core.zones import start_of_day
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.standing import ContractsCoverageStated, ContractsImpedimentStated, StatedInterval


def make_reference(thing_id: UUID, person_id: UUID) -> str:
    """Return the reference of a thing as it concerns one person: a handover leaves the other's part alone."""
    return f"{thing_id}/{person_id}"


def stated(intervals: Iterable[Interval]) -> tuple[StatedInterval, ...]:
    """Return intervals in the form of the message."""
    return tuple(StatedInterval(one.start, one.end) for one in intervals)


def changed(
    before: Sequence[ContractsImpedimentStated], after: Sequence[ContractsImpedimentStated]
) -> list[ContractsImpedimentStated]:
    """Return the statements of `after` that have to be made because they differ from those in `before`.

    Nothing is said about somebody for whom there never was and still is no interval.
    """
    told = {one.reference: one for one in before}
    return [
        one
        for one in after
        if one != (previous := told.get(one.reference))
        and (one.intervals or (previous is not None and previous.intervals))
    ]


def subject_of(one: ContractsImpedimentStated) -> str:
    """Return the log's subject for a statement."""
    return f"standing/{one.kind}/{one.reference}"


def state_changes(
    uow: UnitOfWork,
    before: Sequence[ContractsImpedimentStated],
    after: Sequence[ContractsImpedimentStated],
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Append the statements that the change from `before` to `after` calls for."""
    for one in changed(before, after):
        append(uow, one, subject=subject_of(one), actor=actor, now=now, person_id=one.person_id)


def state_coverage(
    uow: UnitOfWork, person_id: UUID, hired_on: date, *, actor: Principal, now: datetime
) -> None:
    """Say that contracts looks after this person's standing from the day they were hired."""
    append(
        uow,
        ContractsCoverageStated(person_id=person_id, kinds=KINDS, since=start_of_day(hired_on)),
        subject=f"standing/coverage/{person_id}",
        actor=actor,
        now=now,
        person_id=person_id,
    )
