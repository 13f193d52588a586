"""The learning paths that ship with the product: onboarding, the yearly refreshers, and what goes on after them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from services.training.certifications.rules import Basis, DueKind, DueRule, OffCycle
from services.training.courses.models import Course
from services.training.courses.seed import ANTI_BRIBERY, DATA_PRIVACY, DATA_SECURITY, ONBOARDING, seed_courses
from services.training.curricula.commands import create_curriculum
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import find_by_code
from services.training.curricula.rules import Item, Opens, PathContent
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.db.uow import UnitOfWork
from shared.directory import Audience

# 入职培训 is staggered: the first part within two weeks, the last within two months.
_EXTRA_DAYS = (0, 0, 30, 16, 30, 46)
# Where a company has not said otherwise: the middle of the year.
_YEARLY_ON = date(2026, 6, 30)
LEADERS = "sales-leaders"
_SALES = ("rep", "supervisor", "district_manager", "regional_manager")


@dataclass(frozen=True)
class SeedStep:
    """A step of a shipped path; courses by code, several of them to choose `need` from."""

    courses: tuple[str, ...]
    extra_days: int = 0
    need: int = 1
    opens: Opens = Opens.AT_ONCE


@dataclass(frozen=True)
class SeedCurriculum:
    """A shipped learning path."""

    code: str
    title: LocalizedText
    due: DueRule
    steps: tuple[SeedStep, ...]
    audience: Audience = field(default_factory=Audience)


# What goes on after onboarding: by R&D and clinical experts, and by the best of sales.
_ONGOING = (
    SeedCurriculum(
        "product-yearly",
        LocalizedText("产品持续培训", "Products, every year"),
        DueRule(DueKind.AFTER_JOINING, 60, every_months=12, basis=Basis.COMPLETION, grace_days=14),
        (SeedStep(("new-products", "product-knowledge")),),
        Audience(positions=_SALES),
    ),
    SeedCurriculum(
        "skills-yearly",
        LocalizedText("销售技能持续培训", "Sales skills, every year"),
        DueRule(DueKind.AFTER_JOINING, 90, every_months=12, basis=Basis.COMPLETION, grace_days=30),
        (
            SeedStep(
                ("negotiation", "key-accounts", "tendering", "academic-promotion", "sales-process", "crm-use")
            ),
        ),
        Audience(positions=_SALES),
    ),
    SeedCurriculum(
        LEADERS,
        LocalizedText("销售主管任职培训", "Leading a sales team"),
        DueRule(DueKind.AFTER_POSITION, 60),
        (
            SeedStep(("industry-regulation",)),
            SeedStep(
                ("sales-process", "crm-use", "negotiation", "key-accounts"), 30, opens=Opens.AFTER_BEFORE
            ),
        ),
        Audience(positions=("supervisor", "district_manager")),
    ),
)


def shipped(anti_bribery_on: date = _YEARLY_ON, hired_from: date | None = None) -> tuple[SeedCurriculum, ...]:
    """Return the shipped paths; `anti_bribery_on` is one day of the yearly date, onboarding for later hires."""
    onboarding = tuple(
        SeedStep((one.code,), extra) for one, extra in zip(ONBOARDING, _EXTRA_DAYS, strict=True)
    )
    return (
        SeedCurriculum(
            "onboarding",
            LocalizedText("新员工入职培训", "Onboarding"),
            DueRule(DueKind.AFTER_JOINING, days=14),
            onboarding,
            Audience(hired_from=hired_from),
        ),
        SeedCurriculum(
            "anti-bribery-yearly",
            LocalizedText("反商业贿赂（每年）", "Anti-bribery, every year"),
            DueRule(
                DueKind.FIXED_DATE, 30, anti_bribery_on, OffCycle.DAYS, every_months=12, basis=Basis.FIXED
            ),
            (SeedStep((ANTI_BRIBERY.code,)),),
        ),
        SeedCurriculum(
            "data-security-yearly",
            LocalizedText("数据安全（每年）", "Data security, every year"),
            DueRule(DueKind.AFTER_JOINING, days=30, every_months=12, window_days=60),
            (SeedStep((DATA_SECURITY.code,)),),
        ),
        SeedCurriculum(
            "data-privacy-yearly",
            LocalizedText("个人信息保护与隐私（每年）", "Privacy and personal information, every year"),
            DueRule(DueKind.AFTER_JOINING, days=30, every_months=12, window_days=60),
            (SeedStep((DATA_PRIVACY.code,)),),
        ),
        *_ONGOING,
    )


def seed_curricula(
    uow: UnitOfWork, *, now: datetime, hired_from: date, anti_bribery_on: date = _YEARLY_ON
) -> tuple[dict[str, Course], dict[str, Curriculum]]:
    """Draft the shipped paths that are not there yet, with their courses published; return both by code.

    Onboarding is for those hired from `hired_from` on; the refreshers are for everybody. A trainer activates
    them, having looked at whom they will ask.
    """
    courses = seed_courses(uow, actor=SYSTEM, now=now)
    curricula: dict[str, Curriculum] = {}
    for one in shipped(anti_bribery_on, hired_from):
        found = find_by_code(uow.session, one.code)
        if found is None:
            content = _content(one, courses)
            found = create_curriculum(uow, code=one.code, content=content, actor=SYSTEM, now=now)
        curricula[one.code] = found
    return courses, curricula


def seed_company(uow: UnitOfWork, now: datetime) -> None:
    """Give a company that begins the shipped courses, and the paths as drafts ready to be looked at and activated."""
    seed_curricula(uow, now=now, hired_from=local_date(now))


def _content(one: SeedCurriculum, courses: dict[str, Course]) -> PathContent:
    items = tuple(
        Item(tuple(courses[code].id for code in step.courses), step.need, step.extra_days, step.opens)
        for step in one.steps
    )
    return PathContent(one.title, one.audience, one.due, items)
