"""Making, extending, ending assignments: each with its event, and with what it means for standing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.training.assignments.models import Assignment, AssignmentExtension
from services.training.assignments.queries import wanted_of
from services.training.assignments.rules import (
    AssignmentStatus,
    AssignmentStep,
    CancelReason,
    Origin,
    Wanted,
    check_extension,
    next_status,
)
from services.training.certificates.commands import (
    Earned,
    issue_certificate,
    release_certificate,
    validity_for,
)
from services.training.certificates.models import Certificate
from services.training.certificates.queries import list_unrenewed
from services.training.certificates.rules import Validity, no_sooner_than
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import courses_by_id
from services.training.curricula.rules import Due, DueRule, next_due
from services.training.standing.commands import state
from services.training.standing.rules import Subject, assignment_url, overdue_stated
from services.training.waivers.models import CourseCredit
from services.training.waivers.rules import CreditKind
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import append
from shared.messages.training import (
    AssignmentCancelled,
    AssignmentCompleted,
    AssignmentExempted,
    AssignmentExtended,
    AssignmentMade,
    AssignmentReleased,
    AssignmentSatisfied,
    AssignmentStarted,
    ExtensionGiven,
)


@dataclass(frozen=True)
class Completion:
    """What completing led to."""

    certificate: Certificate | None
    successor: Assignment | None


def make_assignment(
    uow: UnitOfWork,
    person_id: UUID,
    wanted: Wanted,
    due: Due,
    course: Course,
    *,
    actor: Principal,
    now: datetime,
    assignment_id: UUID | None = None,
) -> Assignment:
    """Ask a course of somebody, and state now from when on it will impede them."""
    assignment = Assignment(**new_row(person_id, wanted, due, now), id=assignment_id or new_id())
    uow.session.add(assignment)
    append(uow, made_message(assignment), row=assignment, actor=actor, now=now, person_id=person_id)
    state_overdue(uow, assignment, course, actor=actor, now=now)
    return assignment


def ask_by_hand(
    uow: UnitOfWork,
    person_id: UUID,
    course: Course,
    due: Due,
    *,
    origin: Origin,
    note: str | None,
    actor: Principal,
    now: datetime,
) -> Assignment:
    """Ask a course of somebody whom no learning path asks for it, and state from when on it will impede them."""
    row = hand_row(person_id, course.id, due, origin, note, now)
    assignment = Assignment(**row, id=new_id())
    uow.session.add(assignment)
    append(uow, made_message(assignment), row=assignment, actor=actor, now=now, person_id=person_id)
    state_overdue(uow, assignment, course, actor=actor, now=now)
    return assignment


def new_row(person_id: UUID, wanted: Wanted, due: Due, now: datetime) -> dict[str, object]:
    """Return the columns of a new assignment of a learning path but its id: also used to make many at once."""
    return _row(person_id, wanted.course_id, due, now) | {
        "requirement_id": wanted.requirement_id,
        "curriculum_id": wanted.curriculum_id,
    }


def hand_row(
    person_id: UUID, course_id: UUID, due: Due, origin: Origin, note: str | None, now: datetime
) -> dict[str, object]:
    """Return the columns of a new assignment that no learning path asks for, but its id."""
    return _row(person_id, course_id, due, now) | {"origin": origin, "note": note}


def _row(person_id: UUID, course_id: UUID, due: Due, now: datetime) -> dict[str, object]:
    return {
        "person_id": person_id,
        "requirement_id": None,
        "curriculum_id": None,
        "origin": Origin.AUDIENCE,
        "note": None,
        "credit_id": None,
        "course_id": course_id,
        "status": AssignmentStatus.ASSIGNED,
        "made_at": now,
        "opens_on": due.opens_on,
        "due_on": due.due_on,
        "made_due_on": due.due_on,
        "started_at": None,
        "ended_at": None,
        "released_at": None,
        "score": None,
        "extended_at": None,
        "extend_reason": None,
        "exempt_reason": None,
        "version": 1,
    }


def made_message(assignment: Assignment) -> AssignmentMade:
    """Return the event of a new assignment."""
    return AssignmentMade(
        assignment.id,
        assignment.person_id,
        assignment.curriculum_id,
        assignment.course_id,
        assignment.opens_on,
        assignment.due_on,
        assignment.origin,
    )


def start_assignment(uow: UnitOfWork, assignment: Assignment, *, actor: Principal, now: datetime) -> None:
    """Note that the person has begun; the first time is an event, later ones change nothing."""
    status = next_status(assignment.status, AssignmentStep.START)
    if assignment.status is status:
        return
    assignment.status = status
    assignment.started_at = now
    started = AssignmentStarted(assignment.id, assignment.person_id)
    append(uow, started, row=assignment, actor=actor, now=now, person_id=assignment.person_id)


def extend_assignment(
    uow: UnitOfWork, assignment: Assignment, due_on: date, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Give more time; raises InvalidInput as rules.check_extension says. Standing follows the new date."""
    next_status(assignment.status, AssignmentStep.EXTEND)
    check_extension(assignment.due_on, due_on, reason, local_date(now))
    move_due(uow, assignment, due_on, reason, actor=actor, now=now)


def move_due(
    uow: UnitOfWork, assignment: Assignment, due_on: date, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Let it be due on another day, and keep why in its history; the day was checked by whoever asks."""
    assignment.status = next_status(assignment.status, AssignmentStep.EXTEND)
    before, assignment.due_on = assignment.due_on, due_on
    assignment.extended_at = now
    assignment.extend_reason = reason.strip()
    extended = AssignmentExtended(assignment.id, assignment.person_id, before, due_on)
    append(uow, extended, row=assignment, actor=actor, now=now, person_id=assignment.person_id)
    extension = AssignmentExtension(
        id=new_id(), assignment_id=assignment.id, due_before=before, due_on=due_on, reason=reason.strip(),
        given_at=now, given_by=actor.person_id,
    )  # fmt: skip
    uow.session.add(extension)
    given = ExtensionGiven(extension.id, assignment.id, assignment.person_id, before, due_on)
    append(uow, given, row=extension, actor=actor, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, None, actor=actor, now=now)


def end_by_credit(
    uow: UnitOfWork, assignment: Assignment, credit: CourseCredit, *, actor: Principal, now: datetime
) -> None:
    """End an open assignment because a credit stands in for the course: as exempted, or else as completed."""
    exempts = credit.kind is CreditKind.EXEMPTION
    step = AssignmentStep.EXEMPT if exempts else AssignmentStep.SATISFY
    assignment.status = next_status(assignment.status, step)
    assignment.ended_at = now
    assignment.credit_id = credit.id
    message: AssignmentExempted | AssignmentSatisfied
    if exempts:
        assignment.exempt_reason = credit.reason
        message = AssignmentExempted(assignment.id, assignment.person_id)
    else:
        message = AssignmentSatisfied(assignment.id, assignment.person_id, assignment.course_id, credit.id)
    append(uow, message, row=assignment, actor=actor, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, None, actor=actor, now=now)


def cancel_assignment(
    uow: UnitOfWork, assignment: Assignment, why: CancelReason, *, at: datetime, now: datetime
) -> None:
    """End an assignment that is no longer asked of the person, as of `at`."""
    assignment.status = next_status(assignment.status, AssignmentStep.CANCEL)
    assignment.ended_at = at
    cancelled = AssignmentCancelled(assignment.id, assignment.person_id, at, why)
    append(uow, cancelled, row=assignment, actor=SYSTEM, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, None, actor=SYSTEM, now=now)


def release_assignment(
    uow: UnitOfWork, assignment: Assignment, at: datetime | None, *, now: datetime
) -> None:
    """Note from when, in time to come, it is not asked of the person any more; None takes that back."""
    if assignment.released_at == at:
        return
    assignment.status = next_status(assignment.status, AssignmentStep.RELEASE)
    assignment.released_at = at
    released = AssignmentReleased(assignment.id, assignment.person_id, at)
    append(uow, released, row=assignment, actor=SYSTEM, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, None, actor=SYSTEM, now=now)


def complete_assignment(
    uow: UnitOfWork,
    assignment: Assignment,
    person: DirectoryPerson,
    version: CourseVersion,
    score: int | None,
    *,
    actor: Principal,
    now: datetime,
) -> Completion:
    """Meet the requirement: standing is restated, a certificate issued, and the next time planned, all at once."""
    course = courses_by_id(uow.session, [assignment.course_id])[assignment.course_id]
    _end_as_completed(uow, assignment, course, version, score, actor, now)
    today = local_date(now)
    wanted = _wanted_again(uow, person, assignment, today)
    window = wanted.due.window_days if wanted is not None else DueRule.window_days
    valid = validity_for(uow.session, person.id, version, today, window)
    due = _next_due(wanted, assignment, valid, today)
    successor_id = new_id() if due is not None else None
    certificate = None
    if valid is not None:
        valid = no_sooner_than(valid, due.due_on if due is not None else None)
        earned = Earned(person, course, version, assignment.id, score, valid, successor_id)
        certificate = issue_certificate(uow, earned, actor=actor, now=now)
        if wanted is None:  # Nobody is going to ask for it again, so that it runs out impedes nobody.
            release_certificate(uow, certificate, assignment.released_at or now, actor=actor, now=now)
    successor = None
    if wanted is not None and due is not None:
        successor = make_assignment(
            uow, person.id, wanted, due, course, actor=SYSTEM, now=now, assignment_id=successor_id
        )
    return Completion(certificate, successor)


def state_overdue(
    uow: UnitOfWork, assignment: Assignment, course: Course | None, *, actor: Principal, now: datetime
) -> None:
    """State when the assignment impedes the person, in place of what was said before."""
    if course is None:
        course = courses_by_id(uow.session, [assignment.course_id])[assignment.course_id]
    state(uow, overdue_stated(subject_of(assignment, course), assignment.facts), actor=actor, now=now)


def subject_of(assignment: Assignment, course: Course) -> Subject:
    """Return whom and what a statement about this assignment is about."""
    return Subject(
        assignment.person_id, assignment.id, course.title, course.category, assignment_url(assignment.id)
    )


def _end_as_completed(
    uow: UnitOfWork,
    assignment: Assignment,
    course: Course,
    version: CourseVersion,
    score: int | None,
    actor: Principal,
    now: datetime,
) -> None:
    assignment.status = next_status(assignment.status, AssignmentStep.COMPLETE)
    assignment.ended_at = now
    assignment.score = score
    completed = AssignmentCompleted(
        assignment.id, assignment.person_id, assignment.curriculum_id, course.id, version.id, now, score
    )
    append(uow, completed, row=assignment, actor=actor, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, course, actor=actor, now=now)
    uow.session.flush()  # The next one may only be open when this one is closed, and the database checks it.


def _next_due(
    wanted: Wanted | None, assignment: Assignment, valid: Validity | None, today: date
) -> Due | None:
    if wanted is None:
        return None
    return next_due(wanted.due, today, valid.until if valid else None, opened_on=assignment.opens_on)


def _wanted_again(
    uow: UnitOfWork, person: DirectoryPerson, assignment: Assignment, today: date
) -> Wanted | None:
    """Return the requirement under which the course is asked again: the assignment's own if it still applies."""
    if assignment.released_at is not None:
        return None
    found = [one for one in wanted_of(uow.session, person, today) if one.course_id == assignment.course_id]
    own = [one for one in found if one.requirement_id == assignment.requirement_id]
    return next(iter(own or found), None)
