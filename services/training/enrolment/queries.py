"""Reading what enrolment has to do."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from services.training.assignments.models import Assignment
from services.training.curricula.models import Curriculum
from services.training.curricula.rules import CurriculumStatus


def asks_anything(session: Session) -> bool:
    """Say whether anything is or was asked of anybody: without that, news of people change no assignment."""
    active = exists().where(Curriculum.status == CurriculumStatus.ACTIVE)
    return bool(session.scalar(select(or_(active, exists(select(Assignment.id))))))
