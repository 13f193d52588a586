"""Taking a course: begin, turn pages, answer once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.training.assignments.commands import start_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStep, check_may_start
from services.training.assignments.rules import next_status as next_assignment_status
from services.training.attempts.models import Attempt
from services.training.attempts.queries import find_launched, list_attempts
from services.training.attempts.rules import (
    AttemptStatus,
    AttemptStep,
    check_all_read,
    next_status,
    outcome_step,
    pages_after,
)
from services.training.certificates.queries import find_current
from services.training.certificates.rules import CertificateState
from services.training.courses.models import CourseVersion
from services.training.courses.queries import find_version
from services.training.courses.rules import Grade, VersionStatus, grade, pages_of
from services.training.enrolment.commands import Completion, check_open, complete_assignment
from services.training.parts.rules import PartKind
from shared.core.canonical import canonical_json
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import get_person
from shared.eventlog import append
from shared.messages.training import AttemptLaunched, AttemptPageRead, AttemptSubmitted


@dataclass(frozen=True)
class Outcome:
    """What came of the answers; `completion` is None unless they were enough."""

    grade: Grade
    completion: Completion | None


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
        pages_read=0,
    )
    uow.session.add(attempt)
    launched = AttemptLaunched(attempt.id, assignment.id, published.id)
    append(uow, launched, row=attempt, actor=actor, now=now, person_id=assignment.person_id)
    if assignment.status is not start_assignment_status:
        start_assignment(uow, assignment, actor=actor, now=now)
    return attempt


def read_page(
    uow: UnitOfWork,
    assignment: Assignment,
    attempt: Attempt,
    version: CourseVersion,
    number: int,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Note that a page was shown and turned; turning it again changes nothing. Raises Conflict."""
    attempt.status = next_status(attempt.status, AttemptStep.READ)
    pages = pages_after(attempt.pages_read, number, count_pages(version))
    _note_read(uow, assignment, attempt, pages, actor, now)


def read_all(
    uow: UnitOfWork,
    assignment: Assignment,
    attempt: Attempt,
    version: CourseVersion,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Note that the whole text was handed over at once, to a program."""
    attempt.status = next_status(attempt.status, AttemptStep.READ)
    _note_read(uow, assignment, attempt, count_pages(version), actor, now)


def submit_attempt(
    uow: UnitOfWork,
    assignment: Assignment,
    attempt: Attempt,
    version: CourseVersion,
    answers: Sequence[int],
    *,
    actor: Principal,
    now: datetime,
) -> Outcome:
    """Grade the answers; when they are enough, complete the assignment with all that follows.

    Raises IllegalTransition when this attempt was submitted before or the assignment has ended, Conflict
    while pages are unread, InvalidInput for an answer that is missing or not one of the options.
    """
    next_status(attempt.status, AttemptStep.COMPLETE)
    next_assignment_status(assignment.status, AssignmentStep.COMPLETE)
    check_all_read(attempt.pages_read, count_pages(version))
    graded = grade(version.content, answers)
    attempt.status = next_status(attempt.status, outcome_step(graded))
    attempt.submitted_at = now
    attempt.score = graded.score
    attempt.answers = list(answers)
    submitted = AttemptSubmitted(
        attempt.id,
        assignment.id,
        attempt.status,
        graded.score,
        hashlib.sha256(canonical_json(list(answers))).hexdigest(),
    )
    append(uow, submitted, row=attempt, actor=actor, now=now, person_id=assignment.person_id)
    if not graded.passed:
        return Outcome(graded, None)
    person = get_person(uow.session, assignment.person_id)
    completion = complete_assignment(uow, assignment, person, version, graded.score, actor=actor, now=now)
    return Outcome(graded, completion)


def count_pages(version: CourseVersion) -> int:
    """Return how many pages a version has; published ones have as many in each language."""
    return len(pages_of(version.body.zh))


def _note_read(
    uow: UnitOfWork, assignment: Assignment, attempt: Attempt, pages: int, actor: Principal, now: datetime
) -> None:
    if pages == attempt.pages_read:
        return
    attempt.pages_read = pages
    read = AttemptPageRead(attempt.id, pages)
    append(uow, read, row=attempt, actor=actor, now=now, person_id=assignment.person_id)


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
    """Meet a part of a course by what `reference` names, such as a session attended; None when nothing came of it.

    A version whose content is text and questions has no such part, so that nothing is met by it.
    """
    return None
