"""What a line of a file of mentorships comes to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.training.mentoring.rules import PlanItem
from services.training.mentoring.rules import due_on as last_day
from services.training.pairing.rules import Person, obstacle
from shared.core.text import N_, LocalizedText, Message
from shared.tabular import Field, parse_day

MOST_ROWS = 500
# What began longer ago, or begins later, is a typing error.
MOST_DAYS_AGO = 365
MOST_DAYS_AHEAD = 90
# A plan has 52 weeks at most.
MOST_DAYS = 364

COLUMNS = (
    Field("mentee", ("学员工号", "徒弟工号", "Mentee", "Mentee's employee number")),
    Field("mentor", ("导师工号", "Mentor", "Mentor's employee number")),
    Field("plan", ("带教计划代码", "计划代码", "Plan", "Plan code")),
    Field("start", ("开始日期", "Start", "Start date")),
    Field("due", ("截止日期", "完成日期", "Due", "Due date"), required=False),
)


class Outcome(StrEnum):
    """What a line comes to."""

    NEW = "new"
    SAME = "same"
    ERROR = "error"


OUTCOME_WORDS = {
    Outcome.NEW: N_("Will begin"),
    Outcome.SAME: N_("Is so already"),
    Outcome.ERROR: N_("Cannot be taken over"),
}


@dataclass(frozen=True)
class Cells:
    """One row of a file, as text; `due` is "" where the plan says it."""

    row: int
    mentee: str
    mentor: str
    plan: str
    start: str
    due: str = ""


@dataclass(frozen=True)
class Plan:
    """A plan as a file may name it."""

    id: UUID
    title: LocalizedText
    items: tuple[PlanItem, ...]


@dataclass(frozen=True)
class Known:
    """What is known of those whom a file names.

    `mentees` are those whom the reader may pair and `mentors` everybody here, by employee number; `names` by id;
    `running`: the mentor of each mentee who has one, or for whom one is proposed; `handed_on`: mentees whose mentor
    is gone, so that the next one takes over plan and notes.
    """

    mentees: Mapping[str, Person]
    mentors: Mapping[str, Person]
    names: Mapping[UUID, str]
    plans: Mapping[str, Plan]
    running: Mapping[UUID, UUID] = field(default_factory=dict)
    handed_on: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Pair:
    """A mentorship as a line asks for it: from its first day to its last."""

    mentee_id: UUID
    mentor_id: UUID
    plan_id: UUID
    started_on: date
    due_on: date


@dataclass(frozen=True)
class Line:
    """One line and what it comes to; `problems` when it cannot be done."""

    cells: Cells
    outcome: Outcome
    mentee: str = ""
    mentor: str = ""
    pair: Pair | None = None
    problems: tuple[Message, ...] = ()


def read_lines(rows: Sequence[Cells], known: Known, today: date) -> list[Line]:
    """Read the rows of a file. A mentor's load counts the lines above; a mentee stands in one line only."""
    lines: list[Line] = []
    loads: dict[UUID, int] = {}
    seen: dict[UUID, int] = {}
    for cells in rows:
        line = _read(cells, known, loads, today)
        mentee = known.mentees.get(cells.mentee)
        if mentee is not None:
            first = seen.setdefault(mentee.id, cells.row)
            if first != cells.row:
                twice = N_("The same mentee stands in row %(row)s", row=first)
                line = replace(line, outcome=Outcome.ERROR, pair=None, problems=(*line.problems, twice))
        if line.outcome is Outcome.NEW and line.pair is not None:
            loads[line.pair.mentor_id] = loads.get(line.pair.mentor_id, 0) + 1
        lines.append(line)
    return lines


def _read(cells: Cells, known: Known, loads: Mapping[UUID, int], today: date) -> Line:
    mentee, mentor = known.mentees.get(cells.mentee), known.mentors.get(cells.mentor)
    plan = known.plans.get(cells.plan.casefold())
    started_on, problems = _first_day(cells.start, today)
    due_on = _last_day(cells.due, started_on, plan, problems)
    if plan is None:
        problems.insert(0, N_("There is no mentoring plan with this code"))
    if mentor is None:
        problems.insert(0, N_("No mentor here has this employee number"))
    if mentee is None:
        problems.insert(0, N_("No mentee of yours has this employee number"))
    is_same = mentee is not None and mentor is not None and known.running.get(mentee.id) == mentor.id
    if mentee is not None and mentor is not None and not is_same:
        problems += _obstacles(mentee, mentor, known, loads, today)
    line = Line(cells, Outcome.ERROR, _name(mentee, known), _name(mentor, known), problems=tuple(problems))
    if problems or mentee is None or mentor is None or plan is None or not started_on or not due_on:
        return line
    pair = Pair(mentee.id, mentor.id, plan.id, started_on, due_on)
    return replace(line, outcome=Outcome.SAME if is_same else Outcome.NEW, pair=pair)


def _name(person: Person | None, known: Known) -> str:
    return known.names.get(person.id, "") if person is not None else ""


def _obstacles(
    mentee: Person, mentor: Person, known: Known, loads: Mapping[UUID, int], today: date
) -> list[Message]:
    found = []
    if mentee.id in known.running:
        found.append(N_("The mentee has a mentor already, or one is proposed"))
    elif mentee.id in known.handed_on:
        found.append(
            N_("Their mentor is gone: choose the next one on the page, who takes over plan and notes")
        )
    problem = obstacle(mentee, replace(mentor, load=mentor.load + loads.get(mentor.id, 0)), today)
    return [*found, problem] if problem is not None else found


def _first_day(text: str, today: date) -> tuple[date | None, list[Message]]:
    day = parse_day(text)
    if day is None:
        return None, [N_("This is not a date, such as 2026-12-31")]
    if day < today - timedelta(days=MOST_DAYS_AGO):
        return day, [N_("It began more than %(days)s days ago", days=MOST_DAYS_AGO)]
    if day > today + timedelta(days=MOST_DAYS_AHEAD):
        return day, [N_("It begins in more than %(days)s days", days=MOST_DAYS_AHEAD)]
    return day, []


def _last_day(text: str, started_on: date | None, plan: Plan | None, problems: list[Message]) -> date | None:
    """Return the day by which it is to be done, the plan's last one where the line does not say."""
    if not text:
        return last_day(started_on, plan.items) if started_on is not None and plan is not None else None
    day = parse_day(text)
    if day is None:
        problems.append(N_("The due date is not a date, such as 2026-12-31"))
    elif started_on is not None and not 0 < (day - started_on).days <= MOST_DAYS:
        problems.append(N_("It is due after it begins, within %(days)s days", days=MOST_DAYS))
    return day
