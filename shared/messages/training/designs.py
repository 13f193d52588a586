"""How certificates look and what is written on them."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.design.created.v1")
@dataclass(frozen=True)
class DesignCreated:
    """A design exists, with a first draft."""

    design_id: UUID


@message("training.design.drafted.v1")
@dataclass(frozen=True)
class DesignDrafted:
    """A version was begun or edited; the digest is over all that is printed from it."""

    design_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.design.published.v1")
@dataclass(frozen=True)
class DesignPublished:
    """From here on the version never changes, and certificates are printed by it."""

    design_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.design.retired.v1")
@dataclass(frozen=True)
class DesignRetired:
    """No certificate is issued by this version any more; those that were keep it."""

    design_id: UUID
    version_id: UUID
    number: int


@message("training.design.chosen.v1")
@dataclass(frozen=True)
class DesignChosen:
    """New certificates for a course, a category (or, with neither, all others) are printed by a design.

    `design_id` None: by what would be taken without this choice.
    """

    choice_id: UUID
    design_id: UUID | None
    course_id: UUID | None
    category: str | None
