"""Making, extending, ending assignments: each with its event, and with what it means for standing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from services.training.assignments.models import Assignment, AssignmentExtension, CompletionRetraction
from services.training.assignments.queries import list_of_choice
from services.training.assignments.rules import (
    OPEN,
    AssignmentStatus,
    AssignmentStep,
    CancelReason,
    Origin,
    Wanted,
    check_extension,
    next_status,
)
from services.training.certifications.rules import Due
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id
from services.training.notices.commands import Telling, tell
from services.training.notices.rules import NoticeKind
from services.training.standing.commands import state
from services.training.standing.rules import Subject, assignment_url, choice_facts, overdue_stated
from services.training.waivers.models import CourseCredit
from services.training.waivers.rules import CreditKind
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import LocalizedText
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import (
    AssignmentCancelled,
    AssignmentExempted,
    AssignmentExtended,
    AssignmentMade,
    AssignmentMoved,
    AssignmentRegrouped,
    AssignmentReleased,
    AssignmentReopened,
    AssignmentSatisfied,
    AssignmentStarted,
    CompletionTakenBack,
    ExtensionGiven,
)


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
    choice_id: UUID | None = None,
) -> Assignment:
    """Ask a course of somebody, and state now from when on it will impede them."""
    row = new_row(person_id, wanted, due, now, choice_id)
    assignment = Assignment(**row, id=assignment_id or new_id())
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


def new_row(
    person_id: UUID, wanted: Wanted, due: Due, now: datetime, choice_id: UUID | None = None
) -> dict[str, object]:
    """Return the columns of a new assignment of a learning path but its id: also used to make many at once."""
    return _row(person_id, wanted.course_id, due, now) | {
        "requirement_id": wanted.requirement_id,
        "curriculum_id": wanted.curriculum_id,
        "choice_id": choice_id,
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
        "grace_days": due.grace_days,
        "choice_id": None,
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
    told = Telling(
        assignment.person_id,
        NoticeKind.EXTENDED,
        assignment.course_id,
        str(due_on),
        assignment.id,
        due_on=due_on,
    )
    tell(uow, told, actor=actor, now=now)


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
    """End an open assignment because a credit stands in for the course: as exempted, or else as completed.

    What was completed before the suite knew of it ends it as of then: it was never overdue.
    """
    exempts = credit.kind is CreditKind.EXEMPTION
    step = AssignmentStep.EXEMPT if exempts else AssignmentStep.SATISFY
    assignment.status = next_status(assignment.status, step)
    earlier = credit.kind is CreditKind.EARLIER
    assignment.ended_at = min(now, end_of_day(credit.since)) if earlier else now
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


def reopen_assignment(
    uow: UnitOfWork,
    assignment: Assignment,
    reason: str,
    done_again_at: datetime | None,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Take back its completion, and tell the person: it is open again, due when it was.

    Where the course was completed again since, at `done_again_at`, it ended then and is not asked a second time.
    Raises IllegalTransition unless it is completed.
    """
    step = AssignmentStep.REOPEN if done_again_at is None else AssignmentStep.TAKE_BACK
    assignment.status, completed_at = next_status(assignment.status, step), assignment.ended_at
    assert completed_at is not None
    assignment.ended_at, assignment.score = done_again_at, None
    person_id = assignment.person_id
    retraction = CompletionRetraction(
        id=new_id(), assignment_id=assignment.id, completed_at=completed_at, reason=reason.strip(),
        taken_back_at=now, taken_back_by=actor.person_id,
    )  # fmt: skip
    uow.session.add(retraction)
    taken = CompletionTakenBack(retraction.id, assignment.id, person_id, assignment.course_id, completed_at)
    append(uow, taken, row=retraction, actor=actor, now=now, person_id=person_id)
    told: AssignmentReopened | AssignmentCancelled = AssignmentReopened(
        assignment.id, person_id, assignment.due_on
    )
    if done_again_at is not None:
        told = AssignmentCancelled(assignment.id, person_id, done_again_at, CancelReason.NOT_NEEDED)
    append(uow, told, row=assignment, actor=actor, now=now, person_id=person_id)
    state_overdue(uow, assignment, None, actor=actor, now=now)
    if done_again_at is None:
        telling = Telling(
            person_id, NoticeKind.COMPLETION_TAKEN_BACK, assignment.course_id, str(retraction.id),
            assignment.id, due_on=assignment.due_on,
        )  # fmt: skip
        tell(uow, telling, actor=actor, now=now)


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


def state_overdue(
    uow: UnitOfWork, assignment: Assignment, course: Course | None, *, actor: Principal, now: datetime
) -> None:
    """State when the assignment impedes the person, in place of what was said before: a choice, as one."""
    if assignment.choice_id is not None:
        state_choice(uow, assignment.choice_id, actor=actor, now=now)
        return
    if course is None:
        # Whoever changes many has read their courses: the session has them at hand.
        course = uow.session.get_one(Course, assignment.course_id)
    state(uow, overdue_stated(subject_of(assignment, course), assignment.facts), actor=actor, now=now)


def state_choice(uow: UnitOfWork, choice_id: UUID, *, actor: Principal, now: datetime) -> None:
    """State when a choice impedes the person: once, however many courses there are to choose from."""
    uow.session.flush()  # The others of the choice are read back, as they are after what was just changed.
    found = list_of_choice(uow.session, choice_id)
    if not found:
        return
    courses = courses_by_id(uow.session, [one.course_id for one in found])
    subject = choice_subject(found, courses)
    state(uow, overdue_stated(subject, choice_facts([one.facts for one in found])), actor=actor, now=now)


def choice_subject(assignments: Sequence[Assignment], courses: Mapping[UUID, Course]) -> Subject:
    """Return whom and what a statement about a choice is about: the courses that are still open to choose."""
    still_open = [one for one in assignments if one.status in OPEN] or list(assignments)
    first, titles = still_open[0], [courses[one.course_id].title for one in still_open]
    assert first.choice_id is not None
    title = LocalizedText(
        zh=" / ".join(one.zh for one in titles)[:400], en=" / ".join(one.en for one in titles)[:400]
    )
    category = courses[first.course_id].category
    return Subject(first.person_id, first.choice_id, title, category, assignment_url(first.id))


def move_assignment(
    uow: UnitOfWork, assignment: Assignment, due: Due, *, actor: Principal, now: datetime
) -> None:
    """Let an assignment be due on another day, because its path was revised; what a manager gave stays given."""
    assignment.status = next_status(assignment.status, AssignmentStep.MOVE)
    given = assignment.due_on if assignment.due_on > assignment.made_due_on else due.due_on
    before = assignment.due_on
    assignment.opens_on, assignment.made_due_on = due.opens_on, due.due_on
    assignment.due_on, assignment.grace_days = max(due.due_on, given), due.grace_days
    moved = AssignmentMoved(
        assignment.id, assignment.person_id, before, assignment.opens_on, assignment.due_on, due.grace_days
    )
    append(uow, moved, row=assignment, actor=actor, now=now, person_id=assignment.person_id)
    state_overdue(uow, assignment, None, actor=actor, now=now)


def regroup_assignment(
    uow: UnitOfWork, assignment: Assignment, choice_id: UUID | None, *, actor: Principal, now: datetime
) -> None:
    """Make an assignment one of a choice, or one of its own (None): what was said of it before is taken back."""
    before = assignment.choice_id
    assignment.status = next_status(assignment.status, AssignmentStep.MOVE)
    assignment.choice_id = choice_id
    regrouped = AssignmentRegrouped(assignment.id, assignment.person_id, choice_id)
    append(uow, regrouped, row=assignment, actor=actor, now=now, person_id=assignment.person_id)
    course = courses_by_id(uow.session, [assignment.course_id])[assignment.course_id]
    if before is not None:
        state_choice(uow, before, actor=actor, now=now)
    else:
        nothing = replace(assignment.facts, released_at=assignment.made_at)
        state(uow, overdue_stated(subject_of(assignment, course), nothing), actor=actor, now=now)
    state_overdue(uow, assignment, course, actor=actor, now=now)


def subject_of(assignment: Assignment, course: Course) -> Subject:
    """Return whom and what a statement about this assignment is about."""
    return Subject(
        assignment.person_id, assignment.id, course.title, course.category, assignment_url(assignment.id)
    )
