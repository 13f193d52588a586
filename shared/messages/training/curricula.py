"""Curricula."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.curriculum.drafted.v1")
@dataclass(frozen=True)
class CurriculumDrafted:
    """A learning path exists, for nobody yet."""

    curriculum_id: UUID
    code: str


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
