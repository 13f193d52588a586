"""The learning paths that ship with the product: onboarding, and the two yearly refreshers."""

from dataclasses import dataclass
from datetime import date, datetime

from services.training.courses.models import Course
from services.training.courses.seed import ANTI_BRIBERY, DATA_PRIVACY, ONBOARDING, seed_courses
from services.training.curricula.commands import Step, create_curriculum
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import find_by_code
from services.training.curricula.rules import DueKind, DueRule, Recurrence
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from shared.directory import Audience

# 入职培训 is staggered: the first part within two weeks, the last within two months.
_EXTRA_DAYS = (0, 0, 30, 16, 30, 46)


@dataclass(frozen=True)
class SeedCurriculum:
    """A shipped learning path; `courses` by code."""

    code: str
    title: LocalizedText
    due: DueRule
    steps: tuple[tuple[str, int], ...]


def shipped(anti_bribery_on: tuple[int, int] = (6, 30)) -> tuple[SeedCurriculum, ...]:
    """Return the shipped paths; `anti_bribery_on` is the month and day of the yearly date."""
    month, day = anti_bribery_on
    onboarding = tuple((one.code, extra) for one, extra in zip(ONBOARDING, _EXTRA_DAYS, strict=True))
    return (
        SeedCurriculum(
            "onboarding",
            LocalizedText("新员工入职培训", "Onboarding"),
            DueRule(DueKind.AFTER_JOINING, days=14),
            onboarding,
        ),
        SeedCurriculum(
            "anti-bribery-yearly",
            LocalizedText("反商业贿赂（每年）", "Anti-bribery, every year"),
            DueRule(
                DueKind.YEARLY_DATE,
                days=30,
                month=month,
                day=day,
                window_days=90,
                recurrence=Recurrence.YEARLY,
            ),
            ((ANTI_BRIBERY.code, 0),),
        ),
        SeedCurriculum(
            "data-privacy-yearly",
            LocalizedText("数据安全与隐私（每年）", "Data security and privacy, every year"),
            DueRule(DueKind.AFTER_JOINING, days=30, window_days=60, recurrence=Recurrence.YEARLY),
            ((DATA_PRIVACY.code, 0),),
        ),
    )


def seed_curricula(
    uow: UnitOfWork, *, now: datetime, hired_from: date, anti_bribery_on: tuple[int, int] = (6, 30)
) -> tuple[dict[str, Course], dict[str, Curriculum]]:
    """Draft the shipped paths that are not there yet, with their courses published; return both by code.

    Onboarding is for those hired from `hired_from` on; the refreshers are for everybody. A trainer activates
    them, having looked at whom they will ask.
    """
    courses = seed_courses(uow, actor=SYSTEM, now=now)
    curricula: dict[str, Curriculum] = {}
    for one in shipped(anti_bribery_on):
        found = find_by_code(uow.session, one.code)
        curricula[one.code] = found or create_curriculum(
            uow,
            code=one.code,
            title=one.title,
            audience=Audience(hired_from=hired_from) if one.code == "onboarding" else Audience(),
            due=one.due,
            steps=[Step(courses[code].id, extra) for code, extra in one.steps],
            actor=SYSTEM,
            now=now,
        )
    return courses, curricula
