"""Curricula."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.curriculum.drafted.v1")
@dataclass(frozen=True)
class CurriculumDrafted:
    """A learning path exists, for nobody yet, or its draft was edited; the digest is over all that it says."""

    curriculum_id: UUID
    code: str
    content_sha256: str | None = None


@message("training.curriculum.activated.v1")
@dataclass(frozen=True)
class CurriculumActivated:
    """It applies to its audience from now on."""

    curriculum_id: UUID
    code: str


@message("training.curriculum.archived.v1")
@dataclass(frozen=True)
class CurriculumArchived:
    """It applies to nobody any more."""

    curriculum_id: UUID
    code: str


@message("training.curriculum.revised.v1")
@dataclass(frozen=True)
class CurriculumRevised:
    """It says something else from the effective time on.

    The digests are over all that it says, and over the list of who is changed how that was shown before it
    was confirmed (None for the first revision, which nobody had before).
    """

    curriculum_id: UUID
    revision: int
    content_sha256: str
    impact_sha256: str | None


@message("training.curriculum.changed.v1")
@dataclass(frozen=True)
class CurriculumChanged:
    """Somebody confirmed a proposal, having been shown whom it changes: `impact_sha256` is over that list."""

    curriculum_id: UUID
    revision: int
    proposal_id: UUID
    impact_sha256: str
    people: int
