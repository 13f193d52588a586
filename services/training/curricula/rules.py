"""When something has to be done: first, and again. Pure calendar arithmetic on the company's days."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from services.training.certificates.rules import add_months
from shared.core.errors import IllegalTransition, InvalidInput
from shared.core.text import N_


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
    """What may be done to it."""

    ACTIVATE = "activate"
    ARCHIVE = "archive"


STEP_WORDS = {CurriculumStep.ACTIVATE: N_("activate"), CurriculumStep.ARCHIVE: N_("archive")}


class DueKind(StrEnum):
    """What a due date counts from."""

    AFTER_JOINING = "after_joining"
    YEARLY_DATE = "yearly_date"


class Recurrence(StrEnum):
    """Whether it comes again."""

    NONE = "none"
    YEARLY = "yearly"


@dataclass(frozen=True)
class DueRule:
    """By when, and whether again.

    AFTER_JOINING: due `days` days after the person joined the audience (by hire, by a move, or because the
    curriculum began); recurring, again a year after it was done, or when its certificate runs out.

    YEARLY_DATE: due on `month`/`day` every year for all. Its window is the `window_days` days before. Whoever
    joined when that year's window had opened already (off-cycle) is due `days` days after joining instead,
    and is back on the common date the next time its window opens.

    One can begin `window_days` before it is due again.
    """

    kind: DueKind
    days: int
    month: int | None = None
    day: int | None = None
    window_days: int = 90
    recurrence: Recurrence = Recurrence.NONE

    def __post_init__(self) -> None:
        yearly = self.kind is DueKind.YEARLY_DATE
        if yearly != (self.month is not None and self.day is not None):
            raise InvalidInput(N_("A yearly due date has a month and a day, and no other due rule has"))
        if yearly and self.recurrence is not Recurrence.YEARLY:
            raise InvalidInput(N_("What is due on a date every year recurs yearly"))
        if not 0 <= self.days <= 3650 or not 0 <= self.window_days <= 360:
            raise InvalidInput(N_("The days of a due rule are out of range"))

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is stored."""
        return {
            "kind": self.kind.value,
            "days": self.days,
            "month": self.month,
            "day": self.day,
            "window_days": self.window_days,
            "recurrence": self.recurrence.value,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "DueRule":
        """Read it back."""
        return cls(
            kind=DueKind(stored["kind"]),
            days=stored["days"],
            month=stored["month"],
            day=stored["day"],
            window_days=stored["window_days"],
            recurrence=Recurrence(stored["recurrence"]),
        )


@dataclass(frozen=True)
class Due:
    """One may begin on `opens_on` and is overdue when `due_on` is over."""

    opens_on: date
    due_on: date


def next_status(status: CurriculumStatus, step: CurriculumStep) -> CurriculumStatus:
    """Return the status after `step`."""
    match (status, step):
        case (CurriculumStatus.DRAFT, CurriculumStep.ACTIVATE):
            return CurriculumStatus.ACTIVE
        case (CurriculumStatus.ACTIVE, CurriculumStep.ARCHIVE):
            return CurriculumStatus.ARCHIVED
        case _:
            raise IllegalTransition(N_("The learning path"), STATUS_WORDS[status], STEP_WORDS[step])


def first_due(rule: DueRule, joined_on: date, today: date, *, extra_days: int = 0) -> Due:
    """Return when somebody who joined the audience on a day is first due.

    A date that has passed when it becomes known (a hire reported late) is counted from today instead: nobody
    is overdue on the day they are first asked. `extra_days` is the requirement's own, for a staggered path.
    """
    if rule.kind is DueKind.YEARLY_DATE:
        due_on = _in_year(rule, joined_on.year)
        opens_on = due_on - timedelta(days=rule.window_days)
        if joined_on <= opens_on and due_on >= today:
            return Due(opens_on, due_on)
    days = timedelta(days=rule.days + extra_days)
    due_on = joined_on + days
    return Due(joined_on, due_on) if due_on >= today else Due(today, today + days)


def next_due(
    rule: DueRule, done_on: date, valid_until: date | None, *, opened_on: date | None = None
) -> Due | None:
    """Return when it is due again after it was done on a day, or None when it is not.

    What was done counts for every cycle whose window was open by then, so whoever is late is not sent twice,
    and for the one it was asked for (whose window was to open on `opened_on`), so nor is whoever is early.
    What does not recur is due again only when its certificate runs out.
    """
    if rule.kind is DueKind.YEARLY_DATE:
        counted_on = max(done_on, opened_on or done_on)
        year = counted_on.year
        while _opens(rule, year) <= counted_on:
            year += 1
        return Due(_opens(rule, year), _in_year(rule, year))
    if valid_until is None and rule.recurrence is Recurrence.NONE:
        return None
    due_on = valid_until or add_months(done_on, 12)
    return Due(max(due_on - timedelta(days=rule.window_days), done_on + timedelta(days=1)), due_on)


def return_due(
    rule: DueRule, done_on: date, valid_until: date | None, today: date, *, opened_on: date | None = None
) -> Due | None:
    """Return when somebody who once did it and is asked again only now (they came back) is due.

    As next_due, but never in the past: then it is as for somebody who joins today.
    """
    due = next_due(rule, done_on, valid_until, opened_on=opened_on)
    if due is None or due.due_on >= today:
        return due
    return first_due(rule, today, today)


def _opens(rule: DueRule, year: int) -> date:
    return _in_year(rule, year) - timedelta(days=rule.window_days)


def _in_year(rule: DueRule, year: int) -> date:
    """Return the rule's date in a year; 29 February is 28 February where there is none."""
    assert rule.month is not None
    assert rule.day is not None
    return date(year, rule.month, min(rule.day, calendar.monthrange(year, rule.month)[1]))
