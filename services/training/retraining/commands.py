"""Asking the certified to take a new version of their course: in bulk, a chunk of people at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update

from services.training.assignments.commands import move_assignment
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus, Origin
from services.training.certifications.rules import Due
from services.training.courses.models import Course, CourseVersion
from services.training.retraining.queries import Holder, next_holders, open_of_people
from services.training.retraining.rules import Asking, Standing, asking, due_of
from services.training.revisions.commands import new_entries
from services.training.standing.commands import standing_subject
from services.training.standing.rules import AssignmentFacts, Subject, assignment_url, overdue_stated
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.core.text import N_
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import Entry, append_many, row_state
from shared.messages.training import AssignmentMoved

_COLUMNS = tuple(one.name for one in Assignment.__table__.columns)


@dataclass(frozen=True)
class Chunk:
    """How far a pass over the certified came: `last_id` None when there was nobody left."""

    last_id: UUID | None
    people: int
    asked: int


def ask_again(
    uow: UnitOfWork,
    course: Course,
    version: CourseVersion,
    after: UUID | None,
    *,
    now: datetime,
    limit: int = 2_000,
) -> Chunk:
    """Let the next people who hold a counting certificate take a version that says so, by the day it says.

    Whoever is asked already, and for no later, is left alone: so a pass can be begun again at any place.
    """
    assert version.published_at is not None
    assert version.retrain_days is not None
    due = due_of(local_date(version.published_at), version.retrain_days)
    holders = next_holders(uow.session, course.id, version.id, after, limit)
    if not holders:
        return Chunk(None, 0, 0)
    open_now = open_of_people(uow.session, course.id, [one.person.id for one in holders])
    rows: list[dict[str, Any]] = []
    moved: list[Assignment] = []
    for one in holders:
        found = open_now.get(one.person.id)
        match asking(_standing(one, found), due):
            case Asking.MAKE:
                rows.append(_new_row(one, course, due, now))
            case Asking.MOVE:
                assert found is not None
                moved.append(found)
            case Asking.NOTHING:
                continue
    if rows:
        entries = list(new_entries(rows, {course.id: course}, actor=SYSTEM.actor, now=now))
        uow.session.connection().execute(insert(Assignment.__table__), rows)
        append_many(uow.session.connection(), entries)
    _move(uow, course, moved, due, now)
    return Chunk(holders[-1].person.id, len(holders), len(rows) + len(moved))


def _standing(one: Holder, found: Assignment | None) -> Standing:
    return Standing(
        one.certificate.valid_until,
        one.person.left_on,
        found.due_on if found is not None else None,
        begun=found is not None and found.status is AssignmentStatus.IN_PROGRESS,
    )


def _new_row(one: Holder, course: Course, due: Due, now: datetime) -> dict[str, Any]:
    """Return the columns of an assignment that the course's revision asks for, whatever any path says."""
    until = end_of_day(one.person.left_on) if one.person.left_on is not None else None
    return dict.fromkeys(_COLUMNS) | {
        "id": new_id(),
        "person_id": one.person.id,
        "course_id": course.id,
        "status": AssignmentStatus.ASSIGNED,
        "made_at": now,
        "opens_on": due.opens_on,
        "due_on": due.due_on,
        "made_due_on": due.due_on,
        "grace_days": due.grace_days,
        "version": 1,
        # The path for which it was earned, if one did, is where people look for it.
        "requirement_id": one.by.requirement_id if one.by is not None else None,
        "curriculum_id": one.by.curriculum_id if one.by is not None else None,
        "origin": Origin.RETRAINING,
        "released_at": until,
    }


def _move(uow: UnitOfWork, course: Course, moved: list[Assignment], due: Due, now: datetime) -> None:
    """Let what is open already, mostly the next yearly time, be due now, set-based but for what is one of a choice."""
    entries: list[Entry] = []
    changes: list[dict[str, Any]] = []
    for one in moved:
        if one.choice_id is not None or one.due_on > one.made_due_on:
            move_assignment(uow, one, due, actor=SYSTEM, now=now)
            continue
        entry_id = new_id()
        row = {name: getattr(one, name) for name in _COLUMNS} | {
            "opens_on": due.opens_on,
            "due_on": due.due_on,
            "made_due_on": due.due_on,
            "grace_days": due.grace_days,
            "version": one.version + 1,
            "last_event_id": entry_id,
        }
        told = AssignmentMoved(one.id, one.person_id, one.due_on, due.opens_on, due.due_on, due.grace_days)
        subject, state = f"{Assignment.__audit_kind__}/{one.id}", row_state(Assignment, row)
        entries.append(
            Entry(told, subject, SYSTEM.actor, now, person_id=one.person_id, state=state, id=entry_id)
        )
        about = Subject(one.person_id, one.id, course.title, course.category, assignment_url(one.id))
        stated = overdue_stated(about, AssignmentFacts(due.due_on, None, one.released_at, due.grace_days))
        entries.append(Entry(stated, standing_subject(stated), SYSTEM.actor, now, person_id=one.person_id))
        changes.append({f"b_{name}": value for name, value in row.items()} | {"b_before": one.version})
        uow.session.expunge(one)
    if not changes:
        return
    table = Assignment.__table__
    names = ("opens_on", "due_on", "made_due_on", "grace_days", "version", "last_event_id")
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.version == bindparam("b_before"))
        .values({name: bindparam(f"b_{name}") for name in names})
    )
    wanted = {f"b_{name}" for name in (*names, "id", "before")}
    given = [{name: value for name, value in one.items() if name in wanted} for one in changes]
    done = uow.session.connection().execute(statement, given)
    if done.rowcount != len(changes):
        # Somebody began theirs at this very moment: the pass is made anew.
        raise Conflict(N_("Somebody else changed this at the same moment"))
    append_many(uow.session.connection(), entries)
