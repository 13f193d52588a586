"""The plan that ships with the product: twelve weeks of onboarding."""

from datetime import datetime
from pathlib import Path

from services.training.courses.seed import seed_field_course
from services.training.mentoring.commands import create_plan
from services.training.mentoring.models import MentoringPlan
from services.training.mentoring.queries import find_plan_by_code
from services.training.mentoring.rules import PlanItem, parse_plan
from shared.core.principals import Principal
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork

ONBOARDING = "onboarding"
_TITLE = LocalizedText(zh="新人带教计划（12周）", en="Onboarding with a mentor (12 weeks)")
_CONTENT = Path(__file__).parent / "content"


def seed_plan(uow: UnitOfWork, *, actor: Principal, now: datetime) -> MentoringPlan:
    """Create the shipped plan, with the course that it meets, unless it is there, and return it."""
    found = find_plan_by_code(uow.session, ONBOARDING)
    if found is not None:
        return found
    course = seed_field_course(uow, actor=actor, now=now)
    return create_plan(
        uow, code=ONBOARDING, title=_TITLE, items=shipped_items(), course_id=course.id, actor=actor, now=now
    )


def shipped_items() -> tuple[PlanItem, ...]:
    """Read the shipped plan."""
    zh, en = ((_CONTENT / f"{ONBOARDING}.{locale}.md").read_text("utf-8") for locale in ("zh", "en"))
    return parse_plan(zh, en)
