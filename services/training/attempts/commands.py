"""Taking a course: begin, go through its parts, and what comes of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.training.assignments.commands import start_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.queries import find_open
from services.training.assignments.rules import AssignmentStep, check_may_start
from services.training.assignments.rules import next_status as next_assignment_status
from services.training.attempts.models import Attempt, PartProgress
from services.training.attempts.queries import UnderWay, find_launched, in_full, list_attempts
from services.training.attempts.rules import (
    AttemptStatus,
    AttemptStep,
    next_status,
    outcome_of,
    pages_after,
)
from services.training.certificates.queries import find_current
from services.training.certificates.rules import CertificateState
from services.training.courses.models import CourseVersion
from services.training.courses.queries import find_version
from services.training.courses.rules import VersionStatus, count_pages
from services.training.enrolment.commands import Completion, check_open, complete_assignment
from services.training.parts.rules import Part, PartKind, parts_from_json
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import AttemptEnded, AttemptLaunched, PartMet, PartPagesShown


def start_attempt(uow: UnitOfWork, assignment: Assignment, *, actor: Principal, now: datetime) -> Attempt:
    """Begin an attempt at the version published now, or go on with the one under way.

    Raises IllegalTransition when the assignment has ended, Conflict before its window opens or
    while something else has to be done first.
    """
    start_assignment_status = next_assignment_status(assignment.status, AssignmentStep.START)
    under_way = find_launched(uow.session, assignment.id)
    if under_way is not None:
        return under_way
    held = find_current(uow.session, assignment.person_id, assignment.course_id)
    holds = held is not None and held.state(now) is CertificateState.VALID
    check_open(uow, assignment)
    check_may_start(assignment.opens_on, local_date(now), holds_certificate=holds)
    published = find_version(uow.session, assignment.course_id, VersionStatus.PUBLISHED)
    if published is None:
        raise Conflict(N_("This course has no published version yet"))
    before = list_attempts(uow.session, assignment.id)
    attempt = Attempt(
        id=new_id(),
        assignment_id=assignment.id,
        version_id=published.id,
        number=before[0].number + 1 if before else 1,
        status=AttemptStatus.LAUNCHED,
        launched_at=now,
    )
    uow.session.add(attempt)
    launched = AttemptLaunched(attempt.id, assignment.id, published.id)
    append(uow, launched, row=attempt, actor=actor, now=now, person_id=assignment.person_id)
    if assignment.status is not start_assignment_status:
        start_assignment(uow, assignment, actor=actor, now=now)
    uow.session.flush()  # What is done in it refers to it, and no relationship tells the session the order.
    return attempt


def turn_page(
    uow: UnitOfWork,
    assignment: Assignment,
    under_way: UnderWay,
    part: Part,
    number: int,
    *,
    locale: str,
    actor: Principal,
    now: datetime,
) -> Completion | None:
    """Note that a page was shown and turned; the last one meets the part. Turning one again changes nothing.

    Raises Conflict for a page, or a part, that is not reached yet.
    """
    attempt = under_way.attempt
    attempt.status = next_status(attempt.status, AttemptStep.PROGRESS)
    under_way.reach(part.id)
    total = count_pages(part, locale)
    shown = under_way.pages_of(part)
    pages = pages_after(shown, number, total)
    if pages != shown:
        row = _progress_of(uow, under_way, part, now)
        row.pages = pages
        told = PartPagesShown(attempt.id, part.id, pages)
        append(uow, told, row=row, actor=actor, now=now, person_id=assignment.person_id)
    if pages < total:
        return None
    return meet_part(uow, assignment, under_way, part, part.id, actor=actor, now=now)


def meet_part(
    uow: UnitOfWork,
    assignment: Assignment,
    under_way: UnderWay,
    part: Part,
    reference: str,
    *,
    score: int | None = None,
    actor: Principal,
    now: datetime,
) -> Completion | None:
    """Note that a part is done; the last one completes the assignment with all that follows.

    A part that is done stays as it was done. Raises IllegalTransition when the attempt or the assignment has ended.
    """
    current = under_way if under_way.locked else _lock(uow, under_way)
    next_status(current.attempt.status, AttemptStep.PROGRESS)
    next_assignment_status(assignment.status, AssignmentStep.START)
    if part.id in current.met:
        return None
    row = _progress_of(uow, current, part, now)
    row.met_at = now
    row.reference = reference
    row.score = score
    met = PartMet(current.attempt.id, part.id, part.kind, reference, score)
    append(uow, met, row=row, actor=actor, now=now, person_id=assignment.person_id)
    under_way.progress.update(current.progress)
    if len(current.met) < len(current.parts):
        return None
    return _complete(uow, assignment, current, actor, now)


def _lock(uow: UnitOfWork, under_way: UnderWay) -> UnderWay:
    """Return it as it is now and stays: two parts met at the same moment must not each wait for the other one."""
    uow.session.flush()  # The lock and what is read under it must see what this request has done so far.
    locked = uow.session.scalars(
        select(Attempt).where(Attempt.id == under_way.attempt.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    return in_full(uow.session, locked, fresh=True)


def satisfy_part(
    uow: UnitOfWork,
    person_id: UUID,
    course_id: UUID,
    kind: PartKind,
    reference: str,
    *,
    score: int | None = None,
    actor: Principal,
    now: datetime,
    part_id: str | None = None,
) -> Completion | None:
    """Note that somebody met the part of this kind by what `reference` names: a session, a sitting, evidence …

    Begins an attempt when none is under way; what comes of the last part is returned. Nothing is noted, and None
    returned, when the course is not asked of them now or has no such part that is still to be done. `part_id`
    says which one where a version has several of the kind; without it the first that is still to be done.
    """
    assignment = find_open(uow.session, person_id, course_id)
    if assignment is None or not _may_meet(uow, assignment, kind, part_id):
        return None
    try:
        attempt = start_attempt(uow, assignment, actor=actor, now=now)
    except Conflict:
        # Before its window opens, or before what comes first, nothing counts for it.
        return None
    under_way = in_full(uow.session, attempt)
    part = _open_part(under_way.parts, under_way.met, kind, part_id)
    if part is None:
        return None
    return meet_part(uow, assignment, under_way, part, reference, score=score, actor=actor, now=now)


def _may_meet(uow: UnitOfWork, assignment: Assignment, kind: PartKind, part_id: str | None) -> bool:
    """Say whether there is such a part at all: nobody begins a course by something that is no part of it."""
    if find_launched(uow.session, assignment.id) is not None:
        return True
    published = find_version(uow.session, assignment.course_id, VersionStatus.PUBLISHED)
    return published is not None and bool(_open_part(_parts(published), set(), kind, part_id))


def _open_part(parts: tuple[Part, ...], met: set[str], kind: PartKind, part_id: str | None) -> Part | None:
    return next(
        (one for one in parts if one.kind is kind and one.id not in met and part_id in (None, one.id)),
        None,
    )


def _parts(version: CourseVersion) -> tuple[Part, ...]:
    return parts_from_json(version.parts)


def _progress_of(uow: UnitOfWork, under_way: UnderWay, part: Part, now: datetime) -> PartProgress:
    """Return the row of a part, made at its first step."""
    found = under_way.progress.get(part.id)
    if found is None:
        found = PartProgress(
            id=new_id(),
            attempt_id=under_way.attempt.id,
            part_id=part.id,
            kind=part.kind,
            begun_at=now,
            pages=0,
        )
        uow.session.add(found)
        under_way.progress[part.id] = found
    return found


def _complete(
    uow: UnitOfWork, assignment: Assignment, done: UnderWay, actor: Principal, now: datetime
) -> Completion:
    attempt = done.attempt
    step, score = outcome_of([one.score for one in done.progress.values()])
    attempt.status = next_status(attempt.status, step)
    attempt.ended_at = now
    attempt.score = score
    ended = AttemptEnded(attempt.id, assignment.id, attempt.status, score)
    append(uow, ended, row=attempt, actor=actor, now=now, person_id=assignment.person_id)
    return complete_assignment(uow, assignment, done.version, score, actor=actor, now=now)
