"""Putting together what happened to an assignment, with who did it: a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment, AssignmentExtension, CompletionRetraction
from services.training.assignments.queries import list_extensions, list_retractions
from services.training.assignments.rules import ORIGIN_WORDS, AssignmentStatus, Origin
from services.training.exceptions.models import DueException
from services.training.exceptions.queries import list_of_assignment
from services.training.exceptions.rules import CAUSE_WORDS, Cause, ExceptionStatus
from services.training.notices.queries import list_of_assignment as list_notices
from services.training.notices.rules import NoticeKind
from services.training.waivers.models import CourseCredit, Waiver
from services.training.waivers.queries import list_credits, list_of_course
from services.training.waivers.rules import CREDIT_WORDS, CreditKind, WaiverStatus
from shared.core.text import N_, Message
from shared.directory import names_of

_REMINDERS = (NoticeKind.DUE, NoticeKind.OVERDUE, NoticeKind.ASKED)


@dataclass(frozen=True)
class Told:
    """One thing that happened; `by` is the person who did it, `body` their own words."""

    at: datetime
    title: Message
    body: str | None = None
    by: UUID | None = None
    tone: str = "neutral"
    icon: str | None = None


@dataclass(frozen=True)
class Story:
    """All that happened, the oldest first, and the names of those who did it."""

    told: tuple[Told, ...]
    names: dict[UUID, str]
    waiver: Waiver | None
    exception: DueException | None
    exemption: CourseCredit | None


def story_of(session: Session, assignment: Assignment) -> Story:
    """Return an assignment's story, and what about it awaits a decision or can be taken back."""
    extensions = list_extensions(session, assignment.id)
    exceptions = list_of_assignment(session, assignment.id)
    waivers = list_of_course(session, assignment.person_id, assignment.course_id)
    credits_given = list_credits(session, assignment.person_id, assignment.course_id)
    reminders = list_notices(session, assignment.id, _REMINDERS)
    since = assignment.made_at
    told = [
        *_beginning(assignment),
        *(one for extension in extensions for one in _extended(extension)),
        *(one for found in list_retractions(session, assignment.id) for one in _taken_back(found)),
        *(one for found in exceptions for one in _excepted(found)),
        *(one for found in waivers for one in _waived(found) if one.at >= since),
        *(one for credit in credits_given for one in _credited(credit) if one.at >= since),
        *(Told(one.given_at, N_("Reminded"), tone="notice", icon="bell") for one in reminders),
        *_ending(assignment),
    ]
    return Story(
        tuple(sorted(told, key=lambda one: one.at)),
        names_of(session, {one.by for one in told if one.by is not None}),
        next((one for one in waivers if one.status is WaiverStatus.REQUESTED), None),
        next((one for one in exceptions if one.status is ExceptionStatus.REQUESTED), None),
        next(
            (
                one
                for one in reversed(credits_given)
                if one.kind is CreditKind.EXEMPTION and one.ended_at is None
            ),
            None,
        ),
    )


def _beginning(assignment: Assignment) -> Iterator[Told]:
    title = N_("Assigned")
    if assignment.origin is not Origin.AUDIENCE:
        title = N_("Assigned: %(origin)s", origin=ORIGIN_WORDS[assignment.origin])
    yield Told(assignment.made_at, title, assignment.note, icon="calendar")
    if assignment.started_at is not None:
        yield Told(assignment.started_at, N_("Begun"), tone="accent", icon="half")


def _extended(one: AssignmentExtension) -> Iterator[Told]:
    title = N_(
        "Due date moved from %(before)s to %(after)s",
        before=one.due_before.isoformat(),
        after=one.due_on.isoformat(),
    )
    yield Told(one.given_at, title, one.reason, one.given_by, icon="clock")


def _taken_back(one: CompletionRetraction) -> Iterator[Told]:
    yield Told(one.completed_at, N_("Completed"), tone="neutral", icon="check")
    title = N_("The completion was taken back: it rested on something that was not so")
    yield Told(one.taken_back_at, title, one.reason, one.taken_back_by, "held", "cross")


def _excepted(one: DueException) -> Iterator[Told]:
    asked = N_("Another date was asked for")
    if one.cause is not Cause.ASKED:
        asked = N_("The due date cannot be met: %(why)s", why=CAUSE_WORDS[one.cause])
    yield Told(one.requested_at, asked, one.reason, one.requested_by, "notice", "warning")
    if one.decided_at is None:
        return
    ended = {
        ExceptionStatus.GRANTED: (N_("Another date was granted"), "eligible"),
        ExceptionStatus.REFUSED: (N_("Another date was refused"), "held"),
        ExceptionStatus.WITHDRAWN: (N_("The request for another date was withdrawn"), "neutral"),
    }
    title, tone = ended[one.status]
    yield Told(one.decided_at, title, one.decision_reason, one.decided_by, tone, "calendar")


def _waived(one: Waiver) -> Iterator[Told]:
    yield Told(one.requested_at, N_("A waiver was asked for"), one.reason, one.requested_by, "notice", "file")
    if one.decided_at is not None:
        ended = {
            WaiverStatus.GRANTED: (N_("The waiver was granted"), "eligible"),
            WaiverStatus.REVOKED: (N_("The waiver was granted"), "eligible"),
            WaiverStatus.REFUSED: (N_("The waiver was refused"), "held"),
            WaiverStatus.WITHDRAWN: (N_("The request for a waiver was withdrawn"), "neutral"),
        }
        title, tone = ended[one.status]
        yield Told(one.decided_at, title, one.decision_reason, one.decided_by, tone, "shield")
    if one.revoked_at is not None:
        yield Told(one.revoked_at, N_("The waiver was revoked"), one.revoke_reason, None, "held", "cross")


def _credited(one: CourseCredit) -> Iterator[Told]:
    until = N_("%(what)s, for good", what=CREDIT_WORDS[one.kind])
    if one.until is not None:
        until = N_("%(what)s, until %(day)s", what=CREDIT_WORDS[one.kind], day=one.until.isoformat())
    if one.kind is not CreditKind.WAIVER:  # A waiver has told so itself.
        yield Told(one.given_at, until, one.reason, one.given_by, "eligible", "check")
        if one.ended_at is not None:
            ended = N_("%(what)s: ended", what=CREDIT_WORDS[one.kind])
            yield Told(one.ended_at, ended, one.end_reason, None, "held", "cross")


def _ending(assignment: Assignment) -> Iterator[Told]:
    if assignment.ended_at is None:
        return
    if assignment.status is AssignmentStatus.EXEMPTED and assignment.credit_id is None:
        yield Told(assignment.ended_at, N_("Exempted"), assignment.exempt_reason)
    if assignment.status is AssignmentStatus.CANCELLED:
        yield Told(assignment.ended_at, N_("No longer asked for"), icon="minus")
