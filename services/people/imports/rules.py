"""What a roster file would do to the roster: a plan that holds together, or every reason why it does not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.people.roster import rules as roster
from services.people.roster.rules import Facts, Post
from services.people.sheets.rules import HEADINGS, read_values
from shared.core.errors import IllegalTransition
from shared.core.text import N_, Message
from shared.tabular import RowError

# A file that is said to be the whole roster and would end more than this share is more likely a part of it.
MOST_MISSING_PERCENT = 10
KEPT_FOR = timedelta(days=1)
_FACTS = ("employee_no", "name", "hired_on", "email", "tags")
_POST = ("position", "org_unit", "region", "product_lines", "manager")
_NEEDED = ("employee_no", "name", "hired_on", "position")


class ImportStatus(StrEnum):
    """Where a roster file stands; whether it has expired is told by the time."""

    UPLOADED = "uploaded"
    APPLIED = "applied"
    DISCARDED = "discarded"


class Kind(StrEnum):
    """What happens to somebody."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True)
class ImportRow:
    """One row of the file: its number as a spreadsheet shows it, and its cells by field."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """Somebody on the roster; `post.manager` is the manager's employee number."""

    person_id: UUID
    facts: Facts
    post: Post
    assigned_since: date
    left_on: date | None = None


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Step:
    """What happens to one person. `row` is None for somebody whom a whole roster does not name.

    `left_on` is set where a last day worked becomes known or another; `returns` where it is taken back.
    """

    kind: Kind
    facts: Facts
    post: Post
    since: date
    row: int | None
    known: Known | None = None
    changes: tuple[FieldChange, ...] = ()
    left_on: date | None = None
    returns: bool = False


@dataclass
class Plan:
    """All that a file would do. With any of `errors`, or a `stop`, it is not carried out."""

    steps: list[Step] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    stop: Message | None = None

    @property
    def sound(self) -> bool:
        """Whether it may be carried out."""
        return not self.errors and self.stop is None

    def of(self, kind: Kind) -> list[Step]:
        """Return the steps of one kind, in the order of the file."""
        return [step for step in self.steps if step.kind is kind]


def next_status(status: ImportStatus, step: str) -> ImportStatus:
    """Return the status after `step`; raise IllegalTransition for any other than those below."""
    match status, step:
        case ImportStatus.UPLOADED, "apply":
            return ImportStatus.APPLIED
        case ImportStatus.UPLOADED, "discard":
            return ImportStatus.DISCARDED
        case _:
            raise IllegalTransition("roster import", status, step)


def make_plan(
    rows: Sequence[ImportRow], known: Mapping[str, Known], today: date, *, whole_roster: bool = False
) -> Plan:
    """Compare the file's rows with the roster by employee number.

    Fields for which the file has no column stay as they are. A changed assignment begins on the row's own
    date, else today. Nobody is ended but by a last day worked or, with `whole_roster`, by being left out.
    """
    plan = Plan()
    values = {}
    for row in rows:
        values[row.number], wrong = read_values(row.number, row.cells)
        plan.errors += wrong
    broken = {error.row for error in plan.errors}
    numbers = {number: str(found.get("employee_no") or "") for number, found in values.items()}
    repeated = _refuse_repeated(plan, numbers)
    for number, found in values.items():
        if number not in broken and numbers[number] not in repeated:
            _add_row(plan, number, found, known.get(numbers[number]), today)
    _refuse_managers(plan, known, set(numbers.values()))
    if whole_roster:
        _end_missing(plan, known, set(numbers.values()), today)
    plan.errors.sort(key=lambda error: error.row)
    return plan


def _refuse_repeated(plan: Plan, numbers: Mapping[int, str]) -> set[str]:
    """Refuse rows without a number and rows that share one; return the shared ones."""
    first: dict[str, int] = {}
    repeated = {number for number, count in Counter(numbers.values()).items() if number and count > 1}
    for row, number in numbers.items():
        if number in repeated and number in first:
            message = N_("Row %(row)s has the same employee number", row=first[number])
            plan.errors.append(RowError(row, "employee_no", message))
        first.setdefault(number, row)
    return repeated


def _add_row(plan: Plan, row: int, values: dict[str, Any], known: Known | None, today: date) -> None:
    missing = [name for name in _NEEDED if name in values and values[name] in (None, "")]
    missing += [name for name in _NEEDED if name not in values and known is None]
    for name in missing:
        plan.errors.append(RowError(row, name, N_("“%(name)s” is empty", name=HEADINGS[name])))
    if missing:
        return
    step = _new(row, values) if known is None else _step(row, values, known, today)
    wrong = _problems(step, values, today)
    plan.errors += [RowError(row, name, message) for name, found in wrong.items() for message in found]
    if step.kind is Kind.CHANGED and not step.changes:
        plan.unchanged += 1
    else:
        plan.steps.append(step)


def _new(row: int, values: dict[str, Any]) -> Step:
    facts = Facts(**{name: values[name] for name in _FACTS if name in values})
    post = Post(**{name: values[name] for name in _POST if name in values})
    since = values.get("since") or facts.hired_on
    return Step(Kind.ADDED, facts, _without_empty(post), since, row, left_on=values.get("left_on"))


def _step(row: int, values: dict[str, Any], known: Known, today: date) -> Step:
    facts = replace(known.facts, **{name: values[name] for name in _FACTS if name in values})
    post = _without_empty(replace(known.post, **{name: values[name] for name in _POST if name in values}))
    left_on = values.get("left_on", known.left_on)
    changes = [*_changes(known.facts, facts), *_changes(known.post, post)]
    if left_on != known.left_on:
        changes.append(FieldChange("left_on", known.left_on, left_on))
    returns = known.left_on is not None and left_on is None
    leaves = left_on is not None and left_on != known.left_on
    stated = values.get("since")
    since = stated if stated not in (None, known.assigned_since) else max(today, facts.hired_on)
    if left_on is not None and leaves and stated in (None, known.assigned_since):
        since = max(known.assigned_since, min(since, left_on))
    return Step(
        Kind.ENDED if leaves and known.left_on is None else Kind.CHANGED, facts, post, since, row, known,
        tuple(changes), left_on if leaves else None, returns,
    )  # fmt: skip


def _without_empty(post: Post) -> Post:
    return replace(post, manager=post.manager or None)


def _changes(before: Facts | Post, after: Facts | Post) -> Iterable[FieldChange]:
    for name in roster.changed_fields(before, after):
        yield FieldChange(name, getattr(before, name), getattr(after, name))


def _problems(step: Step, values: Mapping[str, Any], today: date) -> dict[str, list[Message]]:
    """Return what is wrong with one row, by field, as far as the row alone and its own past can tell."""
    found = roster.problems_of(step.facts, step.post, today)
    known = step.known

    def refuse(name: str, message: Message | None) -> None:
        if message is not None:
            found.setdefault(name, []).append(message)

    gone = step.left_on or (known.left_on if known and not step.returns else None)
    if gone is not None:
        refuse("left_on", roster.problem_of_leaving(step.facts.hired_on, gone, today))
        if known is None and step.since > gone and "left_on" not in found:
            refuse("since", N_("The assignment begins after the last day worked"))
    moved = known is None or step.post != known.post
    if known is not None:
        before, current = known.facts.hired_on, known.assigned_since
        refuse("hired_on", roster.problem_of_hire_date(before, step.facts.hired_on, current))
        if moved and gone is not None and step.since > gone:
            refuse("position", N_("They have left; their assignment cannot change"))
    if moved or step.returns:
        refuse("since", _problem_of_start(step, values, today))
    return found


def _problem_of_start(step: Step, values: Mapping[str, Any], today: date) -> Message | None:
    if step.known is not None and values.get("since") in (None, step.known.assigned_since):
        return None  # The day was chosen here.
    current = step.known.assigned_since if step.known else None
    return roster.problem_of_start(step.since, hired_on=step.facts.hired_on, current=current, today=today)


def _refuse_managers(plan: Plan, known: Mapping[str, Known], in_file: set[str]) -> None:
    """Refuse managers who are nowhere, and circles, on the roster as it would be."""
    manager_of = {number: one.post.manager for number, one in known.items()}
    row_of: dict[str, int] = {}
    for step in plan.steps:
        manager_of[step.facts.employee_no] = step.post.manager
        if step.row is not None:
            row_of[step.facts.employee_no] = step.row
    for number, row in row_of.items():
        manager = manager_of[number]
        if manager is not None and manager not in manager_of and manager not in in_file:
            message = N_("The manager %(number)s is neither on the roster nor in the file", number=manager)
            plan.errors.append(RowError(row, "manager", message))
    for circle in roster.circles_of(manager_of):
        way = " → ".join((*circle, circle[0])) if len(circle) < 12 else " → ".join((*circle[:11], "…"))
        for number in circle:
            if number in row_of:
                message = N_("Reports to themselves: %(way)s", way=way)
                plan.errors.append(RowError(row_of[number], "manager", message))


def _end_missing(plan: Plan, known: Mapping[str, Known], in_file: set[str], today: date) -> None:
    """End those who are here and whom the whole roster does not name; stop when there are too many."""
    here = [one for one in known.values() if one.left_on is None]
    missing = [one for one in here if one.facts.employee_no not in in_file]
    for one in missing:
        last = max(today, one.facts.hired_on)
        change = FieldChange("left_on", None, last)
        plan.steps.append(
            Step(Kind.ENDED, one.facts, one.post, one.assigned_since, None, one, (change,), left_on=last)
        )
    if len(missing) * 100 > len(here) * MOST_MISSING_PERCENT:
        plan.stop = N_(
            "The file leaves out %(missing)s of %(here)s people, more than a tenth: is it the whole roster? "
            "If they have left, give each a last day worked instead.",
            missing=len(missing),
            here=len(here),
        )
