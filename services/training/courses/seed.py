"""The courses that ship with the product, read from `content/`: a text in each language, and questions for the bank.

A content file is Markdown as in rules.pages_of, then a line of three hyphens, then questions: "? " begins one,
"- " is a wrong option and "+ " a right one, several of which make a multiple choice, and "! " explains it. Both
languages ask the same in the same order.
"""

from dataclasses import dataclass, field
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
    about: LocalizedText
    tags: tuple[str, ...] = ()
    valid_months: int | None = None
    pass_mark: int = 80
    statement: LocalizedText | None = None


ONBOARDING = (
    SeedCourse(
        "company-culture",
        LocalizedText("公司文化", "Company culture"),
        Category.ONBOARDING,
        20,
        tags=("入职",),
        about=LocalizedText(
            "公司从哪里来、为谁做事、看重什么，以及日常怎样共事。",
            "Where the company comes from, whom it works for, what it values and how people work together.",
        ),
    ),
    SeedCourse(
        "company-rules",
        LocalizedText("规章制度", "Rules and regulations"),
        Category.ONBOARDING,
        30,
        tags=("入职", "制度"),
        statement=LocalizedText(
            zh="我已完整阅读并理解公司的规章制度，将在工作中遵守。",
            en="I have read the company's rules and regulations in full, understand them, and will keep to them.",
        ),
        about=LocalizedText(
            "考勤、费用、信息安全与行为规范：每位员工入职时须阅读并签署。",
            "Attendance, expenses, information security and conduct: read and signed by everybody who joins.",
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
        tags=("入职", "产品"),
        about=LocalizedText(
            "产品的核心技术、临床应用场景，以及与竞品的差异。",
            "What the products are built on, where they are used and how they differ from competitors.",
        ),
    ),
    SeedCourse(
        "industry-regulation",
        LocalizedText("行业法规", "Industry regulation"),
        Category.COMPLIANCE,
        40,
        tags=("入职", "法规"),
        about=LocalizedText(
            "医疗器械的注册、经营、广告与集采规则，销售人员须知。",
            "Registration, trade, advertising and volume-based procurement of devices, as sales people need them.",
        ),
    ),
    SeedCourse(
        "sales-process",
        LocalizedText("销售流程与技巧", "Sales process and skills"),
        Category.SKILL,
        40,
        tags=("入职", "销售"),
        about=LocalizedText(
            "从客户分级到签约回款的完整流程，以及每一步的方法。",
            "The whole way from segmenting customers to payment, and what to do at each step.",
        ),
    ),
    SeedCourse(
        "crm-use",
        LocalizedText("CRM 系统使用", "Using CRM"),
        Category.SKILL,
        25,
        tags=("入职", "crm"),
        about=LocalizedText(
            "客户、拜访、商机与任务在 CRM 中怎样记录，为什么要如实记录。",
            "How customers, visits, opportunities and tasks are recorded in CRM, and why truthfully.",
        ),
    ),
)
ANTI_BRIBERY = SeedCourse(
    "anti-bribery",
    LocalizedText("反商业贿赂年度培训", "Annual anti-bribery training"),
    Category.COMPLIANCE,
    45,
    tags=("反商业贿赂", "年度"),
    valid_months=12,
    about=LocalizedText(
        "商业贿赂的红线、常见情形与应对，每年一次。",
        "The red lines of commercial bribery, how they come up and what to do; once a year.",
    ),
)
DATA_SECURITY = SeedCourse(
    "data-security",
    LocalizedText("数据安全", "Data security"),
    Category.COMPLIANCE,
    35,
    tags=("数据安全", "年度"),
    valid_months=12,
    about=LocalizedText(
        "数据分级、外发、钓鱼邮件与事件报告：所有数据的规矩，每年一次。",
        "Classes of data, sending it out, phishing and incidents: rules for all data; once a year.",
    ),
)
DATA_PRIVACY = SeedCourse(
    "data-privacy",
    LocalizedText("个人信息保护与隐私", "Privacy and personal information"),
    Category.COMPLIANCE,
    35,
    tags=("隐私", "个人信息", "年度"),
    valid_months=12,
    about=LocalizedText(
        "患者、客户联系人与同事的个人信息：收集、使用、提供与出境的规则，每年一次。",
        "Personal information of patients, contacts and colleagues: collecting, using, passing on; once a year.",
    ),
)
# Renewed by those who know best: R&D and clinical experts for products, the best of sales for skills.
ONGOING = (
    SeedCourse(
        "new-products",
        LocalizedText("新产品与新技术", "New products and technology"),
        Category.PRODUCT,
        45,
        tags=("产品", "新产品", "年度"),
        valid_months=12,
        about=LocalizedText(
            "新产品上市前读什么、怎样讲、首批用户怎样安全上手。",
            "What to read before a launch, how to present it, and how first users begin safely.",
        ),
    ),
    SeedCourse(
        "negotiation",
        LocalizedText("商务谈判", "Negotiation"),
        Category.SKILL,
        40,
        tags=("技能", "谈判"),
        about=LocalizedText(
            "准备、交换与让步，以及谈判桌上的法律边界。",
            "Preparing, trading and conceding, and the limits that the law sets at the table.",
        ),
    ),
    SeedCourse(
        "key-accounts",
        LocalizedText("重点客户管理", "Key accounts"),
        Category.SKILL,
        40,
        tags=("技能", "重点客户"),
        about=LocalizedText(
            "怎样选重点客户、画决策地图、写客户计划，以及边界在哪里。",
            "Choosing key accounts, mapping decisions, planning with the customer, and where the limits are.",
        ),
    ),
    SeedCourse(
        "tendering",
        LocalizedText("招标投标", "Tendering"),
        Category.SKILL,
        45,
        tags=("技能", "招投标"),
        about=LocalizedText(
            "政府采购与招标投标的流程、时限、投标文件与红线。",
            "Government procurement and tenders: the procedure, the dates, the bid and the red lines.",
        ),
    ),
    SeedCourse(
        "academic-promotion",
        LocalizedText("学术推广", "Academic promotion"),
        Category.SKILL,
        45,
        tags=("技能", "学术推广"),
        about=LocalizedText(
            "材料、会议、讲者与赞助：学术推广怎样真实、公允、可查。",
            "Material, meetings, speakers and sponsorship: true, fair and on record.",
        ),
    ),
)
# Met by a mentorship that is signed off; no path asks for it until a trainer puts it into one.
FIELD_WORK = "field-mentoring"
COURSES = (*ONBOARDING, ANTI_BRIBERY, DATA_SECURITY, DATA_PRIVACY, *ONGOING)


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
    shapes = [[asked.shape for asked in quiz] for quiz in (zh_quiz, en_quiz)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"the languages of {one.code} ask different questions")
    return [
        QuestionBody(
            QuestionKind.MULTIPLE if len(zh.right) > 1 else QuestionKind.SINGLE,
            LocalizedText(zh=zh.text, en=en.text),
            tuple(LocalizedText(zh=a, en=b) for a, b in zip(zh.options, en.options, strict=True)),
            right=tuple(zh.right),
            explanation=LocalizedText(zh=zh.explanation, en=en.explanation),
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
        description=one.about,
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


@dataclass
class _Asked:
    """A question as one language's file has it."""

    text: str
    options: list[str] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    explanation: str = ""

    @property
    def shape(self) -> tuple[int, list[int], bool]:
        """What both languages agree on."""
        return len(self.options), self.right, bool(self.explanation)


def _read(code: str, locale: str) -> tuple[str, list[_Asked]]:
    text, _, questions = (CONTENT / f"{code}.{locale}.md").read_text("utf-8").partition("\n---\n")
    quiz: list[_Asked] = []
    for line in questions.splitlines():
        mark, said = line[:2], line[2:]
        if mark == "? ":
            quiz.append(_Asked(said))
        elif mark == "! ":
            quiz[-1].explanation = said
        elif mark in ("+ ", "- "):
            if mark == "+ ":
                quiz[-1].right.append(len(quiz[-1].options))
            quiz[-1].options.append(said)
    return text.strip(), quiz
