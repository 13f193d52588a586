"""Reminding people of what is due and overdue, and their managers of what is overdue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.notices.commands import Telling, tell, tell_many
from services.training.notices.rules import NoticeKind
from services.training.reminders.models import ReminderStage
from services.training.reminders.queries import Late, list_stages, list_to_remind
from services.training.reminders.rules import Stage, check_stages, stage_on
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import ReminderPlanChanged


def remind(uow: UnitOfWork, assignment: Assignment, *, actor: Principal, now: datetime) -> bool:
    """Remind somebody because a manager or trainer asks for it: once a day; False when that was done today.

    Raises Conflict when there is nothing open to be reminded of.
    """
    if assignment.status not in OPEN:
        raise Conflict(N_("This training is not open any more"))
    telling = Telling(
        assignment.person_id,
        NoticeKind.ASKED,
        assignment.course_id,
        str(local_date(now)),
        assignment.id,
        due_on=assignment.due_on,
    )
    return tell(uow, telling, actor=actor, now=now)


def send_chunk(uow: UnitOfWork, *, now: datetime, limit: int = 1_000) -> int:
    """Give the next automatic reminders and return of how many assignments; 0 when everybody has had theirs.

    Each reminder has a key, so two that run at once, or one that is started again, tell nobody twice.
    """
    today, stages = local_date(now), list_stages(uow.session)
    late: list[tuple[Stage, Late]] = []
    for stage in reversed(stages):
        left = limit - len(late)
        late += [(stage, one) for one in list_to_remind(uow.session, stages, stage, today, limit=left)]
        if len(late) >= limit:
            break
    tellings: list[Telling] = []
    for stage, one in late:
        found = stage_on(stages, one.due_on, today)
        assert found is not None
        tellings += _tellings(stage, found[1], one)
    tell_many(uow, tellings, now=now)
    return len(late)


def change_plan(uow: UnitOfWork, stages: Sequence[Stage], *, actor: Principal, now: datetime) -> None:
    """Remind on other days from now on; raises InvalidInput as rules.check_stages says."""
    check_stages(stages)
    uow.session.execute(delete(ReminderStage))
    uow.session.add_all(
        ReminderStage(id=new_id(), days=one.days, every=one.every, tells_manager=one.tells_manager)
        for one in stages
    )
    changed = ReminderPlanChanged(tuple(sorted(one.days for one in stages)))
    append(uow, changed, subject="reminder_plan/training", actor=actor, now=now)


def _tellings(stage: Stage, counted: int, one: Late) -> list[Telling]:
    mark = f"{one.due_on}/{counted}"
    kind = NoticeKind.OVERDUE if stage.days > 0 else NoticeKind.DUE
    found = [
        Telling(
            one.person_id, kind, one.course_id, mark, one.assignment_id, due_on=one.due_on, stage=stage.days
        )
    ]
    if stage.tells_manager and one.manager_id is not None:
        found.append(
            Telling(
                one.manager_id,
                NoticeKind.TEAM_OVERDUE,
                one.course_id,
                mark,
                one.assignment_id,
                about_id=one.person_id,
                due_on=one.due_on,
                stage=stage.days,
            )
        )
    return found
