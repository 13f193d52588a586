"""Attempts."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.attempt.launched.v1")
@dataclass(frozen=True)
class AttemptLaunched:
    """An attempt at an assignment began, at this version of the course."""

    attempt_id: UUID
    assignment_id: UUID
    version_id: UUID


@message("training.attempt.page_read.v1")
@dataclass(frozen=True)
class AttemptPageRead:
    """So many pages of the course were shown and turned."""

    attempt_id: UUID
    pages_read: int


@message("training.attempt.submitted.v1")
@dataclass(frozen=True)
class AttemptSubmitted:
    """It was graded: `outcome` is `completed`, `passed` or `failed`; the digest is over the answers as given."""

    attempt_id: UUID
    assignment_id: UUID
    outcome: str
    score: int | None
    answers_sha256: str
