"""Which reminder is due on a day. Pure; the stages are data that trainers change."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.core.errors import InvalidInput
from shared.core.text import N_

MOST_DAYS = 365
MOST_STAGES = 12


@dataclass(frozen=True)
class Stage:
    """The reader is reminded `days` after the due day (before it, when negative), and again `every` so many days.

    `tells_manager`: so is whoever manages them, of what is overdue.
    """

    days: int
    every: int | None = None
    tells_manager: bool = False


def check_stages(stages: Sequence[Stage]) -> None:
    """Raise InvalidInput unless the days differ, are within a year, and only the last one repeats."""
    days = [one.days for one in stages]
    message = None
    if len(stages) > MOST_STAGES:
        message = N_("At most %(most)s reminders", most=MOST_STAGES)
    elif len(set(days)) != len(days):
        message = N_("Two reminders on the same day are one")
    elif any(abs(one.days) > MOST_DAYS or not 1 <= (one.every or 1) <= MOST_DAYS for one in stages):
        message = N_("At most %(days)s days before or after", days=MOST_DAYS)
    elif any(one.every is not None and (one.days < 1 or one.days != max(days)) for one in stages):
        message = N_("Only the last reminder repeats, and only after the due date")
    elif any(one.tells_manager and one.days < 1 for one in stages):
        message = N_("Managers are told of what is overdue, not of what is due")
    if message is not None:
        raise InvalidInput(message, fields={"stages": [message]})


def stage_on(stages: Sequence[Stage], due_on: date, today: date) -> tuple[Stage, int] | None:
    """Return the one stage that fits the day, with how many days after the due day it is counted for, or None.

    A day on which nothing ran is made up for by the next; stages that were missed are not sent after the fact.
    """
    late = (today - due_on).days
    reached = [one for one in stages if one.days <= late]
    if not reached:
        return None
    stage = max(reached, key=lambda one: one.days)
    if stage.every is None:
        return stage, stage.days
    return stage, stage.days + (late - stage.days) // stage.every * stage.every


def due_range(stages: Sequence[Stage], stage: Stage, today: date) -> tuple[date, date]:
    """Return the first and last due date for which `stage` is the one that fits the day."""
    later = [one.days for one in stages if one.days > stage.days]
    last = date.fromordinal(today.toordinal() - stage.days)
    first = date.fromordinal(today.toordinal() - min(later) + 1) if later else date.min
    return first, last


def plan_from(before: str, after: str, every: int | None, manager_from: int | None) -> list[Stage]:
    """Return the stages that a form describes: days before and after in words such as "14, 3".

    Raises InvalidInput for what is no list of days.
    """
    early = [-days for days in _days(before, "before")]
    late = _days(after, "after")
    last = max(late, default=None)
    return [Stage(days) for days in sorted(early)] + [
        Stage(days, every if days == last else None, manager_from is not None and days >= manager_from)
        for days in sorted(late)
    ]


def _days(text: str, field: str) -> list[int]:
    parts = [part for part in re.split(r"[\s,，、;；]+", text) if part]
    if not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        message = N_("Whole numbers of days, such as 14, 3")
        raise InvalidInput(message, fields={field: [message]})
    if field == "after" and "0" in parts:
        message = N_("What is due today is not overdue yet")
        raise InvalidInput(message, fields={field: [message]})
    return [int(part) for part in parts]
