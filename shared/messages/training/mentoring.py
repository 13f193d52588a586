"""Mentorships: who is paired with whom, how far they are, and that both have signed off. Never what was noted."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.mentoring_plan.written.v1")
@dataclass(frozen=True)
class MentoringPlanWritten:
    """A plan was made or changed; mentorships under way keep theirs."""

    plan_id: UUID
    code: str
    items: int


@message("training.mentor_limit.set.v1")
@dataclass(frozen=True)
class MentorLimitSet:
    """How many mentees somebody takes at most; 0: none."""

    limit_id: UUID
    person_id: UUID
    most: int


@message("training.mentorship.proposed.v1")
@dataclass(frozen=True)
class MentorshipProposed:
    """A pair was proposed; `thread_id` is the first mentorship of those that took over from one another."""

    mentorship_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    plan_id: UUID
    thread_id: UUID


@message("training.mentorship.confirmed.v1")
@dataclass(frozen=True)
class MentorshipConfirmed:
    """The mentee's manager agreed; it is under way."""

    mentorship_id: UUID


@message("training.mentorship.signed.v1")
@dataclass(frozen=True)
class MentorshipSigned:
    """The mentor or the manager signed off that everything on the plan was done."""

    mentorship_id: UUID
    signer: str


@message("training.mentorship.completed.v1")
@dataclass(frozen=True)
class MentorshipCompleted:
    """Both have signed off."""

    mentorship_id: UUID


@message("training.mentorship.ended.v1")
@dataclass(frozen=True)
class MentorshipEnded:
    """It ended before its time; `reason` is a code."""

    mentorship_id: UUID
    reason: str


@message("training.mentorship.rated.v1")
@dataclass(frozen=True)
class MentorshipRated:
    """The mentee said how it was, from 1 to 5."""

    mentorship_id: UUID
    rating: int


@message("training.mentoring_tick.made.v1")
@dataclass(frozen=True)
class MentoringItemTicked:
    """An item of the plan was done."""

    thread_id: UUID
    item_id: str


@message("training.mentoring_tick.taken_back.v1")
@dataclass(frozen=True)
class MentoringItemReopened:
    """An item was not done after all."""

    thread_id: UUID
    item_id: str


@message("training.mentoring_note.written.v1")
@dataclass(frozen=True)
class MentoringNoteWritten:
    """Something was noted at a check-in."""

    thread_id: UUID
    note_id: UUID


@message("training.mentoring_visit.recorded.v1")
@dataclass(frozen=True)
class MentoringVisitRecorded:
    """A customer was visited together."""

    thread_id: UUID
    visit_id: UUID
