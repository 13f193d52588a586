"""The ladder that ships with the product: each step with what it asks for by default."""

from datetime import datetime

from services.training.careers.commands import create_step
from services.training.careers.queries import find_step
from services.training.careers.rules import Criteria
from services.training.courses.queries import find_by_code
from shared.core.principals import SYSTEM
from shared.db.uow import UnitOfWork
from shared.messages.people import Position

# From, to, months in position, codes of courses whose certificate is asked for, clean days. Whoever leaves the field
# early has learned it with a mentor; those who rise may have come before there was mentoring.
_MENTORED = frozenset({Position.COMMERCIAL_OPERATIONS})
STEPS = (
    (Position.REP, Position.SUPERVISOR, 18, ("anti-bribery", "data-privacy"), 180),
    (Position.SUPERVISOR, Position.DISTRICT_MANAGER, 18, ("anti-bribery", "data-privacy"), 365),
    (Position.DISTRICT_MANAGER, Position.REGIONAL_MANAGER, 24, ("anti-bribery",), 365),
    (Position.REGIONAL_MANAGER, Position.DIRECTOR, 36, ("anti-bribery",), 365),
    (Position.REP, Position.PRODUCT, 24, ("anti-bribery",), 90),
    (Position.REP, Position.MARKETING, 24, ("anti-bribery",), 90),
    (Position.SUPERVISOR, Position.TRAINING, 12, ("anti-bribery",), 180),
    (Position.REP, Position.COMMERCIAL_OPERATIONS, 12, ("anti-bribery",), 90),
)


def seed_steps(uow: UnitOfWork, *, now: datetime) -> int:
    """Create the steps that are not there; courses that are not there are not asked for. Return how many."""
    made = 0
    for source, target, months, codes, clean_days in STEPS:
        if find_step(uow.session, source, target) is not None:
            continue
        found = (find_by_code(uow.session, code) for code in codes)
        courses = tuple(one.id for one in found if one is not None)
        criteria = Criteria(months, courses, clean_days, sign_off=True, mentored=target in _MENTORED)
        create_step(uow, source, target, criteria, actor=SYSTEM, now=now)
        made += 1
    return made
