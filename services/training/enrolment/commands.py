"""Bringing people's assignments to what active curricula ask of them: one person, or an audience in bulk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select

from services.training.assignments.commands import (
    cancel_assignment,
    made_message,
    make_assignment,
    new_row,
    release_assignment,
    subject_of,
)
from services.training.assignments.models import Assignment
from services.training.assignments.queries import as_wanted, had_by, list_open_of_person, wanted_of
from services.training.assignments.rules import OPEN, AssignmentStatus, CancelReason, reconcile
from services.training.certificates.commands import (
    release_certificate,
    revoke_certificate,
    state_lapse,
)
from services.training.certificates.models import Certificate
from services.training.certificates.queries import list_unrenewed_of_person
from services.training.courses.models import Course
from services.training.courses.queries import courses_by_id
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import list_requirements
from services.training.curricula.rules import CurriculumStatus, CurriculumStep, next_status
from services.training.standing.commands import standing_subject
from services.training.standing.rules import overdue_stated
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.zones import end_of_day, local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson, find_person
from shared.eventlog import Entry, append, append_many, row_state
from shared.jobs import enqueue
from shared.messages.training import CurriculumActivated, CurriculumArchived

APPLY_JOB = "training.curriculum.apply"


@dataclass(frozen=True)
class Chunk:
    """How far a pass over an audience came: `last_id` None when there was nobody left."""

    last_id: UUID | None
    people: int
    changed: int


def reconcile_person(
    uow: UnitOfWork,
    person: DirectoryPerson,
    *,
    joined_on: date,
    now: datetime,
    why: CancelReason = CancelReason.OUT_OF_AUDIENCE,
    newcomer: bool = False,
) -> int:
    """Make and cancel assignments until the person has those that active curricula ask of them; return how many.

    `joined_on` is since when new ones apply: the day of hire, or of the change. Whoever has left has none;
    of whoever is going to leave they are asked until the end of the last day. Of a `newcomer`, whom nobody
    has heard of before, nothing is read.
    """
    today = local_date(now)
    until = end_of_day(person.left_on) if person.left_on is not None else None
    gone = until is not None and until <= now
    wanted = [] if gone else wanted_of(uow.session, person, joined_on)
    had = [] if newcomer else had_by(uow.session, Assignment.person_id == person.id).get(person.id, [])
    plan = reconcile(wanted, had, today)
    for assignment in [] if newcomer else list_open_of_person(uow.session, person.id):
        if assignment.id not in plan.cancel:
            release_assignment(uow, assignment, until, now=now)
        elif gone and until is not None:
            cancel_assignment(uow, assignment, CancelReason.LEFT, at=until, now=now)
        else:
            cancel_assignment(uow, assignment, why, at=now, now=now)
    courses = courses_by_id(uow.session, [one.course_id for one, _ in plan.make]) if plan.make else {}
    for one, due in plan.make:
        made = make_assignment(uow, person.id, one, due, courses[one.course_id], actor=SYSTEM, now=now)
        release_assignment(uow, made, until, now=now)
    if not newcomer:
        exempt = {one.course_id for one in had if one.status is AssignmentStatus.EXEMPTED}
        asked = {one.course_id for one in wanted} - exempt
        _release_certificates(uow, person.id, asked, until, now)
    return len(plan.make) + len(plan.cancel)


def activate_curriculum(uow: UnitOfWork, curriculum: Curriculum, *, actor: Principal, now: datetime) -> None:
    """Let it apply to its audience from today; a job makes the assignments. Raises IllegalTransition."""
    curriculum.status = next_status(curriculum.status, CurriculumStep.ACTIVATE)
    curriculum.active_from = local_date(now)
    append(uow, CurriculumActivated(curriculum.id, curriculum.code), row=curriculum, actor=actor, now=now)
    _enqueue_apply(uow, curriculum, actor, now)


def archive_curriculum(uow: UnitOfWork, curriculum: Curriculum, *, actor: Principal, now: datetime) -> None:
    """Let it apply to nobody any more; a job cancels what nobody else asks for. Raises IllegalTransition."""
    curriculum.status = next_status(curriculum.status, CurriculumStep.ARCHIVE)
    curriculum.archived_at = now
    append(uow, CurriculumArchived(curriculum.id, curriculum.code), row=curriculum, actor=actor, now=now)
    _enqueue_apply(uow, curriculum, actor, now)


def revoke_and_ask_again(
    uow: UnitOfWork, certificate: Certificate, reason: str, *, actor: Principal, now: datetime
) -> None:
    """Revoke a certificate and see to it that there is an assignment by which it can be earned again.

    Raises IllegalTransition unless it is the one that counts.
    """
    revoke_certificate(uow, certificate, reason=reason, actor=actor, now=now)
    person = find_person(uow.session, certificate.person_id)
    if certificate.renewal_id is not None or person is None:
        return
    uow.session.flush()  # What follows reads that the certificate counts for nothing.
    reconcile_person(uow, person, joined_on=local_date(now), now=now)
    uow.session.flush()  # The assignment that this made is read back.
    for assignment in list_open_of_person(uow.session, person.id):
        if assignment.course_id == certificate.course_id:
            certificate.renewal_id = assignment.id
            state_lapse(uow, certificate, actor=actor, now=now)


def assign_chunk(
    uow: UnitOfWork, curriculum: Curriculum, after: UUID | None, *, now: datetime, limit: int = 2_000
) -> Chunk:
    """Make the assignments of an active curriculum for the next people of its audience, in bulk.

    Whoever has them already gets none, so a pass can be begun again at any place.
    """
    today = local_date(now)
    people = _next_people(uow, curriculum, after, today, limit)
    if not people:
        return Chunk(None, 0, 0)
    required = list_requirements(uow.session, curriculum_id=curriculum.id)
    between = Assignment.person_id.between(people[0].id, people[-1].id)
    had = had_by(uow.session, between, [one.course.id for one in required])
    rows: list[dict[str, Any]] = []
    for person in people:
        wanted = [as_wanted(one, person.hired_on) for one in required]
        plan = reconcile(wanted, had.get(person.id, []), today)
        until = end_of_day(person.left_on) if person.left_on is not None else None
        rows += [
            new_row(person.id, one, due, now) | {"id": new_id(), "released_at": until}
            for one, due in plan.make
        ]
    courses = {one.course.id: one.course for one in required}
    entries = list(new_entries(rows, courses, actor=SYSTEM.actor, now=now))
    if rows:
        uow.session.execute(insert(Assignment), rows)
        append_many(uow.session.connection(), entries)
    return Chunk(people[-1].id, len(people), len(rows))


def release_chunk(uow: UnitOfWork, curriculum: Curriculum, *, now: datetime, limit: int = 200) -> Chunk:
    """Reconcile the next people who still have open assignments of an archived curriculum."""
    assert curriculum.status is CurriculumStatus.ARCHIVED
    open_here = select(Assignment.person_id).where(
        Assignment.curriculum_id == curriculum.id, Assignment.status.in_(OPEN)
    )
    people = list(
        uow.session.scalars(
            select(DirectoryPerson)
            .where(DirectoryPerson.id.in_(open_here))
            .order_by(DirectoryPerson.id)
            .limit(limit)
        )
    )
    for assignment in _open_of(uow, curriculum, [one.id for one in people]):
        cancel_assignment(uow, assignment, CancelReason.ARCHIVED, at=now, now=now)
    uow.session.flush()  # What another curriculum asks for can be made only when this one is closed.
    changed = sum(
        reconcile_person(uow, one, joined_on=local_date(now), now=now, why=CancelReason.ARCHIVED)
        for one in people
    )
    return Chunk(people[-1].id if people else None, len(people), changed)


def new_entries(
    rows: list[dict[str, Any]], courses: dict[UUID, Course], *, actor: str, now: datetime
) -> Iterator[Entry]:
    """Yield the events of new assignments, and let each row point at its own (it sets `last_event_id`)."""
    for row in rows:
        assignment = Assignment(**row)
        entry = Entry(
            made_message(assignment),
            f"{Assignment.__audit_kind__}/{row['id']}",
            actor,
            now,
            person_id=row["person_id"],
            state=row_state(Assignment, row),
        )
        row["last_event_id"] = entry.id
        yield entry
        stated = overdue_stated(subject_of(assignment, courses[row["course_id"]]), assignment.facts)
        yield Entry(stated, standing_subject(stated), actor, now, person_id=row["person_id"])


def _next_people(
    uow: UnitOfWork, curriculum: Curriculum, after: UUID | None, today: date, limit: int
) -> list[DirectoryPerson]:
    statement = (
        select(DirectoryPerson)
        .where(
            curriculum.audience.where(),
            or_(DirectoryPerson.left_on.is_(None), DirectoryPerson.left_on >= today),
        )
        .order_by(DirectoryPerson.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(DirectoryPerson.id > after)
    return list(uow.session.scalars(statement))


def _open_of(uow: UnitOfWork, curriculum: Curriculum, person_ids: list[UUID]) -> list[Assignment]:
    statement = select(Assignment).where(
        Assignment.curriculum_id == curriculum.id,
        Assignment.person_id.in_(person_ids),
        Assignment.status.in_(OPEN),
    )
    return list(uow.session.scalars(statement))


def _release_certificates(
    uow: UnitOfWork, person_id: UUID, courses: set[UUID], until: datetime | None, now: datetime
) -> None:
    """Expiry impedes only while somebody asks for the course: release what nobody asks for, and take it back."""
    for certificate in list_unrenewed_of_person(uow.session, person_id):
        if until is not None:
            at: datetime | None = until
        elif certificate.course_id in courses:
            at = None
        else:
            at = certificate.released_at or now
        release_certificate(uow, certificate, at, actor=SYSTEM, now=now)


def _enqueue_apply(uow: UnitOfWork, curriculum: Curriculum, actor: Principal, now: datetime) -> None:
    enqueue(
        uow,
        APPLY_JOB,
        {"curriculum_id": curriculum.id},
        now=now,
        created_by=actor,
        key=f"{curriculum.id}/{curriculum.status}",
    )
