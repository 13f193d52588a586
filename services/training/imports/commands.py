"""Taking in a file of earlier completions, and applying what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import IO

from services.training.enrolment.commands import credit_people
from services.training.enrolment.rules import one_each
from services.training.imports.models import LegacyCompletion, LegacyEvidence, LegacyImport
from services.training.imports.queries import completions_by_key, read_rows
from services.training.imports.rules import (
    MAX_EVIDENCE,
    ImportStatus,
    ImportStep,
    Plan,
    Step,
    next_status,
)
from services.training.waivers.commands import add_credit, end_credit
from services.training.waivers.models import CourseCredit
from services.training.waivers.queries import credits_by_id
from services.training.waivers.rules import CreditKind
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date, start_of_day
from shared.db.uow import UnitOfWork
from shared.directory import people_by_id
from shared.eventlog import append
from shared.files import FileKind, FileStore
from shared.jobs import enqueue
from shared.messages.training import (
    CompletionImported,
    ImportChecked,
    ImportDiscarded,
    ImportFinished,
    ImportProgressed,
    ImportStarted,
)

APPLY_JOB = "training.imports.apply"
# Why a credit ended; a word of the suite's own, kept with the credit.
_CORRECTED = "corrected by a later import"
MAX_FILE = 16 * 2**20
MAX_PROOF = 10 * 2**20
# A file comes with so much evidence at once; with more it comes in several files.
MAX_UPLOAD = MAX_FILE + 20 * MAX_PROOF
TABLES = frozenset({FileKind.TEXT, FileKind.XLSX})
PROOFS = frozenset({FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.WEBP, FileKind.DOCX})


def check_import(
    uow: UnitOfWork,
    store: FileStore,
    file: IO[bytes],
    name: str,
    evidence: Sequence[tuple[str, IO[bytes]]],
    *,
    actor: Principal,
    now: datetime,
) -> LegacyImport:
    """Keep a file of completions and the files that its rows name as evidence; nothing else changes.

    Raises InvalidInput (at `file` or `evidence`) for what is no table, lacks a column, or is not a file of a
    kind that can be evidence; TooLarge.
    """
    kept = store.keep(uow, file, allow=TABLES, max_bytes=MAX_FILE, now=now)
    read_rows(store.read(kept.sha256), name)
    found = LegacyImport(
        id=new_id(),
        status=ImportStatus.CHECKED,
        file_name=name[-200:],
        file_sha256=kept.sha256,
        uploaded_at=now,
        uploaded_by=actor.actor,
        added=0,
        corrected=0,
    )
    uow.session.add(found)
    proofs = _keep_evidence(uow, store, evidence, now)
    append(uow, ImportChecked(found.id, kept.sha256, len(proofs)), row=found, actor=actor, now=now)
    uow.session.flush()  # The evidence refers to it, and no relationship tells the session the order.
    uow.session.add_all(
        LegacyEvidence(import_id=found.id, name=one, sha256=sha256) for one, sha256 in proofs.items()
    )
    return found


def start_import(
    uow: UnitOfWork, found: LegacyImport, plan: Plan, *, actor: Principal, now: datetime
) -> None:
    """Let a job take over what the file says.

    Raises IllegalTransition unless it is undecided, Conflict when rows are wrong or there is nothing to do.
    """
    status = next_status(found.status, ImportStep.APPLY)
    if not plan.sound:
        raise Conflict(
            N_("This file cannot be applied: see what is wrong with its rows")
            if plan.errors
            else N_("Nothing would change: everything in the file is known already")
        )
    found.status = status
    found.decided_at = now
    found.decided_by = actor.actor
    append(uow, ImportStarted(found.id), row=found, actor=actor, now=now)
    enqueue(uow, APPLY_JOB, {"import_id": found.id}, now=now, created_by=actor, key=str(found.id))


def discard_import(uow: UnitOfWork, found: LegacyImport, *, actor: Principal, now: datetime) -> None:
    """Set a file aside; raise IllegalTransition unless it is undecided."""
    found.status = next_status(found.status, ImportStep.DISCARD)
    found.decided_at = now
    found.decided_by = actor.actor
    append(uow, ImportDiscarded(found.id), row=found, actor=actor, now=now)


def finish_import(uow: UnitOfWork, found: LegacyImport, *, actor: Principal, now: datetime) -> None:
    """Note that everything has been taken over."""
    found.status = next_status(found.status, ImportStep.FINISH)
    append(uow, ImportFinished(found.id, found.added, found.corrected), row=found, actor=actor, now=now)


def _keep_evidence(
    uow: UnitOfWork, store: FileStore, evidence: Sequence[tuple[str, IO[bytes]]], now: datetime
) -> Mapping[str, str]:
    if len(evidence) > MAX_EVIDENCE:
        message = N_("At most %(most)s files at once", most=MAX_EVIDENCE)
        raise InvalidInput(message, fields={"evidence": [message]})
    found: dict[str, str] = {}
    for name, stream in evidence:
        kept = store.keep(uow, stream, allow=PROOFS, max_bytes=MAX_PROOF, now=now, field="evidence")
        if found.setdefault(name, kept.sha256) != kept.sha256:
            message = N_("Two different files have the name %(name)s", name=name[:80])
            raise InvalidInput(message, fields={"evidence": [message]})
    return found


def record_steps(
    uow: UnitOfWork, found: LegacyImport, steps: Sequence[Step], *, actor: Principal, now: datetime
) -> None:
    """Take over some completions: each is kept, counts for its course from its day on, and changes what is asked."""
    corrected = sum(step.corrects for step in steps)
    found.added += len(steps) - corrected
    found.corrected += corrected
    append(uow, ImportProgressed(found.id, found.added, found.corrected), row=found, actor=actor, now=now)
    people = people_by_id(uow.session, [step.key.person_id for step in steps])
    before = completions_by_key(uow.session, {step.key for step in steps if step.corrects})
    counted = credits_by_id(uow.session, [one.credit_id for one in before.values()])
    for some in one_each(steps, lambda step: step.key.person_id):
        given = []
        for step in some:
            completion = before.get(step.key)
            if completion is None:
                completion = LegacyCompletion(id=new_id(), recorded_at=now, **asdict(step.key))
                uow.session.add(completion)
            elif counted[completion.credit_id].ended_at is None:
                end_credit(uow, counted[completion.credit_id], _CORRECTED, actor=actor, now=now)
            person = people[step.key.person_id]
            given.append((person, _take_over(uow, found, step, completion, actor, now)))
        here = [(person, credit) for person, credit in given if person.is_here_on(local_date(now))]
        credit_people(uow, here, actor=actor, now=now)


def _take_over(
    uow: UnitOfWork,
    found: LegacyImport,
    step: Step,
    completion: LegacyCompletion,
    actor: Principal,
    now: datetime,
) -> CourseCredit:
    """Write one completion down, and return what it counts by."""
    key, details = step.key, step.details
    credit = add_credit(
        uow, key.person_id, key.course_id, CreditKind.EARLIER, until=details.valid_until, reason=None,
        source_id=completion.id, actor=actor, now=now, since=key.completed_on,
    )  # fmt: skip
    completion.import_id = found.id
    completion.valid_until = details.valid_until
    completion.score = details.score
    completion.issuer = details.issuer
    completion.evidence_sha256 = details.evidence
    completion.evidence_name = details.evidence_name
    completion.credit_id = credit.id
    told = CompletionImported(
        completion.id, found.id, key.person_id, key.course_id, key.completed_on, details.valid_until,
        details.score, details.evidence,
    )  # fmt: skip
    append(
        uow, told, row=completion, actor=actor, now=now,
        effective_at=min(now, start_of_day(key.completed_on)), person_id=key.person_id,
    )  # fmt: skip
    return credit
