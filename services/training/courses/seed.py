"""The courses that ship with the product, read from `content/`: a text and a quiz in each language.

A content file is the text of rules.pages_of, then a line of three hyphens, then questions: "? " begins one,
"- " is a wrong option and "+ " the right one. Both languages ask the same in the same order.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.training.courses.commands import create_course, edit_draft, publish_version
from services.training.courses.models import Course
from services.training.courses.queries import find_by_code, find_version
from services.training.courses.rules import Category, Content, Question, VersionStatus
from shared.core.principals import Principal
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class SeedCourse:
    """What a shipped course is called and how it counts; `valid_months` None: the certificate does not run out."""

    code: str
    title: LocalizedText
    category: Category
    minutes: int
    valid_months: int | None = None
    pass_mark: int = 80


ONBOARDING = (
    SeedCourse("company-culture", LocalizedText("公司文化", "Company culture"), Category.ONBOARDING, 20),
    SeedCourse("company-rules", LocalizedText("规章制度", "Rules and regulations"), Category.ONBOARDING, 30),
    SeedCourse(
        "product-knowledge",
        LocalizedText(
            "产品知识：核心技术、临床应用与竞品分析",
            "Product knowledge: core technology, clinical use and competitor analysis",
        ),
        Category.PRODUCT,
        45,
    ),
    SeedCourse(
        "industry-regulation", LocalizedText("行业法规", "Industry regulation"), Category.COMPLIANCE, 40
    ),
    SeedCourse(
        "sales-process", LocalizedText("销售流程与技巧", "Sales process and skills"), Category.SKILL, 40
    ),
    SeedCourse("crm-use", LocalizedText("CRM 系统使用", "Using CRM"), Category.SKILL, 25),
)
ANTI_BRIBERY = SeedCourse(
    "anti-bribery",
    LocalizedText("反商业贿赂年度培训", "Annual anti-bribery training"),
    Category.COMPLIANCE,
    45,
    valid_months=12,
)
DATA_PRIVACY = SeedCourse(
    "data-privacy",
    LocalizedText("数据安全与隐私", "Data security and privacy"),
    Category.COMPLIANCE,
    35,
    valid_months=12,
)
COURSES = (*ONBOARDING, ANTI_BRIBERY, DATA_PRIVACY)


def seed_courses(uow: UnitOfWork, *, actor: Principal, now: datetime) -> dict[str, Course]:
    """Create and publish the shipped courses that are not there yet; return all of them by code."""
    return {one.code: _seed(uow, one, actor, now) for one in COURSES}


def content_of(one: SeedCourse) -> Content:
    """Return what a shipped course teaches and asks; raise ValueError when its two languages do not agree."""
    zh_text, zh_quiz = _read(one.code, "zh")
    en_text, en_quiz = _read(one.code, "en")
    shapes = [[(len(options), answer) for _, options, answer in quiz] for quiz in (zh_quiz, en_quiz)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the languages of {one.code} ask different questions")
    quiz = tuple(
        Question(
            LocalizedText(zh=zh[0], en=en[0]),
            tuple(LocalizedText(zh=a, en=b) for a, b in zip(zh[1], en[1], strict=True)),
            zh[2],
        )
        for zh, en in zip(zh_quiz, en_quiz, strict=True)
    )
    text = LocalizedText(zh=zh_text, en=en_text)
    return Content(text, one.minutes, quiz, one.pass_mark, certifies=True, valid_months=one.valid_months)


def _seed(uow: UnitOfWork, one: SeedCourse, actor: Principal, now: datetime) -> Course:
    found = find_by_code(uow.session, one.code)
    if found is not None:
        return found
    course = create_course(
        uow,
        code=one.code,
        title=one.title,
        category=one.category,
        owner_id=None,
        actor=actor,
        now=now,
    )
    uow.session.flush()  # The draft is read back in the next line.
    draft = find_version(uow.session, course.id, VersionStatus.DRAFT)
    assert draft is not None
    edit_draft(uow, draft, content_of(one), actor=actor, now=now)
    publish_version(uow, draft, actor=actor, now=now)
    return course


def _read(code: str, locale: str) -> tuple[str, list[tuple[str, list[str], int]]]:
    text, _, questions = (CONTENT / f"{code}.{locale}.md").read_text("utf-8").partition("\n---\n")
    quiz: list[tuple[str, list[str], int]] = []
    for line in questions.splitlines():
        if line.startswith("? "):
            quiz.append((line[2:], [], -1))
        elif line[:2] in ("- ", "+ "):
            asked, options, answer = quiz[-1]
            options.append(line[2:])
            quiz[-1] = (asked, options, len(options) - 1 if line.startswith("+ ") else answer)
    return text.strip(), quiz
