"""What a learning path asks and in which order, and what may become of it. Pure."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.training.certifications.rules import DueRule
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_, LocalizedText, Message
from shared.directory import Audience

MOST_ITEMS = 40
MOST_ALTERNATIVES = 12


class CurriculumStatus(StrEnum):
    """Where a curriculum stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


STATUS_WORDS = {
    CurriculumStatus.DRAFT: N_("Draft"),
    CurriculumStatus.ACTIVE: N_("Active"),
    CurriculumStatus.ARCHIVED: N_("Archived"),
}


class CurriculumStep(StrEnum):
    """What may be done to it: a draft is edited, what is active is revised."""

    EDIT = "edit"
    ACTIVATE = "activate"
    REVISE = "revise"
    ARCHIVE = "archive"


STEP_WORDS = {
    CurriculumStep.EDIT: N_("edit"),
    CurriculumStep.ACTIVATE: N_("activate"),
    CurriculumStep.REVISE: N_("revise"),
    CurriculumStep.ARCHIVE: N_("archive"),
}


class Opens(StrEnum):
    """When a step of a path may be begun."""

    AT_ONCE = "at_once"
    AFTER_BEFORE = "after_before"
    AFTER_NAMED = "after_named"


OPENS_WORDS = {
    Opens.AT_ONCE: N_("at once"),
    Opens.AFTER_BEFORE: N_("after all steps above"),
    Opens.AFTER_NAMED: N_("after the steps named"),
}


@dataclass(frozen=True)
class Item:
    """One step of a path: a course, or a choice of `need` out of several (each course of the path once).

    `extra_days` are added to the rule's days. `after` names the places (from 1) of earlier steps that have to
    be met before it may be begun, for AFTER_NAMED; AFTER_BEFORE means all steps before it.
    """

    courses: tuple[UUID, ...]
    need: int = 1
    extra_days: int = 0
    opens: Opens = Opens.AT_ONCE
    after: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "courses": [str(one) for one in self.courses],
            "need": self.need,
            "extra_days": self.extra_days,
            "opens": self.opens.value,
            "after": list(self.after),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Item":
        """Read it back."""
        return cls(
            courses=tuple(UUID(one) for one in stored["courses"]),
            need=stored["need"],
            extra_days=stored["extra_days"],
            opens=Opens(stored["opens"]),
            after=tuple(stored["after"]),
        )


@dataclass(frozen=True)
class PathContent:
    """Everything that a revision of a path says."""

    title: LocalizedText
    audience: Audience
    due: DueRule
    items: tuple[Item, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a revision is kept."""
        return {
            "title": {"zh": self.title.zh, "en": self.title.en},
            "audience": self.audience.to_json(),
            "due": self.due.to_json(),
            "items": [one.to_json() for one in self.items],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "PathContent":
        """Read it back."""
        return cls(
            title=LocalizedText(**stored["title"]),
            audience=Audience.from_json(stored["audience"]),
            due=DueRule.from_json(stored["due"]),
            items=tuple(Item.from_json(one) for one in stored["items"]),
        )


def check_content(content: PathContent) -> None:
    """Raise InvalidInput unless the steps make a path; fields are named `item-<place>`, from 1."""
    fields = {}
    if not content.title.zh or not content.title.en:
        fields["title"] = [N_("A learning path has a title in both languages")]
    if not 1 <= len(content.items) <= MOST_ITEMS:
        fields["items"] = [N_("A learning path has 1 to %(most)s steps", most=MOST_ITEMS)]
    seen: set[UUID] = set()
    for place, item in enumerate(content.items, start=1):
        problem = _item_problem(item, place, seen)
        if problem is not None:
            fields[f"item-{place}"] = [problem]
        seen |= set(item.courses)
    if fields:
        raise InvalidInput(N_("This is not a learning path yet"), fields=fields)


def places_before(items: Sequence[Item], place: int) -> tuple[int, ...]:
    """Return the places (from 1) of the steps that have to be met before the one at `place` may be begun."""
    match items[place - 1].opens:
        case Opens.AT_ONCE:
            return ()
        case Opens.AFTER_BEFORE:
            return tuple(range(1, place))
        case Opens.AFTER_NAMED:
            return items[place - 1].after


def next_status(status: CurriculumStatus, step: CurriculumStep) -> CurriculumStatus:
    """Return the status after `step`."""
    match (status, step):
        case (CurriculumStatus.DRAFT, CurriculumStep.EDIT):
            return CurriculumStatus.DRAFT
        case (CurriculumStatus.DRAFT, CurriculumStep.ACTIVATE):
            return CurriculumStatus.ACTIVE
        case (CurriculumStatus.ACTIVE, CurriculumStep.REVISE):
            return CurriculumStatus.ACTIVE
        case (CurriculumStatus.ACTIVE | CurriculumStatus.DRAFT, CurriculumStep.ARCHIVE):
            return CurriculumStatus.ARCHIVED
        case _:
            raise IllegalTransition(N_("The learning path"), STATUS_WORDS[status], STEP_WORDS[step])


def _item_problem(item: Item, place: int, seen: Set[UUID]) -> Message | None:
    if not 1 <= len(item.courses) <= MOST_ALTERNATIVES:
        return N_("A step has one course, or up to %(most)s to choose from", most=MOST_ALTERNATIVES)
    if not seen.isdisjoint(item.courses) or len(set(item.courses)) != len(item.courses):
        return N_("A learning path has each of its courses once")
    if not 1 <= item.need <= len(item.courses):
        return N_("One can choose at least one of the courses, and at most all of them")
    if not 0 <= item.extra_days <= 3650:
        return N_("The days of a due rule are out of range")
    if (item.opens is Opens.AFTER_NAMED) != bool(item.after):
        return N_("Name the steps that come before it, or none")
    if any(not 1 <= one < place for one in item.after):
        return N_("Only steps further up can come before it")
    return None
