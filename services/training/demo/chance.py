"""What people of the demo company do: by chance, but for those who have a part to play."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from services.training.certifications.rules import Due
from services.training.courses.models import CourseVersion
from services.training.parts.rules import PartKind
from shared.demo import DemoCompany, DemoPerson

# The yearly anti-bribery training was due so many days ago.
DUE_AGO = timedelta(days=12)
_SALES = ("rep", "supervisor", "district_manager", "regional_manager", "director")
# Nobody is left to be late for longer than this: their manager would have seen to it.
_LATEST = 45


def late_ids(company: DemoCompany) -> frozenset[UUID]:
    """Return whom the story has miss this year's anti-bribery training: 李薇 and one more rep of her team."""
    manager = company.persona("manager").id
    team = [one.id for one in company.here if one.manager_id == manager and one.persona is None]
    return frozenset({company.persona("rep").id, *team[-1:]})


def done_on(
    company: DemoCompany, person: DemoPerson, due: Due, made_on: date, chance: Random, *, misses: bool
) -> date | None:
    """Return the day on which an assignment is completed, at the latest yesterday; None: it is open today.

    `misses`: the story has them miss this one.
    """
    yesterday = company.today - timedelta(days=1)
    earliest = max(due.opens_on, made_on) + timedelta(days=1)
    on_time = min(due.due_on, yesterday)
    plan, days = chance.random(), chance.randrange(1, 26)
    if misses or earliest > yesterday:
        return None
    if person.persona is not None:
        # Played by somebody who wants to see one thing at a time: 28 days into the first month, then early.
        first = min(made_on + timedelta(days=28), on_time)
        return max(earliest, first if due.due_on <= yesterday else yesterday - timedelta(days=days % 9))
    if due.due_on >= company.today:
        return _between(earliest, yesterday, chance) if plan < 0.55 else None
    recent = due.due_on >= company.today - timedelta(days=_LATEST)
    if plan < 0.03 and recent and person.position in _SALES:
        return None
    late_on = due.due_on + timedelta(days=days)
    if plan < 0.11 and late_on <= yesterday:
        return late_on
    return _between(min(earliest, on_time), on_time, chance)


def score_of(version: CourseVersion, chance: Random) -> int | None:
    """Return a score that passes: mostly everything right. None where nothing is asked."""
    asked = pass_mark = 0
    for part in version.parts:
        if part["kind"] == PartKind.ASSESSMENT:
            asked += sum(one["count"] for one in part["blueprint"]["draws"])
            pass_mark = max(pass_mark, part["blueprint"]["pass_mark"])
    if not asked:
        return None
    passing = [right for right in range(asked + 1) if right * 100 >= pass_mark * asked]
    return 100 * (asked if chance.random() < 0.7 else chance.choice(passing)) // asked


def is_revoked(person: DemoPerson, chance: Random) -> bool:
    """Say whether their certificate was revoked lately: seldom."""
    return person.persona is None and person.position == "rep" and chance.random() < 0.006


def _between(first: date, last: date, chance: Random) -> date:
    return first + timedelta(days=chance.randrange(max((last - first).days, 0) + 1))
