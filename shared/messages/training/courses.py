"""Courses and their versions."""

from dataclasses import dataclass
from uuid import UUID

from shared.messages.base import message


@message("training.course.created.v1")
@dataclass(frozen=True)
class CourseCreated:
    """A course exists, with nothing in it yet."""

    course_id: UUID
    code: str
    category: str


@message("training.course.edited.v1")
@dataclass(frozen=True)
class CourseEdited:
    """What it is called, where it belongs or who looks after it was changed."""

    course_id: UUID
    category: str
    tags: tuple[str, ...]
    owner_id: UUID | None


@message("training.course.closed.v1")
@dataclass(frozen=True)
class CourseClosed:
    """The course is retired: nothing new is begun or written in it."""

    course_id: UUID


@message("training.course.drafted.v1")
@dataclass(frozen=True)
class CourseDrafted:
    """A new version was begun or edited; the digest is over everything a learner would see and be asked."""

    course_id: UUID
    version_id: UUID
    number: int
    content_sha256: str


@message("training.course.published.v1")
@dataclass(frozen=True)
class CoursePublished:
    """From here on the version never changes; `retrain`: whoever is certified takes it too."""

    course_id: UUID
    version_id: UUID
    number: int
    content_sha256: str
    retrain: bool = False


@message("training.course.retired.v1")
@dataclass(frozen=True)
class CourseRetired:
    """Nobody begins this version any more; who has begun it finishes it."""

    course_id: UUID
    version_id: UUID
    number: int
