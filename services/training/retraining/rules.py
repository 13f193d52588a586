"""Who has to take a new version of a course, and by when. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.training.certifications.rules import Due


class Asking(StrEnum):
    """What is done about somebody who is certified."""

    NOTHING = "nothing"
    MAKE = "make"
    MOVE = "move"


@dataclass(frozen=True)
class Standing:
    """How somebody stands on a day: their certificate's last day, their last day, and what is open."""

    valid_until: date | None
    left_on: date | None
    open_due: date | None
    begun: bool = False


def due_of(published_on: date, days: int) -> Due:
    """Return when a new version is due: it may be taken at once."""
    return Due(published_on, published_on + timedelta(days=days))


def asking(found: Standing, due: Due) -> Asking:
    """Return what is done: a certificate that has run out by then, or somebody who has left, needs nothing.

    What is open and due sooner stays as it is; what is begun is finished as it was begun, and due no sooner.
    """
    if found.left_on is not None and found.left_on < due.opens_on:
        return Asking.NOTHING
    if found.valid_until is not None and found.valid_until < due.opens_on:
        return Asking.NOTHING
    if found.open_due is None:
        return Asking.MAKE
    return Asking.MOVE if found.open_due > due.due_on and not found.begun else Asking.NOTHING
