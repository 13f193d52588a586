"""What reports count, and how a count becomes a table and a chart. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from shared.core.text import N_, LocalizedText, Message

MONTHS = 12
# Groups that a chart still shows well; the table has them all.
MOST_DRAWN = 8


class ReportCode(StrEnum):
    """The reports, by the name in their address."""

    COMPLETION = "completion"
    OVERDUE = "overdue"
    EXPIRING = "expiring"
    HOURS = "hours"


TITLES = {
    ReportCode.COMPLETION: N_("Completion over time"),
    ReportCode.OVERDUE: N_("Overdue training by age"),
    ReportCode.EXPIRING: N_("Certificates that run out"),
    ReportCode.HOURS: N_("Hours of training"),
}
NOTES = {
    ReportCode.COMPLETION: N_("Of what was due in each month, the share that is completed today."),
    ReportCode.OVERDUE: N_("Open assignments by how many days ago they were due."),
    ReportCode.EXPIRING: N_("Certificates that somebody still needs, by when they run out."),
    ReportCode.HOURS: N_("The planned length of each course completed in the month."),
}


class Grouping(StrEnum):
    """What the rows of a report are."""

    REGION = "region"
    PRODUCT_LINE = "product_line"
    MANAGER = "manager"
    COURSE = "course"
    CATEGORY = "category"


GROUPING_WORDS = {
    Grouping.REGION: N_("Sales region"),
    Grouping.PRODUCT_LINE: N_("Product line"),
    Grouping.MANAGER: N_("Manager"),
    Grouping.COURSE: N_("Course"),
    Grouping.CATEGORY: N_("Category"),
}
# The first is what the page opens with.
GROUPINGS = {
    ReportCode.COMPLETION: (Grouping.REGION, Grouping.PRODUCT_LINE, Grouping.MANAGER, Grouping.COURSE),
    ReportCode.OVERDUE: (Grouping.REGION, Grouping.PRODUCT_LINE, Grouping.MANAGER, Grouping.COURSE),
    ReportCode.EXPIRING: (Grouping.COURSE, Grouping.REGION, Grouping.PRODUCT_LINE, Grouping.MANAGER),
    ReportCode.HOURS: (Grouping.CATEGORY, Grouping.REGION, Grouping.PRODUCT_LINE, Grouping.MANAGER),
}

# Days overdue, and days left: both ends count; None: without end.
AGES: tuple[tuple[int, int | None], ...] = ((1, 7), (8, 30), (31, 60), (61, 90), (91, None))
HORIZONS: tuple[tuple[int, int], ...] = ((0, 30), (31, 60), (61, 90))

Name = str | LocalizedText | Message
Cell = int | float | None


class Kind(StrEnum):
    """How the figures of a column are to be read."""

    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"


@dataclass(frozen=True)
class Column:
    """A column of figures."""

    name: Name
    kind: Kind


@dataclass(frozen=True)
class Line:
    """A group with its figures, one for each column; `key` is what a filter takes."""

    key: str
    name: Name
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A report as a table; `total` has the figures of everything, which is not always the sum of the lines."""

    code: ReportCode
    by: Grouping
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...]


@dataclass(frozen=True)
class Month:
    """A month of the calendar, counted from the year 0."""

    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month in which a day is."""
        return cls(day.year * 12 + day.month - 1)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.number // 12, self.number % 12 + 1, 1)

    @property
    def name(self) -> str:
        """2026-03."""
        return f"{self.number // 12}-{self.number % 12 + 1:02d}"


def last_months(today: date, count: int = MONTHS) -> tuple[Month, ...]:
    """Return the month of today and those before it, the oldest first."""
    now = Month.of(today).number
    return tuple(Month(one) for one in range(now - count + 1, now + 1))


def age_bounds(place: int, today: date) -> tuple[date | None, date]:
    """Return the first and the last due day of a bucket of AGES (no first: as long ago as may be)."""
    first, last = AGES[place]
    return (today - timedelta(days=last) if last is not None else None), today - timedelta(days=first)


def horizon_bounds(place: int, today: date) -> tuple[date, date]:
    """Return the first and the last of the last valid days of a bucket of HORIZONS."""
    first, last = HORIZONS[place]
    return today + timedelta(days=first), today + timedelta(days=last)


@dataclass(frozen=True)
class Tally:
    """Of so many due, how many are done."""

    due: int = 0
    done: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.due + other.due, self.done + other.done)

    @property
    def share(self) -> float | None:
        """Done to due; None where nothing was due."""
        return self.done / self.due if self.due else None


# A group and the column in it; the group of everything is "".
Key = tuple[str, int]
ByMonth = Mapping[Key, Tally]
T = TypeVar("T", int, Tally)


def add_up(figures: Mapping[Key, T]) -> dict[Key, T]:
    """Return the sums over all groups, of which nothing stands in two."""
    found: dict[Key, T] = {}
    for (_, place), value in figures.items():
        found["", place] = found["", place] + value if ("", place) in found else value
    return found


def completion_sheet(
    by: Grouping, months: Sequence[Month], tallies: ByMonth, total: ByMonth, names: Mapping[str, Name]
) -> Sheet:
    """Return the share completed by group and month, the least complete group first."""
    columns = [Column(one.name, Kind.SHARE) for one in months]
    columns += [
        Column(N_("All months"), Kind.SHARE),
        Column(N_("Due"), Kind.COUNT),
        Column(N_("Done"), Kind.COUNT),
    ]
    keys = {key for key, _ in tallies}
    lines = [Line(key, names.get(key, key), _shares(key, months, tallies)) for key in keys]
    place = len(months)
    lines.sort(key=lambda one: (one.cells[place] if one.cells[place] is not None else 2, one.key))
    return Sheet(ReportCode.COMPLETION, by, tuple(columns), tuple(lines), _shares("", months, total))


def bucket_sheet(
    code: ReportCode,
    by: Grouping,
    buckets: Sequence[Message],
    counts: Mapping[Key, int],
    total: Mapping[Key, int],
    names: Mapping[str, Name],
) -> Sheet:
    """Return counts by group and bucket, the group with the most first."""
    columns = [*(Column(one, Kind.COUNT) for one in buckets), Column(N_("Together"), Kind.COUNT)]
    keys = {key for key, _ in counts}
    lines = [Line(key, names.get(key, key), _counts(key, len(buckets), counts)) for key in keys]
    lines.sort(key=lambda one: (-(one.cells[-1] or 0), one.key))
    return Sheet(code, by, tuple(columns), tuple(lines), _counts("", len(buckets), total))


def hours_sheet(
    by: Grouping,
    months: Sequence[Month],
    minutes: Mapping[Key, int],
    total: Mapping[Key, int],
    names: Mapping[str, Name],
) -> Sheet:
    """Return hours by group and month, the group with the most first."""
    columns = [*(Column(one.name, Kind.HOURS) for one in months), Column(N_("Together"), Kind.HOURS)]
    keys = {key for key, _ in minutes}
    lines = [Line(key, names.get(key, key), _hours(key, months, minutes)) for key in keys]
    lines.sort(key=lambda one: (-(one.cells[-1] or 0), one.key))
    return Sheet(ReportCode.HOURS, by, tuple(columns), tuple(lines), _hours("", months, total))


def bucket_names(code: ReportCode) -> tuple[Message, ...]:
    """Return what the buckets of a report are called."""
    if code is ReportCode.OVERDUE:
        named = [N_("%(first)s–%(last)s days", first=first, last=last) for first, last in AGES[:-1]]
        return (*named, N_("over 90 days"))
    return tuple(N_("within %(days)s days", days=HORIZONS[0][1]) if not first else
                 N_("in %(first)s–%(last)s days", first=first, last=last) for first, last in HORIZONS)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One overdue assignment or one certificate that runs out, with whose it is."""

    id: UUID
    person_id: UUID
    employee_no: str
    person_name: str
    region: str
    manager_id: UUID | None
    title: LocalizedText
    day: date


def _within(days: int, first: int, last: int | None) -> bool:
    return first <= days and (last is None or days <= last)


def _shares(key: str, months: Sequence[Month], tallies: ByMonth) -> tuple[Cell, ...]:
    found = [tallies.get((key, one.number), Tally()) for one in months]
    whole = sum(found, Tally())
    return (*(one.share for one in found), whole.share, whole.due, whole.done)


def _counts(key: str, buckets: int, counts: Mapping[Key, int]) -> tuple[Cell, ...]:
    found = [counts.get((key, place), 0) for place in range(buckets)]
    return (*found, sum(found))


def _hours(key: str, months: Sequence[Month], minutes: Mapping[Key, int]) -> tuple[Cell, ...]:
    found = [minutes.get((key, one.number), 0) for one in months]
    return (*(round(one / 60, 1) for one in found), round(sum(found) / 60, 1))
