"""What asking a course of somebody comes to, by hand or by a line of a file. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.core.errors import InvalidInput
from shared.core.text import N_, LocalizedText, Message
from shared.tabular import Field, parse_day

# A due day further away than this is a typing error.
MOST_DAYS = 730
MOST_ROWS = 20_000
# So many are done at once, while one waits; more are done by a job.
AT_ONCE = 200

COLUMNS = (
    Field("employee_no", ("工号", "员工编号", "Employee number", "Employee no")),
    Field("course", ("课程代码", "课程编号", "Course code", "Course")),
    Field("due_on", ("截止日期", "到期日", "Due date", "Due on")),
    Field("note", ("备注", "说明", "Note"), required=False),
)


class Outcome(StrEnum):
    """What asking somebody comes to."""

    NEW = "new"
    OPEN = "open"
    SAME = "same"
    CREDITED = "credited"
    ERROR = "error"


OUTCOME_WORDS = {
    Outcome.NEW: N_("Will be assigned"),
    Outcome.OPEN: N_("Is asked of them already"),
    Outcome.SAME: N_("Was assigned so before"),
    Outcome.CREDITED: N_("Exempt, or something counts in its stead"),
    Outcome.ERROR: N_("Cannot be assigned"),
}


class Wish(NamedTuple):
    """A course to ask of somebody by a day."""

    person_id: UUID
    course_id: UUID
    due_on: date


class Known(NamedTuple):
    """An assignment that somebody has or had for a course, with the due day it began with."""

    is_open: bool
    made_due_on: date


class FileCourse(NamedTuple):
    """A course as a file may name it; one without a published version cannot be asked by file."""

    id: UUID
    title: LocalizedText
    is_published: bool


@dataclass(frozen=True)
class Line:
    """One line of a file and what it comes to; `problems` when it cannot be done."""

    row: int
    employee_no: str
    course_code: str
    due_text: str
    outcome: Outcome
    name: str = ""
    title: LocalizedText | None = None
    wish: Wish | None = None
    note: str | None = None
    problems: tuple[Message, ...] = ()


def check_due(due_on: date, today: date, field: str = "due_on") -> None:
    """Raise InvalidInput for a due day that has passed or is too far away."""
    problem = due_problem(due_on, today)
    if problem is not None:
        raise InvalidInput(problem, fields={field: [problem]})


def due_problem(due_on: date, today: date) -> Message | None:
    """Return what is wrong with a due day, or None."""
    if due_on < today:
        return N_("That day has passed")
    if due_on > today + timedelta(days=MOST_DAYS):
        return N_("At most %(days)s days from today", days=MOST_DAYS)
    return None


def outcome_of(wish: Wish, known: Collection[Known], *, credited: bool) -> Outcome:
    """Return what asking comes to. Asked a second time in the same way, it changes nothing, done or not."""
    if any(one.is_open for one in known):
        return Outcome.OPEN
    if any(one.made_due_on == wish.due_on for one in known):
        return Outcome.SAME
    return Outcome.CREDITED if credited else Outcome.NEW


@dataclass(frozen=True)
class Cells:
    """One row of a file, as text."""

    row: int
    employee_no: str
    course_code: str
    due_text: str
    note: str


def read_lines(
    rows: Sequence[Cells],
    people: Mapping[str, tuple[UUID, str]],
    courses: Mapping[str, FileCourse],
    today: date,
) -> list[Line]:
    """Read the rows of a file: `people` are those the reader may assign to, by employee number, with their names.

    A line that stands twice is done once. What a line comes to is OPEN, SAME or CREDITED only after outcome_of.
    """
    lines: list[Line] = []
    seen: dict[tuple[UUID, UUID], int] = {}
    for one in rows:
        problems: list[Message] = []
        person = people.get(one.employee_no)
        if person is None:
            problems.append(N_("There is nobody with this employee number"))
        course = courses.get(one.course_code.casefold())
        if course is None:
            problems.append(N_("There is no course with this code"))
        elif not course.is_published:
            problems.append(N_("This course has no published version yet"))
        due_on = parse_day(one.due_text)
        problem = (
            N_("This is not a date, such as 2026-12-31") if due_on is None else due_problem(due_on, today)
        )
        if person is not None and course is not None:
            first = seen.setdefault((person[0], course.id), one.row)
            if first != one.row:
                problems.append(N_("The same person and course stand in row %(row)s", row=first))
        wish = None
        if person is not None and course is not None and due_on is not None:
            wish = Wish(person[0], course.id, due_on)
        lines.append(
            Line(
                one.row,
                one.employee_no,
                one.course_code,
                one.due_text,
                Outcome.ERROR if problems or problem is not None else Outcome.NEW,
                person[1] if person else "",
                course.title if course else None,
                wish,
                one.note[:500] or None,
                (*problems, problem) if problem is not None else tuple(problems),
            )
        )
    return lines
