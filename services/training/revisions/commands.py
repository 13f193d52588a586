"""Proposing a change of a path, counting whom it changes, confirming it, and carrying it out in bulk."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from services.training.assignments.commands import (
    choice_subject,
    move_assignment,
    new_row,
)
from services.training.assignments.models import Assignment
from services.training.assignments.queries import list_open_of_person
from services.training.assignments.rules import CancelReason
from services.training.courses.models import Course
from services.training.curricula.commands import content_digest, keep_revision, write_content
from services.training.curricula.models import Curriculum, CurriculumRevision
from services.training.curricula.queries import content_of, get_curriculum
from services.training.curricula.rules import (
    CurriculumStatus,
    CurriculumStep,
    PathContent,
    check_content,
)
from services.training.curricula.rules import next_status as next_curriculum_status
from services.training.enrolment.commands import apply_plan, enqueue_apply, reconcile_person
from services.training.revisions.models import CurriculumProposal, ProposalChange
from services.training.revisions.queries import Scope, count_people, next_people, plans_of, scope_of
from services.training.revisions.rules import (
    ChangeKind,
    PersonPlan,
    ProposalStatus,
    ProposalStep,
    check_current,
    moved_courses,
    next_status,
)
from services.training.standing.commands import standing_subject
from services.training.standing.rules import (
    AssignmentFacts,
    Subject,
    assignment_url,
    choice_facts,
    overdue_stated,
)
from shared.core.canonical import canonical_json
from shared.core.errors import InvalidInput
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.core.zones import end_of_day, local_date, start_of_day
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson
from shared.eventlog import Entry, append, append_many, row_state
from shared.jobs import enqueue
from shared.messages.training import AssignmentMade, CurriculumChanged

COUNT_JOB = "training.curriculum.count"
# Up to so many people are counted while somebody waits for the page; of more, a job counts and tells how far it is.
AT_ONCE = 2_000
_AT_A_TIME = 5_000


@dataclass(frozen=True)
class Chunk:
    """How far a pass over an audience came: `last_id` None when there was nobody left."""

    last_id: UUID | None
    people: int
    changed: int


def propose(
    uow: UnitOfWork, curriculum: Curriculum, content: PathContent, *, actor: Principal, now: datetime
) -> CurriculumProposal:
    """Note what somebody would have an active path say, and count whom it would change; nothing changes yet.

    Raises IllegalTransition unless the path is active, InvalidInput as check_content does, or when the path
    says just this already. A company of more than some thousand is counted by a job.
    """
    next_curriculum_status(curriculum.status, CurriculumStep.REVISE)
    check_content(content)
    if content_digest(content) == content_digest(content_of(uow.session, curriculum)):
        raise InvalidInput(N_("Nothing is different from what the learning path says now"))
    proposal = CurriculumProposal(
        id=new_id(), curriculum_id=curriculum.id, base_revision=curriculum.revision, content=content.to_json(),
        status=ProposalStatus.COUNTING, made_by=actor.actor, made_at=now, people=0, counts={},
    )  # fmt: skip
    uow.session.add(proposal)
    uow.session.flush()  # Its changes refer to it.
    scope = proposal_scope(uow, proposal)
    if count_people(uow.session, scope, local_date(now)) <= AT_ONCE:
        after: UUID | None = None
        while (chunk := count_chunk(uow, proposal, after, now=now)).last_id is not None:
            after = chunk.last_id
    else:
        job = enqueue(
            uow, COUNT_JOB, {"proposal_id": proposal.id}, now=now, created_by=actor, key=str(proposal.id)
        )
        proposal.job_id = job.id
    return proposal


def proposal_scope(uow: UnitOfWork, proposal: CurriculumProposal) -> Scope:
    """Return the path as the proposal would have it, among all that is asked."""
    curriculum = get_curriculum(uow.session, proposal.curriculum_id)
    content = proposal.path
    return scope_of(
        uow.session, curriculum, content, moved_courses(content_of(uow.session, curriculum), content)
    )


def count_chunk(
    uow: UnitOfWork,
    proposal: CurriculumProposal,
    after: UUID | None,
    *,
    now: datetime,
    limit: int = _AT_A_TIME,
) -> Chunk:
    """Note what a proposal would change for the next people; after the last, the proposal is ready."""
    today = local_date(now)
    scope = proposal_scope(uow, proposal)
    people = next_people(uow.session, scope, after, today, limit)
    if not people:
        _finish(uow, proposal, now)
        return Chunk(None, 0, 0)
    rows = [
        {
            "proposal_id": proposal.id,
            "person_id": person.id,
            "course_id": change.course_id,
            "kind": change.kind,
            "due_before": change.due_before,
            "due_after": change.due_after,
        }
        for person, found in plans_of(uow.session, scope, people, today)
        for change in found.changes
    ]
    _forget_changes(uow, proposal, after)
    if rows:
        uow.session.execute(insert(ProposalChange), rows)
    return Chunk(people[-1].id, len(people), len(rows))


def confirm(uow: UnitOfWork, proposal: CurriculumProposal, *, actor: Principal, now: datetime) -> Curriculum:
    """Let the path say what was proposed, from now on; a job changes the assignments, as was shown.

    Raises IllegalTransition when it was confirmed or dropped before or is not counted yet, Conflict when the
    path was revised meanwhile or the count is of an earlier day.
    """
    curriculum = get_curriculum(uow.session, proposal.curriculum_id)
    proposal.status = next_status(proposal.status, ProposalStep.CONFIRM)
    counted_on = local_date(proposal.counted_at) if proposal.counted_at is not None else None
    check_current(proposal.base_revision, curriculum.revision, counted_on, local_date(now))
    curriculum.status = next_curriculum_status(curriculum.status, CurriculumStep.REVISE)
    if curriculum.revision == 0 and curriculum.active_from is not None:
        # It was activated before revisions were kept: what it said until now is kept as the first.
        keep_revision(
            uow, curriculum, content_of(uow.session, curriculum), impact_sha256=None,
            effective_at=start_of_day(curriculum.active_from), actor=actor, now=now,
        )  # fmt: skip
    content, digest = proposal.path, proposal.impact_sha256
    keep_revision(uow, curriculum, content, impact_sha256=digest, effective_at=now, actor=actor, now=now)
    assert digest is not None
    changed = CurriculumChanged(
        curriculum.id, curriculum.revision, proposal.id, digest.hex(), proposal.people
    )
    append(uow, changed, row=curriculum, actor=actor, now=now)
    write_content(uow, curriculum, content)
    enqueue_apply(uow, curriculum, actor, now)
    return curriculum


def drop(proposal: CurriculumProposal) -> None:
    """Give a proposal up; raises IllegalTransition when it was confirmed."""
    proposal.status = next_status(proposal.status, ProposalStep.DROP)


def assign_chunk(
    uow: UnitOfWork, curriculum: Curriculum, after: UUID | None, *, now: datetime, limit: int = _AT_A_TIME
) -> Chunk:
    """Bring the next people's assignments to what an active curriculum says, in bulk.

    Whoever has them already gets none, so a pass can be begun again at any place.
    """
    today = local_date(now)
    content = content_of(uow.session, curriculum)
    moved = moved_courses(_before(uow, curriculum), content)
    scope = scope_of(uow.session, curriculum, content, moved)
    people = next_people(uow.session, scope, after, today, limit)
    if not people:
        return Chunk(None, 0, 0)
    rows: list[dict[str, Any]] = []
    changed = 0
    for person, found in plans_of(uow.session, scope, people, today):
        plan = found.plan
        changed += len(plan.make) + len(plan.cancel) + len(plan.regroup) + len(found.moves)
        if plan.cancel or plan.regroup or plan.choices or found.moves:
            _apply_one(uow, person.id, found, now)
        elif plan.make:
            rows += _new_rows(person, found, now)
    if rows:
        entries = list(new_entries(rows, scope.courses, actor=SYSTEM.actor, now=now))
        uow.session.connection().execute(insert(Assignment.__table__), rows)
        append_many(uow.session.connection(), entries)
    return Chunk(people[-1].id, len(people), changed)


def release_chunk(uow: UnitOfWork, curriculum: Curriculum, *, now: datetime, limit: int = 200) -> Chunk:
    """Reconcile the next people who still have open assignments of an archived curriculum."""
    assert curriculum.status is CurriculumStatus.ARCHIVED
    scope = scope_of(uow.session, curriculum, None, frozenset())
    today = local_date(now)
    ids = [one.id for one in next_people(uow.session, scope, None, today, limit)]
    people = list(uow.session.scalars(select(DirectoryPerson).where(DirectoryPerson.id.in_(ids))))
    changed = 0
    for person in people:
        ((_, plan),) = plans_of(uow.session, scope, [person], today)
        open_now = list_open_of_person(uow.session, person.id)
        apply_plan(uow, person, plan.plan, open_now, CancelReason.ARCHIVED, at=now, now=now)
        uow.session.flush()  # What is left is read back, for certificates that nobody asks for any more.
        reconcile_person(uow, person, joined_on=today, now=now, why=CancelReason.ARCHIVED)
        changed += plan.plan.changes
    return Chunk(people[-1].id if people else None, len(people), changed)


def new_entries(
    rows: list[dict[str, Any]], courses: Mapping[UUID, Course], *, actor: str, now: datetime
) -> Iterator[Entry]:
    """Yield the events of new assignments, and let each row point at its own (it sets `last_event_id`).

    What stands in the way is stated for each, and once for all that one may choose from.
    """
    choices: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        person_id, entry_id = row["person_id"], new_id()
        made = AssignmentMade(
            row["id"], person_id, row["curriculum_id"], row["course_id"], row["opens_on"], row["due_on"],
            row["origin"],
        )  # fmt: skip
        subject = f"{Assignment.__audit_kind__}/{row['id']}"
        state = row_state(Assignment, row)
        row["last_event_id"] = entry_id
        yield Entry(made, subject, actor, now, person_id=person_id, state=state, id=entry_id)
        if row["choice_id"] is not None:
            choices.setdefault(row["choice_id"], []).append(row)
            continue
        course = courses[row["course_id"]]
        about = Subject(person_id, row["id"], course.title, course.category, assignment_url(row["id"]))
        facts = AssignmentFacts(row["due_on"], None, row["released_at"], row["grace_days"])
        stated = overdue_stated(about, facts)
        yield Entry(stated, standing_subject(stated), actor, now, person_id=person_id)
    for offered in choices.values():
        found = [Assignment(**row) for row in offered]
        stated = overdue_stated(choice_subject(found, courses), choice_facts([one.facts for one in found]))
        yield Entry(stated, standing_subject(stated), actor, now, person_id=stated.person_id)


def _apply_one(uow: UnitOfWork, person_id: UUID, found: PersonPlan, now: datetime) -> None:
    """Carry out one person's plan where more than new assignments is to be made: by the rows themselves."""
    person = uow.session.get_one(DirectoryPerson, person_id)
    open_now = list_open_of_person(uow.session, person_id)
    by_id = {one.id: one for one in open_now}
    for assignment_id, due in found.moves.items():
        move_assignment(uow, by_id[assignment_id], due, actor=SYSTEM, now=now)
    apply_plan(uow, person, found.plan, open_now, CancelReason.OUT_OF_AUDIENCE, at=now, now=now)


def _new_rows(person: Any, found: PersonPlan, now: datetime) -> list[dict[str, Any]]:
    until = end_of_day(person.left_on) if person.left_on is not None else None
    choices: dict[UUID, UUID] = {}
    rows = []
    for one, due in found.plan.make:
        choice = None if one.group_id is None else choices.setdefault(one.group_id, new_id())
        rows.append(new_row(person.id, one, due, now, choice) | {"id": new_id(), "released_at": until})
    return rows


def _before(uow: UnitOfWork, curriculum: Curriculum) -> PathContent | None:
    """Return what the path said before the revision in force, or None: it is its first."""
    found = uow.session.scalar(
        select(CurriculumRevision).where(
            CurriculumRevision.curriculum_id == curriculum.id,
            CurriculumRevision.number == curriculum.revision - 1,
        )
    )
    return found.path if found is not None else None


def _forget_changes(uow: UnitOfWork, proposal: CurriculumProposal, after: UUID | None) -> None:
    """Of a count that was broken off, what it had noted from here on is noted again."""
    statement = delete(ProposalChange).where(ProposalChange.proposal_id == proposal.id)
    if after is not None:
        statement = statement.where(ProposalChange.person_id > after)
    uow.session.execute(statement)


def _finish(uow: UnitOfWork, proposal: CurriculumProposal, now: datetime) -> None:
    """Sum up what was noted: how many changes of how many people, and the digest over all of them."""
    digest, people, counts = hashlib.sha256(), set(), dict.fromkeys(ChangeKind, 0)
    table = ProposalChange
    found = uow.session.execute(
        select(table.person_id, table.course_id, table.kind, table.due_before, table.due_after)
        .where(table.proposal_id == proposal.id)
        .order_by(table.person_id, table.course_id)
    )
    for row in found:
        digest.update(canonical_json(list(row)) + b"\n")
        people.add(row.person_id)
        counts[row.kind] += 1
    proposal.people = len(people)
    proposal.counts = {kind.value: count for kind, count in counts.items()}
    proposal.impact_sha256 = digest.digest()
    proposal.counted_at = now
    proposal.status = next_status(proposal.status, ProposalStep.COUNT)
