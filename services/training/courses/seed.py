"""The courses that ship with the product, read from `content/`: a text in each language, and questions for the bank.

A content file is Markdown as in rules.pages_of, then a line of three hyphens, then questions: "? " begins one,
"- " is a wrong option and "+ " the right one. Both languages ask the same in the same order.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.training.courses.commands import create_course, edit_draft, publish_version
from services.training.courses.models import Course
from services.training.courses.queries import find_by_code, find_version
from services.training.courses.rules import Category, Content, VersionStatus
from services.training.parts.rules import (
    AcknowledgementPart,
    AssessmentPart,
    Blueprint,
    ChecklistPart,
    Draw,
    Part,
    TextPart,
)
from services.training.questions.commands import add_question, ensure_topic
from services.training.questions.queries import find_by_codes
from services.training.questions.rules import QuestionBody, QuestionKind
from shared.core.principals import Principal
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork

CONTENT = Path(__file__).parent / "content"
_TEXT = LocalizedText("课文", "Text")
_ASSESSMENT = LocalizedText("考核", "Assessment")
_SIGNED = LocalizedText("阅读确认", "Read and understood")


@dataclass(frozen=True)
class SeedCourse:
    """What a shipped course is called and how it counts; `valid_months` None: the certificate does not run out.

    `statement` is what is signed after reading, where something is.
    """

    code: str
    title: LocalizedText
    category: Category
    minutes: int
    tags: tuple[str, ...] = ()
    valid_months: int | None = None
    pass_mark: int = 80
    statement: LocalizedText | None = None


ONBOARDING = (
    SeedCourse(
        "company-culture", LocalizedText("公司文化", "Company culture"), Category.ONBOARDING, 20, ("入职",)
    ),
    SeedCourse(
        "company-rules",
        LocalizedText("规章制度", "Rules and regulations"),
        Category.ONBOARDING,
        30,
        ("入职", "制度"),
        statement=LocalizedText(
            zh="我已完整阅读并理解公司的规章制度，将在工作中遵守。",
            en="I have read the company's rules and regulations in full, understand them, and will keep to them.",
        ),
    ),
    SeedCourse(
        "product-knowledge",
        LocalizedText(
            "产品知识：核心技术、临床应用与竞品分析",
            "Product knowledge: core technology, clinical use and competitor analysis",
        ),
        Category.PRODUCT,
        45,
        ("入职", "产品"),
    ),
    SeedCourse(
        "industry-regulation",
        LocalizedText("行业法规", "Industry regulation"),
        Category.COMPLIANCE,
        40,
        ("入职", "法规"),
    ),
    SeedCourse(
        "sales-process",
        LocalizedText("销售流程与技巧", "Sales process and skills"),
        Category.SKILL,
        40,
        ("入职", "销售"),
    ),
    SeedCourse("crm-use", LocalizedText("CRM 系统使用", "Using CRM"), Category.SKILL, 25, ("入职", "crm")),
)
ANTI_BRIBERY = SeedCourse(
    "anti-bribery",
    LocalizedText("反商业贿赂年度培训", "Annual anti-bribery training"),
    Category.COMPLIANCE,
    45,
    ("反商业贿赂", "年度"),
    valid_months=12,
)
DATA_PRIVACY = SeedCourse(
    "data-privacy",
    LocalizedText("数据安全与隐私", "Data security and privacy"),
    Category.COMPLIANCE,
    35,
    ("数据安全", "隐私", "年度"),
    valid_months=12,
)
# Met by a mentorship that is signed off; no path asks for it until a trainer puts it into one.
FIELD_WORK = "field-mentoring"
COURSES = (*ONBOARDING, ANTI_BRIBERY, DATA_PRIVACY)


def seed_courses(uow: UnitOfWork, *, actor: Principal, now: datetime) -> dict[str, Course]:
    """Create and publish the shipped courses that are not there yet; return all of them by code."""
    return {one.code: _seed(uow, one, actor, now) for one in COURSES}


def seed_field_course(uow: UnitOfWork, *, actor: Principal, now: datetime) -> Course:
    """Create and publish the course that is met at work, with a mentor, unless it is there; return it."""
    found = find_by_code(uow.session, FIELD_WORK)
    if found is not None:
        return found
    title = LocalizedText("在岗带教", "Learning on the job, with a mentor")
    part = ChecklistPart("checklist", LocalizedText("在岗带教清单", "On-the-job checklist"))
    content = Content(60, (part,), certifies=False, valid_months=None)
    course = create_course(
        uow, code=FIELD_WORK, title=title, category=Category.ONBOARDING, owner_id=None, tags=("入职", "带教"),
        actor=actor, now=now,
    )  # fmt: skip
    _publish(uow, course, content, actor, now)
    return course


def content_of(one: SeedCourse, topic_id: UUID) -> Content:
    """Return what a shipped course teaches, and asks from its topic."""
    text = LocalizedText(zh=_read(one.code, "zh")[0], en=_read(one.code, "en")[0])
    draws = (Draw(topic_id, len(questions_of(one))),)
    parts: list[Part] = [TextPart("text", _TEXT, text)]
    if one.statement is not None:
        parts.append(AcknowledgementPart("signed", _SIGNED, one.statement))
    parts.append(AssessmentPart("assessment", _ASSESSMENT, Blueprint(draws, pass_mark=one.pass_mark)))
    return Content(one.minutes, tuple(parts), certifies=True, valid_months=one.valid_months)


def questions_of(one: SeedCourse) -> list[QuestionBody]:
    """Return the questions of a shipped course; raise ValueError when its two languages do not agree."""
    zh_quiz, en_quiz = _read(one.code, "zh")[1], _read(one.code, "en")[1]
    shapes = [[(len(options), answer) for _, options, answer in quiz] for quiz in (zh_quiz, en_quiz)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the languages of {one.code} ask different questions")
    return [
        QuestionBody(
            QuestionKind.SINGLE,
            LocalizedText(zh=zh[0], en=en[0]),
            tuple(LocalizedText(zh=a, en=b) for a, b in zip(zh[1], en[1], strict=True)),
            right=(zh[2],),
        )
        for zh, en in zip(zh_quiz, en_quiz, strict=True)
    ]


def seed_topic(uow: UnitOfWork, one: SeedCourse, actor: Principal, now: datetime) -> UUID:
    """Put the questions of a shipped course into the bank, those that are not there; return their topic."""
    topic = ensure_topic(uow, code=one.code, title=one.title, actor=actor, now=now)
    bodies = {f"{one.code}-{number}": body for number, body in enumerate(questions_of(one), start=1)}
    there = find_by_codes(uow.session, list(bodies))
    for code, body in bodies.items():
        if code not in there:
            add_question(uow, topic, body, code=code, actor=actor, now=now)
    uow.session.flush()  # What may be drawn is read back when the version is published.
    return topic.id


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
        tags=one.tags,
        actor=actor,
        now=now,
    )
    topic_id = seed_topic(uow, one, actor, now)
    _publish(uow, course, content_of(one, topic_id), actor, now)
    return course


def _publish(uow: UnitOfWork, course: Course, content: Content, actor: Principal, now: datetime) -> None:
    uow.session.flush()  # The draft is read back in the next line.
    draft = find_version(uow.session, course.id, VersionStatus.DRAFT)
    assert draft is not None
    edit_draft(uow, draft, content, actor=actor, now=now)
    publish_version(uow, draft, actor=actor, now=now)


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
