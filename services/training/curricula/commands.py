"""Drafting curricula. Activating and archiving them changes people's assignments: see assignments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.training.curricula.models import Curriculum, Requirement
from services.training.curricula.queries import find_by_code
from services.training.curricula.rules import CurriculumStatus, DueRule
from shared.core.errors import InvalidInput
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.directory import Audience
from shared.eventlog import append
from shared.messages.training import CurriculumDrafted


@dataclass(frozen=True)
class Step:
    """One course of a path; `extra_days` are added to the days of the due rule."""

    course_id: UUID
    extra_days: int = 0


def create_curriculum(
    uow: UnitOfWork,
    *,
    code: str,
    title: LocalizedText,
    audience: Audience,
    due: DueRule,
    steps: Sequence[Step],
    actor: Principal,
    now: datetime,
) -> Curriculum:
    """Draft a learning path of at least one course; raise InvalidInput when its code is taken or it is empty."""
    if find_by_code(uow.session, code) is not None:
        raise InvalidInput(N_("There is a learning path with this code already"))
    if not steps or len({step.course_id for step in steps}) != len(steps):
        raise InvalidInput(N_("A learning path has one or more courses, each of them once"))
    curriculum = Curriculum(
        id=new_id(),
        code=code,
        title=title,
        status=CurriculumStatus.DRAFT,
        audience_rule=audience.to_json(),
        due_rule=due.to_json(),
        created_at=now,
    )
    uow.session.add(curriculum)
    append(uow, CurriculumDrafted(curriculum.id, code), row=curriculum, actor=actor, now=now)
    uow.session.flush()  # The requirements refer to it, and no relationship tells the session the order.
    uow.session.add_all(
        Requirement(
            id=new_id(),
            curriculum_id=curriculum.id,
            course_id=step.course_id,
            position=position,
            extra_days=step.extra_days,
        )
        for position, step in enumerate(steps, start=1)
    )
    return curriculum
