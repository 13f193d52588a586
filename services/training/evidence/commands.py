"""Handing in evidence, and deciding on it."""

from datetime import datetime
from typing import IO

from services.training.assignments.models import Assignment
from services.training.attempts.commands import satisfy_part
from services.training.attempts.queries import UnderWay
from services.training.evidence.models import Evidence
from services.training.evidence.queries import find_waiting
from services.training.evidence.rules import EvidenceStatus, EvidenceStep, check_reason, next_status
from services.training.parts.rules import EvidencePart, PartKind
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.files import FileKind, FileStore, clean_name
from shared.messages.training import EvidenceAccepted, EvidenceHandedIn, EvidenceReturned

ALLOWED = (FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.WEBP, FileKind.DOCX)
MAX_BYTES = 15 * 2**20


def hand_in(
    uow: UnitOfWork,
    store: FileStore,
    assignment: Assignment,
    under_way: UnderWay,
    part: EvidencePart,
    stream: IO[bytes],
    name: str,
    note: str,
    *,
    actor: Principal,
    now: datetime,
) -> Evidence:
    """Hand in a file for a part.

    Raises Conflict while one waits for a decision or the part is met, InvalidInput for a file that is not taken.
    """
    if part.id in under_way.met:
        raise Conflict(N_("This part is done already"))
    if find_waiting(uow.session, under_way.attempt.id, part.id) is not None:
        raise Conflict(N_("What you handed in is still waiting for a decision"))
    kept = store.keep(uow, stream, allow=ALLOWED, max_bytes=MAX_BYTES, now=now)
    evidence = Evidence(
        id=new_id(),
        attempt_id=under_way.attempt.id,
        assignment_id=assignment.id,
        part_id=part.id,
        person_id=assignment.person_id,
        course_id=assignment.course_id,
        status=EvidenceStatus.HANDED_IN,
        file_sha256=kept.sha256,
        file_name=clean_name(name, kept.kind),
        note=note.strip(),
        handed_in_at=now,
    )
    uow.session.add(evidence)
    told = EvidenceHandedIn(evidence.id, under_way.attempt.id, part.id, kept.sha256)
    append(uow, told, row=evidence, actor=actor, now=now, person_id=evidence.person_id)
    return evidence


def accept_evidence(uow: UnitOfWork, evidence: Evidence, *, actor: Principal, now: datetime) -> None:
    """Accept it, which meets the part; raise IllegalTransition when it was decided before."""
    evidence.status = next_status(evidence.status, EvidenceStep.ACCEPT)
    _refuse_own(evidence, actor)
    evidence.decided_at = now
    evidence.decided_by = actor.actor
    told = EvidenceAccepted(evidence.id)
    append(uow, told, row=evidence, actor=actor, now=now, person_id=evidence.person_id)
    satisfy_part(
        uow, evidence.person_id, evidence.course_id, PartKind.EVIDENCE, str(evidence.id),
        actor=actor, now=now, part_id=evidence.part_id,
    )  # fmt: skip


def return_evidence(
    uow: UnitOfWork, evidence: Evidence, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Return it with a reason; raise IllegalTransition when it was decided before, InvalidInput without a reason."""
    status = next_status(evidence.status, EvidenceStep.RETURN)
    _refuse_own(evidence, actor)
    check_reason(reason)
    evidence.status = status
    evidence.decided_at = now
    evidence.decided_by = actor.actor
    evidence.reason = reason.strip()
    told = EvidenceReturned(evidence.id)
    append(uow, told, row=evidence, actor=actor, now=now, person_id=evidence.person_id)


def _refuse_own(evidence: Evidence, actor: Principal) -> None:
    if evidence.person_id == actor.person_id:
        raise Conflict(N_("Somebody else decides on what you handed in yourself"))
