"""Letting one course stand in for another, and crediting whoever has completed it already."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.training.courses.models import Course
from services.training.enrolment.commands import credit_people
from services.training.enrolment.rules import one_each
from services.training.equivalents.queries import list_completions
from services.training.waivers import commands as waivers
from services.training.waivers.models import Equivalence
from shared.core.principals import SYSTEM, Principal
from shared.db.uow import UnitOfWork
from shared.directory import people_by_id
from shared.jobs import Job, enqueue

APPLY_JOB = "training.equivalence.apply"


@dataclass(frozen=True)
class Applied:
    """How far a pass over completions came (`last_id` None: to the end), and how many people it credited."""

    last_id: UUID | None
    credited: int


def add_equivalence(
    uow: UnitOfWork,
    course: Course,
    by: Course,
    *,
    max_age_months: int | None,
    actor: Principal,
    now: datetime,
) -> tuple[Equivalence, Job]:
    """Let one course stand in for another, and a job apply it to who has completed it already."""
    made = waivers.make_equivalence(uow, course, by, max_age_months=max_age_months, actor=actor, now=now)
    payload = {"equivalence_id": made.id}
    job = enqueue(uow, APPLY_JOB, payload, now=now, created_by=actor, key=str(made.id))
    return made, job


def apply_chunk(
    uow: UnitOfWork, equivalence: Equivalence, after: UUID | None, *, now: datetime, limit: int = 300
) -> Applied:
    """Credit the next people who have completed the course that stands in; a pass may be begun again anywhere."""
    done = list_completions(uow.session, equivalence, after, limit)
    if not done or equivalence.ended_at is not None:
        return Applied(None, 0)
    given = waivers.give_equivalents(uow, [equivalence], done, actor=SYSTEM.actor, now=now)
    people = people_by_id(uow.session, [one.person_id for one in given])
    for some in one_each(given, lambda one: one.person_id):
        pairs = [(people[one.person_id], one) for one in some if one.person_id in people]
        credit_people(uow, pairs, actor=SYSTEM, now=now)
    return Applied(done[-1].assignment_id, len(given))
