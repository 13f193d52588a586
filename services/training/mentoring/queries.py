"""Reading mentorships, and in which part somebody stands to one."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from services.training.mentoring.models import (
    MentoringNote,
    MentoringPlan,
    MentoringTick,
    MentoringVisit,
    Mentorship,
)
from services.training.mentoring.rules import OPEN, MentorshipStatus
from services.training.permissions import manages, visible
from shared.core.errors import NotFound
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate
from shared.directory import find_person


@dataclass(frozen=True)
class Part:
    """What somebody is to a mentorship. `confides`: they read and write what is noted in confidence."""

    mentee: bool
    mentor: bool
    manager: bool
    confides: bool


@dataclass(frozen=True)
class MentorRecord:
    """What a mentor has done so far; `rating` is the mean of 1 to 5 in tenths, None without any feedback."""

    running: int
    completed: int
    ended: int
    rated: int
    rating: int | None


def visible_mentorships(principal: Principal) -> ColumnElement[bool]:
    """Return the condition under which a mentorship exists for somebody; see part_of for what they read in it."""
    seen = visible(principal, Mentorship.mentee_id)
    if principal.person_id is None:
        return seen
    return or_(seen, Mentorship.mentor_id == principal.person_id)


def get_mentorship(session: Session, mentorship_id: UUID, condition: ColumnElement[bool]) -> Mentorship:
    """Return the mentorship; raise NotFound when there is none or none for the asker."""
    found: Mentorship | None = session.scalar(
        select(Mentorship).where(Mentorship.id == mentorship_id, condition)
    )
    if found is None:
        raise NotFound(N_("There is no such mentorship"))
    return found


def part_of(session: Session, principal: Principal, mentorship: Mentorship) -> Part:
    """Return what somebody is to a mentorship.

    Notes and visits are for the mentee, the mentor while the mentorship is theirs, and the mentee's own manager:
    nobody further up, no trainer and no auditor.
    """
    person_id = principal.person_id
    if person_id is None:
        return Part(mentee=False, mentor=False, manager=False, confides=False)
    is_mentee, is_mentor = person_id == mentorship.mentee_id, person_id == mentorship.mentor_id
    mentee = find_person(session, mentorship.mentee_id)
    own_manager = Role.MANAGER in principal.roles and mentee is not None and mentee.manager_id == person_id
    theirs = is_mentor and mentorship.status in (MentorshipStatus.ACTIVE, MentorshipStatus.COMPLETED)
    return Part(
        is_mentee,
        is_mentor,
        not is_mentee and manages(session, principal, mentorship.mentee_id),
        is_mentee or theirs or own_manager,
    )


def list_mentorships(
    session: Session,
    condition: ColumnElement[bool],
    *,
    status: MentorshipStatus | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Mentorship]:
    """Return one page of mentorships, the latest first."""
    statement = select(Mentorship).where(condition)
    if status is not None:
        statement = statement.where(Mentorship.status == status)
    keys = [Mentorship.proposed_at, Mentorship.id]
    return paginate(session, statement, keys=keys, cursor=cursor, limit=limit, descending=True)


def list_of_mentee(session: Session, person_id: UUID) -> list[Mentorship]:
    """Return somebody's mentorships as a mentee, the latest first."""
    statement = select(Mentorship).where(Mentorship.mentee_id == person_id)
    return list(session.scalars(statement.order_by(Mentorship.proposed_at.desc(), Mentorship.id.desc())))


def list_of_mentor(session: Session, person_id: UUID, *, limit: int = 100) -> list[Mentorship]:
    """Return somebody's mentorships as a mentor, the latest first."""
    statement = select(Mentorship).where(Mentorship.mentor_id == person_id)
    ordered = statement.order_by(Mentorship.proposed_at.desc(), Mentorship.id.desc())
    return list(session.scalars(ordered.limit(limit)))


def mentor_record(session: Session, person_id: UUID) -> MentorRecord:
    """Return how many mentees somebody has and had, and how they found it."""
    rows = session.execute(
        select(Mentorship.status, func.count(), func.count(Mentorship.rating), func.sum(Mentorship.rating))
        .where(Mentorship.mentor_id == person_id)
        .group_by(Mentorship.status)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    rated, total = sum(row[2] for row in rows), sum(int(row[3] or 0) for row in rows)
    return MentorRecord(
        counts.get(MentorshipStatus.ACTIVE, 0),
        counts.get(MentorshipStatus.COMPLETED, 0),
        counts.get(MentorshipStatus.ENDED, 0),
        rated,
        round(10 * total / rated) if rated else None,
    )


def find_open(session: Session, mentee_id: UUID) -> Mentorship | None:
    """Return the mentee's one open mentorship, or None."""
    found: Mentorship | None = session.scalar(
        select(Mentorship).where(Mentorship.mentee_id == mentee_id, Mentorship.status.in_(OPEN))
    )
    return found


def ticks_of(session: Session, thread_id: UUID) -> dict[str, MentoringTick]:
    """Return what is ticked, by item."""
    found = session.scalars(select(MentoringTick).where(MentoringTick.thread_id == thread_id))
    return {one.item_id: one for one in found}


def count_ticks(session: Session, thread_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many items are ticked in each thread, in one query."""
    statement = (
        select(MentoringTick.thread_id, func.count())
        .where(MentoringTick.thread_id.in_(list(thread_ids)))
        .group_by(MentoringTick.thread_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def list_notes(session: Session, thread_id: UUID) -> list[MentoringNote]:
    """Return what was noted, the latest first: only for those whose part confides."""
    statement = select(MentoringNote).where(MentoringNote.thread_id == thread_id)
    return list(session.scalars(statement.order_by(MentoringNote.written_at.desc(), MentoringNote.id.desc())))


def list_visits(session: Session, thread_id: UUID) -> list[MentoringVisit]:
    """Return the joint visits, the latest first: only for those whose part confides."""
    statement = select(MentoringVisit).where(MentoringVisit.thread_id == thread_id)
    return list(
        session.scalars(statement.order_by(MentoringVisit.visited_on.desc(), MentoringVisit.id.desc()))
    )


def list_plans(session: Session) -> list[MentoringPlan]:
    """Return all plans, by code."""
    return list(session.scalars(select(MentoringPlan).order_by(MentoringPlan.code)))


def get_plan(session: Session, plan_id: UUID) -> MentoringPlan:
    """Return the plan; raise NotFound."""
    found = session.get(MentoringPlan, plan_id)
    if found is None:
        raise NotFound(N_("There is no such plan"))
    return found


def find_plan_by_code(session: Session, code: str) -> MentoringPlan | None:
    """Return the plan of that code, or None."""
    found: MentoringPlan | None = session.scalar(select(MentoringPlan).where(MentoringPlan.code == code))
    return found
