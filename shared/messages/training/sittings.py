"""Sittings of assessments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messages.base import message


@message("training.sitting.started.v1")
@dataclass(frozen=True)
class SittingStarted:
    """Questions were drawn for somebody: the digest is over the revisions drawn and the order of their options."""

    sitting_id: UUID
    assignment_id: UUID
    attempt_id: UUID
    part_id: str
    number: int
    drawn_sha256: str
    deadline_at: datetime | None


@message("training.sitting.answered.v1")
@dataclass(frozen=True)
class SittingAnswered:
    """The question at `place` (from 1) was answered, for the `sequence`th time; the digest is over the answer."""

    sitting_id: UUID
    place: int
    sequence: int
    answer_sha256: str


@message("training.sitting.submitted.v1")
@dataclass(frozen=True)
class SittingSubmitted:
    """It was graded: `outcome` is `passed`, `failed` or `expired`; `timed_out`: not handed in, its time was over."""

    sitting_id: UUID
    assignment_id: UUID
    outcome: str
    score: int
    timed_out: bool
    answers_sha256: str


@message("training.sitting.voided.v1")
@dataclass(frozen=True)
class SittingVoided:
    """A trainer let it count for nothing, so that it can be taken again."""

    sitting_id: UUID
    assignment_id: UUID
