"""Working on a mentorship: plans, ticks, notes, visits, and the sign-off that counts as training."""

from datetime import date, datetime
from uuid import UUID

from services.training.attempts.commands import satisfy_part
from services.training.mentoring.models import (
    MentoringNote,
    MentoringPlan,
    MentoringTick,
    MentoringVisit,
    Mentorship,
)
from services.training.mentoring.queries import find_plan_by_code, ticks_of
from services.training.mentoring.rules import (
    CustomerKind,
    MentorshipStep,
    PlanItem,
    Signer,
    check_may_tick,
    items_to_json,
    next_status,
    sign,
)
from services.training.parts.rules import PartKind
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import (
    MentoringItemReopened,
    MentoringItemTicked,
    MentoringNoteWritten,
    MentoringPlanWritten,
    MentoringVisitRecorded,
    MentorshipCompleted,
    MentorshipRated,
    MentorshipSigned,
)


def create_plan(
    uow: UnitOfWork,
    *,
    code: str,
    title: LocalizedText,
    items: tuple[PlanItem, ...],
    course_id: UUID | None,
    actor: Principal,
    now: datetime,
) -> MentoringPlan:
    """Create a plan; raise InvalidInput when the code is taken."""
    if find_plan_by_code(uow.session, code) is not None:
        taken = N_("There is a plan with this code already")
        raise InvalidInput(taken, fields={"code": [taken]})
    plan = MentoringPlan(id=new_id(), code=code)
    uow.session.add(plan)
    change_plan(uow, plan, title=title, items=items, course_id=course_id, actor=actor, now=now)
    return plan


def change_plan(
    uow: UnitOfWork,
    plan: MentoringPlan,
    *,
    title: LocalizedText,
    items: tuple[PlanItem, ...],
    course_id: UUID | None,
    actor: Principal,
    now: datetime,
) -> None:
    """Change a plan; mentorships that were proposed before keep what was agreed on."""
    plan.title, plan.items, plan.course_id = title, items_to_json(items), course_id
    append(uow, MentoringPlanWritten(plan.id, plan.code, len(items)), row=plan, actor=actor, now=now)


def tick_item(
    uow: UnitOfWork,
    mentorship: Mentorship,
    item_id: str,
    *,
    person_id: UUID,
    actor: Principal,
    now: datetime,
) -> None:
    """Note that an item was done; saying so again changes nothing. Raises as rules.check_may_tick."""
    check_may_tick(mentorship.status, mentorship.plan, item_id, mentorship.signatures)
    if item_id in ticks_of(uow.session, mentorship.thread_id):
        return
    tick = MentoringTick(
        id=new_id(), thread_id=mentorship.thread_id, item_id=item_id, ticked_by=person_id, ticked_at=now
    )
    uow.session.add(tick)
    ticked = MentoringItemTicked(mentorship.thread_id, item_id)
    append(uow, ticked, row=tick, actor=actor, now=now, person_id=mentorship.mentee_id)


def reopen_item(
    uow: UnitOfWork, mentorship: Mentorship, item_id: str, *, actor: Principal, now: datetime
) -> None:
    """Take a tick back; when there is none, nothing changes. Raises as rules.check_may_tick."""
    check_may_tick(mentorship.status, mentorship.plan, item_id, mentorship.signatures)
    tick = ticks_of(uow.session, mentorship.thread_id).get(item_id)
    if tick is None:
        return
    reopened = MentoringItemReopened(mentorship.thread_id, item_id)
    append(uow, reopened, row=tick, actor=actor, now=now, person_id=mentorship.mentee_id)
    uow.session.delete(tick)


def write_note(
    uow: UnitOfWork, mentorship: Mentorship, body: str, *, author_id: UUID, actor: Principal, now: datetime
) -> MentoringNote:
    """Note something at a check-in; raise IllegalTransition unless the mentorship is under way."""
    next_status(mentorship.status, MentorshipStep.WORK)
    note = MentoringNote(
        id=new_id(), thread_id=mentorship.thread_id, author_id=author_id, written_at=now, body=body
    )
    uow.session.add(note)
    written = MentoringNoteWritten(mentorship.thread_id, note.id)
    append(uow, written, row=note, actor=actor, now=now, person_id=mentorship.mentee_id)
    return note


def record_visit(
    uow: UnitOfWork,
    mentorship: Mentorship,
    *,
    visited_on: date,
    customer: CustomerKind,
    goal: str,
    outcome: str,
    author_id: UUID,
    actor: Principal,
    now: datetime,
) -> MentoringVisit:
    """Record a joint visit that took place; raise InvalidInput for a day to come, IllegalTransition when over."""
    next_status(mentorship.status, MentorshipStep.WORK)
    if visited_on > local_date(now):
        ahead = N_("A visit is recorded once it has taken place")
        raise InvalidInput(ahead, fields={"visited_on": [ahead]})
    visit = MentoringVisit(
        id=new_id(),
        thread_id=mentorship.thread_id,
        author_id=author_id,
        visited_on=visited_on,
        customer=customer,
        goal=goal,
        outcome=outcome,
        recorded_at=now,
    )
    uow.session.add(visit)
    recorded = MentoringVisitRecorded(mentorship.thread_id, visit.id)
    append(uow, recorded, row=visit, actor=actor, now=now, person_id=mentorship.mentee_id)
    return visit


def sign_off(
    uow: UnitOfWork,
    mentorship: Mentorship,
    signer: Signer,
    *,
    person_id: UUID,
    actor: Principal,
    now: datetime,
) -> None:
    """Sign off as the mentor or as the manager; with both, it is completed and the course's checklist is met.

    Raises as rules.sign.
    """
    ticked = ticks_of(uow.session, mentorship.thread_id)
    signed = sign(mentorship.status, mentorship.plan, ticked, mentorship.signatures, signer, person_id)
    mentorship.mentor_signed_by, mentorship.manager_signed_by = signed.mentor_id, signed.manager_id
    if signer is Signer.MENTOR:
        mentorship.mentor_signed_at = now
    else:
        mentorship.manager_signed_at = now
    mentee_id = mentorship.mentee_id
    said = MentorshipSigned(mentorship.id, signer)
    append(uow, said, row=mentorship, actor=actor, now=now, person_id=mentee_id)
    if not signed.complete:
        return
    mentorship.status = next_status(mentorship.status, MentorshipStep.COMPLETE)
    mentorship.ended_at = now
    completed = MentorshipCompleted(mentorship.id)
    append(uow, completed, row=mentorship, actor=actor, now=now, person_id=mentee_id)
    if mentorship.course_id is not None:
        satisfy_part(
            uow,
            mentee_id,
            mentorship.course_id,
            PartKind.CHECKLIST,
            str(mentorship.id),
            actor=actor,
            now=now,
        )


def rate(uow: UnitOfWork, mentorship: Mentorship, rating: int, *, actor: Principal, now: datetime) -> None:
    """Say how it was, from 1 to 5, once; raise IllegalTransition before it is completed, Conflict the second time."""
    next_status(mentorship.status, MentorshipStep.RATE)
    if mentorship.rating is not None:
        raise Conflict(N_("You have given your feedback already"))
    mentorship.rating = rating
    rated = MentorshipRated(mentorship.id, rating)
    append(uow, rated, row=mentorship, actor=actor, now=now, person_id=mentorship.mentee_id)
