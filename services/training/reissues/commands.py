"""Printing many certificates anew: started, stopped, resumed, and done a chunk at a time.

A certificate keeps its number and its dates and gets one revision more. Its documents before stay where they are and
verifiable, as an earlier printing. What is printed already bears the design and is not chosen again, so that no
certificate is printed twice, however often the work is begun.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.training.designs.models import DesignVersion
from services.training.designs.rules import DesignStatus
from services.training.reissues.models import Reissue
from services.training.reissues.queries import count_to_print, get_reissue, select_to_print
from services.training.reissues.rules import Chosen, ReissueStatus, ReissueStep, next_status
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict, NotFound
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.jobs import enqueue
from shared.messages.training import (
    CertificateReissued,
    ReissueFinished,
    ReissueResumed,
    ReissueStarted,
    ReissueStopped,
)

REISSUE_JOB = "training.certificates.reissue"
AT_ONCE = 120


@dataclass(frozen=True)
class Chunk:
    """What one step did; empty when there is nothing left to do."""

    certificate_ids: tuple[UUID, ...]


def start_reissue(
    uow: UnitOfWork, design_version_id: UUID | None, chosen: Chosen, *, actor: Principal, now: datetime
) -> Reissue:
    """Begin to print the chosen certificates anew. Raises Conflict when there are none to print, or by a draft."""
    check_printable(uow, design_version_id)
    total = count_to_print(uow.session, chosen, design_version_id)
    if not total:
        raise Conflict(
            N_("No certificate that counts would change: none is chosen, or all bear this design.")
        )
    reissue = Reissue(
        id=new_id(), status=ReissueStatus.RUNNING, design_version_id=design_version_id,
        chosen=chosen.to_json(), total=total, started_at=now,
    )  # fmt: skip
    uow.session.add(reissue)
    digest = hashlib.sha256(canonical_json(chosen.to_json())).hexdigest()
    append(
        uow, ReissueStarted(reissue.id, design_version_id, total, digest), row=reissue, actor=actor, now=now
    )
    _enqueue(uow, reissue, actor, now)
    return reissue


def stop_reissue(uow: UnitOfWork, reissue: Reissue, *, actor: Principal, now: datetime) -> None:
    """Stop after the chunk under way. Raises IllegalTransition unless it is running."""
    reissue.status = next_status(reissue.status, ReissueStep.STOP)
    append(uow, ReissueStopped(reissue.id), row=reissue, actor=actor, now=now)


def resume_reissue(uow: UnitOfWork, reissue: Reissue, *, actor: Principal, now: datetime) -> None:
    """Go on with what is left. Raises IllegalTransition unless it was stopped."""
    reissue.status = next_status(reissue.status, ReissueStep.RESUME)
    append(uow, ReissueResumed(reissue.id), row=reissue, actor=actor, now=now)
    _enqueue(uow, reissue, actor, now)


def reissue_chunk(uow: UnitOfWork, reissue_id: UUID, *, now: datetime) -> Chunk:
    """Give the next certificates their new revision; none when all are done, or somebody stopped it."""
    reissue = get_reissue(uow.session, reissue_id)
    if reissue.status is not ReissueStatus.RUNNING:
        return Chunk(())
    statement = select_to_print(reissue.choice, reissue.design_version_id).limit(AT_ONCE)
    rows = list(uow.session.scalars(statement.with_for_update()))
    for one in rows:
        one.design_version_id = reissue.design_version_id
        one.reissue_id = reissue.id
        one.revision += 1
        told = CertificateReissued(one.id, one.person_id, one.revision, one.design_version_id, reissue.id)
        append(uow, told, row=one, actor=SYSTEM, now=now, person_id=one.person_id)
    return Chunk(tuple(one.id for one in rows))


def finish_reissue(uow: UnitOfWork, reissue_id: UUID, done: int, *, now: datetime) -> None:
    """Say that nothing is left, unless somebody stopped it meanwhile."""
    reissue = get_reissue(uow.session, reissue_id)
    if reissue.status is not ReissueStatus.RUNNING:
        return
    reissue.status = next_status(reissue.status, ReissueStep.FINISH)
    reissue.ended_at = now
    append(uow, ReissueFinished(reissue.id, done), row=reissue, actor=SYSTEM, now=now)


def check_printable(uow: UnitOfWork, design_version_id: UUID | None) -> None:
    """Raise Conflict for a version by which nothing may be printed (a draft may still change), or NotFound."""
    if design_version_id is None:
        return
    version = uow.session.get(DesignVersion, design_version_id)
    if version is None:
        raise NotFound(N_("There is no such design"))
    if version.status is not DesignStatus.PUBLISHED:
        raise Conflict(N_("Choose a design with a published version."))


def _enqueue(uow: UnitOfWork, reissue: Reissue, actor: Principal, now: datetime) -> None:
    payload = {"reissue_id": reissue.id}
    # A key of its own each time: one that was stopped may not have noticed yet when it is to go on.
    enqueue(uow, REISSUE_JOB, payload, now=now, created_by=actor, key=f"{reissue.id}/{now.isoformat()}")
