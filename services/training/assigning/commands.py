"""Asking courses of people whom no learning path asks for them: one, many, or those of a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite

from services.training.assigning.queries import (
    courses_of_file,
    next_people,
    outcomes,
    people_of_file,
    selected,
)
from services.training.assigning.rules import (
    COLUMNS,
    MOST_ROWS,
    Cells,
    Line,
    Outcome,
    Wish,
    check_due,
    read_lines,
)
from services.training.assignments.commands import ask_by_hand, hand_row
from services.training.assignments.models import Assignment
from services.training.assignments.rules import Origin
from services.training.certifications.rules import Due
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id, find_version
from services.training.courses.rules import VersionStatus
from services.training.notices.commands import Telling, tell_many
from services.training.notices.rules import NoticeKind
from services.training.permissions import visible_team
from services.training.revisions.commands import new_entries
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.directory import Audience, DirectoryPerson
from shared.eventlog import append_many
from shared.jobs import Job, enqueue
from shared.tabular import match_columns, read_table

ASSIGN_JOB = "training.assign"
FILE_JOB = "training.assign.file"
_AT_A_TIME = 1_000


@dataclass(frozen=True)
class Order:
    """What is asked of whom: of `ids`, or of an audience; `by` is who asks, and so whose people they are."""

    course_id: UUID
    due_on: date
    by: Principal
    note: str | None = None
    ids: tuple[UUID, ...] | None = None
    audience: Audience | None = None

    def people(self, today: date) -> ColumnElement[bool]:
        """Return the condition on those of whom it is asked."""
        return selected(visible_team(self.by, DirectoryPerson.id), self.ids, self.audience, today)

    def to_json(self) -> dict[str, Any]:
        """Return the form in which a job keeps it; the asker without a name."""
        return {
            "course_id": self.course_id,
            "due_on": self.due_on,
            "note": self.note,
            "ids": list(self.ids) if self.ids is not None else None,
            "audience": self.audience.to_json() if self.audience is not None else None,
            "by": principal_json(self.by),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Order":
        """Read it back."""
        ids, audience = stored["ids"], stored["audience"]
        return cls(
            UUID(stored["course_id"]),
            date.fromisoformat(stored["due_on"]),
            principal_of(stored["by"]),
            stored["note"],
            tuple(UUID(one) for one in ids) if ids is not None else None,
            Audience.from_json(audience) if audience is not None else None,
        )


@dataclass
class Tally:
    """What became of how many."""

    counts: dict[Outcome, int] = field(default_factory=dict)
    last_id: UUID | None = None


def assign_one(
    uow: UnitOfWork,
    person: DirectoryPerson,
    course: Course,
    due_on: date,
    note: str | None,
    *,
    actor: Principal,
    now: datetime,
) -> Assignment:
    """Ask a course of somebody by a day. Raises InvalidInput, and Conflict when it is asked of them already, when
    something counts in its stead, or when there is nothing to learn from yet."""
    today = local_date(now)
    check_due(due_on, today)
    if find_version(uow.session, course.id, VersionStatus.PUBLISHED) is None:
        raise Conflict(N_("This course has no published version yet"))
    wish = Wish(person.id, course.id, due_on)
    outcome = outcomes(uow.session, [wish], DirectoryPerson.id == person.id, today)[wish]
    if outcome is Outcome.OPEN:
        raise Conflict(N_("This course is asked of them already"))
    if outcome is Outcome.CREDITED:
        raise Conflict(N_("They are exempt from this course, or something counts in its stead"))
    due = Due(today, due_on)
    made = ask_by_hand(
        uow, person.id, course, due, origin=Origin.HAND, note=_plain(note), actor=actor, now=now
    )
    tell_many(uow, [_telling(made.id, wish)], now=now)
    return made


def assign_chunk(uow: UnitOfWork, order: Order, after: UUID | None, *, now: datetime) -> Tally:
    """Ask the next people of an order, in bulk; begun again at any place, nobody is asked twice."""
    today = local_date(now)
    selection = order.people(today)
    people = next_people(uow.session, selection, after, _AT_A_TIME)
    if not people:
        return Tally()
    between = selection & DirectoryPerson.id.between(people[0].id, people[-1].id)
    wishes = [Wish(one.id, order.course_id, order.due_on) for one in people]
    found = outcomes(uow.session, wishes, between, today)
    new = [one for one in wishes if found[one] is Outcome.NEW]
    ends = {one.id: end_of_day(one.left_on) for one in people if one.left_on is not None}
    made = _make(uow, new, dict.fromkeys(new, order.note), Origin.HAND, ends, order.by, now)
    counts: dict[Outcome, int] = {Outcome.NEW: made}
    for outcome in found.values():
        if outcome is not Outcome.NEW:
            counts[outcome] = counts.get(outcome, 0) + 1
    return Tally(counts, people[-1].id)


def enqueue_order(uow: UnitOfWork, order: Order, *, now: datetime) -> Job:
    """Let a job ask the people of an order."""
    return enqueue(uow, ASSIGN_JOB, order.to_json(), now=now, created_by=order.by)


def read_file(uow: UnitOfWork, data: bytes, name: str, by: Principal, *, now: datetime) -> list[Line]:
    """Read a file of assignments and say what each line comes to; nothing is changed.

    Raises InvalidInput for what is no table or lacks a column, TooLarge for too many rows.
    """
    table = read_table(data, name, max_rows=MOST_ROWS)
    columns = match_columns(table.headers, COLUMNS)
    rows = [
        Cells(
            one.number,
            one.cells[columns["employee_no"]],
            one.cells[columns["course"]],
            one.cells[columns["due_on"]],
            one.cells[columns["note"]] if "note" in columns else "",
        )
        for one in table.rows
    ]
    if not rows:
        message = N_("The file has no rows below its headings")
        raise InvalidInput(message, fields={"file": [message]})
    today = local_date(now)
    team = visible_team(by, DirectoryPerson.id)
    people = people_of_file(uow.session, rows, team, today)
    lines = read_lines(rows, people, courses_of_file(uow.session, rows), today)
    return _with_outcomes(uow, lines, today)


def apply_lines(
    uow: UnitOfWork, lines: Sequence[Line], *, by: Principal, now: datetime
) -> dict[Outcome, int]:
    """Do what lines that were just read come to, and return what became of how many."""
    notes = {one.wish: one.note for one in lines if one.outcome is Outcome.NEW and one.wish is not None}
    made = _make(uow, list(notes), notes, Origin.CSV, {}, by, now)
    counts = {outcome: sum(one.outcome is outcome for one in lines) for outcome in Outcome}
    return counts | {Outcome.NEW: made}


def principal_json(by: Principal) -> dict[str, Any]:
    """Return who asks in the form in which a job keeps it, without a name."""
    return {"account": by.account_id, "roles": sorted(by.roles), "person": by.person_id}


def principal_of(stored: dict[str, Any]) -> Principal:
    """Read it back."""
    person = stored["person"]
    roles = frozenset(Role(one) for one in stored["roles"])
    return Principal(UUID(stored["account"]), "", roles, UUID(person) if person else None)


def _with_outcomes(uow: UnitOfWork, lines: list[Line], today: date) -> list[Line]:
    good = [one.wish for one in lines if one.outcome is Outcome.NEW and one.wish is not None]
    found: dict[Wish, Outcome] = {}
    for first in range(0, len(good), 5_000):
        some = good[first : first + 5_000]
        named = DirectoryPerson.id.in_({one.person_id for one in some})
        found |= outcomes(uow.session, some, named, today)
    return [
        replace(one, outcome=found[one.wish]) if one.outcome is Outcome.NEW and one.wish is not None else one
        for one in lines
    ]


def _make(
    uow: UnitOfWork,
    wishes: Sequence[Wish],
    notes: dict[Wish, str | None],
    origin: Origin,
    ends: dict[UUID, datetime],
    by: Principal,
    now: datetime,
) -> int:
    """Insert the assignments, their events and their notices; return how many were made.

    Somebody else may ask the same at the same moment: what is open by then stays as it is.
    """
    if not wishes:
        return 0
    today = local_date(now)
    rows: list[dict[str, Any]] = [
        hand_row(one.person_id, one.course_id, Due(today, one.due_on), origin, _plain(notes[one]), now)
        | {"id": new_id(), "released_at": ends.get(one.person_id)}
        for one in wishes
    ]
    courses = courses_by_id(uow.session, {one.course_id for one in wishes})
    entries = list(new_entries(rows, courses, actor=by.actor, now=now))
    kept = _insert(uow, rows)
    subjects = {f"{Assignment.__audit_kind__}/{one}" for one in kept} | {
        f"standing/training_overdue/{one}" for one in kept
    }
    append_many(uow.session.connection(), [one for one in entries if one.subject in subjects])
    made = [_telling(row["id"], wish) for row, wish in zip(rows, wishes, strict=True) if row["id"] in kept]
    tell_many(uow, made, now=now)
    return len(kept)


def _insert(uow: UnitOfWork, rows: list[dict[str, Any]]) -> set[UUID]:
    table = sqlite.insert(Assignment) if uow.database.is_sqlite else postgresql.insert(Assignment)
    kept: set[UUID] = set()
    for first in range(0, len(rows), 500):
        some = table.values(rows[first : first + 500]).on_conflict_do_nothing().returning(Assignment.id)
        kept.update(uow.session.scalars(some))
    return kept


def _telling(assignment_id: UUID, wish: Wish) -> Telling:
    return Telling(
        wish.person_id,
        NoticeKind.ASSIGNED,
        wish.course_id,
        str(assignment_id),
        assignment_id,
        due_on=wish.due_on,
    )


def _plain(note: str | None) -> str | None:
    return (note or "").strip() or None
