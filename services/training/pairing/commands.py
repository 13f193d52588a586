"""Proposing, confirming and ending mentorships, also when one of the two leaves."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.training.mentoring.models import MentoringPlan, Mentorship
from services.training.mentoring.queries import find_open
from services.training.mentoring.rules import (
    CHOOSABLE,
    EndReason,
    MentorshipStatus,
    MentorshipStep,
    due_on,
    next_status,
)
from services.training.pairing.models import MentorLimit
from services.training.pairing.queries import as_facts, find_handed_on, find_limit, list_leavers
from services.training.pairing.rules import MOST_EVER, obstacle
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import DirectoryPerson, get_person
from shared.eventlog import append
from shared.jobs import JobContext
from shared.messages.training import (
    MentorLimitSet,
    MentorshipConfirmed,
    MentorshipEnded,
    MentorshipProposed,
)

LEAVERS_JOB = "training.mentoring.leavers"


def propose(
    uow: UnitOfWork,
    mentee: DirectoryPerson,
    mentor: DirectoryPerson,
    plan: MentoringPlan,
    *,
    actor: Principal,
    now: datetime,
) -> Mentorship:
    """Propose a pair. Whoever takes over from a mentor who is gone takes over the plan, the ticks and the notes.

    Raises Conflict when the mentee has a mentorship already or this mentor is not possible (see rules.obstacle).
    """
    today = local_date(now)
    if not mentee.is_here_on(today) or not mentor.is_here_on(today):
        raise Conflict(N_("One of the two is not with the company now"))
    if find_open(uow.session, mentee.id) is not None:
        raise Conflict(N_("The mentee has a mentor already, or one is proposed"))
    _check_pair(uow, mentee, mentor, today, counted=0)
    before = find_handed_on(uow.session, mentee.id)
    mentorship = Mentorship(
        id=new_id(),
        mentee_id=mentee.id,
        mentor_id=mentor.id,
        plan_id=before.plan_id if before else plan.id,
        course_id=before.course_id if before else plan.course_id,
        status=MentorshipStatus.PROPOSED,
        items=before.items if before else plan.items,
        proposed_at=now,
    )
    mentorship.thread_id = before.thread_id if before else mentorship.id
    uow.session.add(mentorship)
    proposed = MentorshipProposed(
        mentorship.id, mentee.id, mentor.id, mentorship.plan_id, mentorship.thread_id
    )
    append(uow, proposed, row=mentorship, actor=actor, now=now, person_id=mentee.id)
    return mentorship


def confirm(uow: UnitOfWork, mentorship: Mentorship, *, actor: Principal, now: datetime) -> None:
    """Let a proposed mentorship begin; the days between two mentors are not counted.

    Raises IllegalTransition unless it is proposed, Conflict when the mentor has become impossible meanwhile.
    """
    status = next_status(mentorship.status, MentorshipStep.CONFIRM)
    today = local_date(now)
    mentee = get_person(uow.session, mentorship.mentee_id)
    _check_pair(uow, mentee, get_person(uow.session, mentorship.mentor_id), today, counted=1)
    mentorship.status = status
    mentorship.started_on = _first_day(uow, mentorship, today)
    mentorship.due_on = due_on(mentorship.started_on, mentorship.plan)
    confirmed = MentorshipConfirmed(mentorship.id)
    append(uow, confirmed, row=mentorship, actor=actor, now=now, person_id=mentorship.mentee_id)


def end(
    uow: UnitOfWork, mentorship: Mentorship, reason: EndReason, *, actor: Principal, now: datetime
) -> None:
    """End a mentorship before its time. Raises IllegalTransition when it is over, Conflict for the reason."""
    declined = reason is EndReason.DECLINED
    if reason not in CHOOSABLE or declined != (mentorship.status is MentorshipStatus.PROPOSED):
        next_status(mentorship.status, MentorshipStep.END)
        raise Conflict(N_("This reason does not fit: only a proposal is declined"))
    _end(uow, mentorship, reason, actor, now)


def end_for_leavers(
    uow: UnitOfWork, today: date, *, now: datetime, person_ids: Collection[UUID] | None = None
) -> int:
    """End the mentorships of those who are no longer here (at most 500 at once), and return how many.

    When the mentor has left, the mentee is shown to their manager as one who needs another; what was done stays
    done, and when the training itself is due does not change.
    """
    found = list_leavers(uow.session, today, person_ids=person_ids)
    for mentorship, mentee_left in found:
        reason = EndReason.MENTEE_LEFT if mentee_left else EndReason.MENTOR_LEFT
        _end(uow, mentorship, reason, SYSTEM, now)
    return len(found)


def set_limit(uow: UnitOfWork, person_id: UUID, most: int, *, actor: Principal, now: datetime) -> MentorLimit:
    """Say how many mentees somebody takes at most; those they have stay. Raises InvalidInput."""
    if not 0 <= most <= MOST_EVER:
        wrong = N_("From 0 to %(most)s mentees", most=MOST_EVER)
        raise InvalidInput(wrong, fields={"most": [wrong]})
    limit = find_limit(uow.session, person_id)
    if limit is None:
        limit = MentorLimit(id=new_id(), person_id=person_id)
        uow.session.add(limit)
    limit.most = most
    said = MentorLimitSet(limit.id, person_id, most)
    append(uow, said, row=limit, actor=actor, now=now, person_id=person_id)
    return limit


def _check_pair(
    uow: UnitOfWork, mentee: DirectoryPerson, mentor: DirectoryPerson, today: date, *, counted: int
) -> None:
    """Raise Conflict unless the mentor is possible; `counted` of their load is this very mentorship."""
    # Two managers may want the same mentor at once: the second waits here, and then sees the first's.
    uow.session.execute(select(DirectoryPerson.id).where(DirectoryPerson.id == mentor.id).with_for_update())
    facts = as_facts(uow.session, [mentee, mentor])
    judged = replace(facts[1], load=facts[1].load - counted)
    problem = obstacle(facts[0], judged, today)
    if problem is not None:
        raise Conflict(problem)


def _first_day(uow: UnitOfWork, mentorship: Mentorship, today: date) -> date:
    if mentorship.thread_id == mentorship.id:
        return today
    before: Mentorship | None = uow.session.scalar(
        select(Mentorship)
        .where(
            Mentorship.thread_id == mentorship.thread_id,
            Mentorship.id != mentorship.id,
            Mentorship.started_on.is_not(None),
        )
        .order_by(Mentorship.proposed_at.desc(), Mentorship.id.desc())
        .limit(1)
    )
    if before is None or before.started_on is None or before.ended_at is None:
        return today
    return before.started_on + max(today - local_date(before.ended_at), timedelta(0))


def _end(uow: UnitOfWork, mentorship: Mentorship, reason: EndReason, actor: Principal, now: datetime) -> None:
    mentorship.status = next_status(mentorship.status, MentorshipStep.END)
    mentorship.ended_at = now
    mentorship.end_reason = reason
    ended = MentorshipEnded(mentorship.id, reason)
    append(uow, ended, row=mentorship, actor=actor, now=now, person_id=mentorship.mentee_id)


def end_leavers_mentorships(context: JobContext) -> dict[str, Any]:
    """End the mentorships of those whose last day has passed."""
    total = 0
    while True:
        now = context.clock.now()
        with context.database.write() as uow:
            ended = end_for_leavers(uow, local_date(now), now=now)
        if not ended:
            return {"ended": total}
        total += ended
        context.progress(total)
