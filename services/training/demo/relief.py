"""Exceptions, waivers, exemptions and trainings by hand at the demo company: a trainer's queues on a working day."""

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

import shared.documents
from services.training.assigning.commands import Order, assign_chunk
from services.training.assignments.models import Assignment
from services.training.assignments.rules import OPEN
from services.training.courses.commands import create_course, edit_draft, publish_version
from services.training.courses.models import Course
from services.training.courses.queries import find_by_code, find_version
from services.training.courses.rules import Category, VersionStatus
from services.training.courses.seed import ONBOARDING
from services.training.exceptions.commands import grant_exception, refuse_exception, request_exception
from services.training.relief.commands import exempt, grant, refuse
from services.training.waivers.commands import Evidence, make_equivalence, request_waiver
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.directory import DirectoryPerson
from shared.files import FileKind, FileStore

_FONTS = Path(shared.documents.__file__).parent / "fonts"
# Each is a person's own words, and how it was decided; the last ones still wait.
_EXCEPTIONS = (
    ("参加全国耗材展会，整周驻场，无法学习。", "granted", "展会属实，顺延两周。"),
    ("客户上线新系统，这两周需要驻院支持。", "refused", "培训只需 40 分钟，请在周末前完成。"),
    ("Recovering from surgery; the hospital's certificate is with HR.", "", ""),
    ("外派学习三周，期间无法登录内网。", "", ""),
    ("负责华东区招标项目，下周五开标，申请顺延。", "", ""),
)
_WAIVERS = (
    ("持有医疗器械行业协会同等课程证书，2026 年取得。", "granted", "核对证书编号，内容等同。"),
    ("上一家公司的培训记录。", "refused", "未附证书，且内容不含本公司制度。"),
    ("The university's certificate in data protection law, with its transcript.", "", ""),
    ("已取得省级医疗器械经营质量管理培训合格证。", "", ""),
)
_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class _Open:
    """Something that somebody without a part to play has still to do, and not yet late."""

    assignment: Assignment
    person: DirectoryPerson

    @property
    def who(self) -> Principal:
        return Principal(self.person.id, self.person.name, frozenset({Role.REP}), self.person.id)


def load_relief(database: Database, company: DemoCompany) -> None:
    """Fill a trainer's queues, as a few people of the company would."""
    with database.write() as uow:
        found = _open(uow, company, len(_EXCEPTIONS) + len(_WAIVERS) + 1)
        trainer = company.persona("trainer")
        actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
        _add_exceptions(uow, company, found[: len(_EXCEPTIONS)], actor)
        rest = found[len(_EXCEPTIONS) :]
        _add_waivers(uow, company, rest[: len(_WAIVERS)], actor)
        for one in rest[len(_WAIVERS) :]:
            course = uow.session.get_one(Course, one.assignment.course_id)
            until = company.today + timedelta(days=120)
            exempt(uow, one.person, course, "产假", until=until, actor=actor, now=company.now)
        _add_equivalence(uow, company, actor)
        _assign_by_hand(uow, company, actor)


def _open(uow: UnitOfWork, company: DemoCompany, most: int) -> list[_Open]:
    """Return what people of the company have before them: one each, of whom the story tells nothing else."""
    parts = [one.id for one in company.people if one.persona]
    statement = (
        select(Assignment, DirectoryPerson)
        .join(DirectoryPerson, DirectoryPerson.id == Assignment.person_id)
        .where(
            Assignment.status.in_(OPEN),
            Assignment.released_at.is_(None),
            Assignment.choice_id.is_(None),
            Assignment.due_on.between(company.today + timedelta(days=15), company.today + _AHEAD),
            DirectoryPerson.id.not_in(parts),
            DirectoryPerson.left_on.is_(None),
        )
        .order_by(Assignment.due_on, DirectoryPerson.employee_no)
        .limit(most * 8)
    )
    found: dict[object, _Open] = {}
    for assignment, person in uow.session.execute(statement):
        found.setdefault(person.id, _Open(assignment, person))
    return list(found.values())[:most]


def _add_exceptions(uow: UnitOfWork, company: DemoCompany, found: list[_Open], actor: Principal) -> None:
    for number, (one, (reason, decision, words)) in enumerate(zip(found, _EXCEPTIONS, strict=False)):
        asked_at = company.now - timedelta(days=6 - number, hours=number)
        wished = one.assignment.due_on + timedelta(days=14)
        exception = request_exception(
            uow, one.assignment, reason, wished_on=wished, actor=one.who, now=asked_at
        )
        uow.session.flush()  # The decision is another event about the same row.
        decided_at = asked_at + timedelta(hours=20)
        if decision == "granted":
            grant_exception(uow, exception, one.assignment, wished, words, actor=actor, now=decided_at)
        elif decision == "refused":
            refuse_exception(uow, exception, words, actor=actor, now=decided_at)


def _add_waivers(uow: UnitOfWork, company: DemoCompany, found: list[_Open], actor: Principal) -> None:
    for number, (one, (reason, decision, words)) in enumerate(zip(found, _WAIVERS, strict=False)):
        asked_at = company.now - timedelta(days=5 - number, hours=number)
        course = uow.session.get_one(Course, one.assignment.course_id)
        evidence = _evidence(uow, company, one, course) if decision != "refused" else None
        waiver = request_waiver(
            uow, one.person.id, course, reason, until=company.today + timedelta(days=365), evidence=evidence,
            actor=one.who, now=asked_at,
        )  # fmt: skip
        uow.session.flush()  # The decision is another event about the same row.
        decided_at = asked_at + timedelta(hours=26)
        if decision == "granted":
            grant(uow, waiver, until=waiver.until, reason=words, actor=actor, now=decided_at)
        elif decision == "refused":
            refuse(uow, waiver, words, actor=actor, now=decided_at)


def _evidence(uow: UnitOfWork, company: DemoCompany, one: _Open, course: Course) -> Evidence | None:
    """Draw the certificate that somebody hands in, and keep it as if it had been uploaded."""
    if company.files_dir is None:
        return None
    picture = Image.new("RGB", (1000, 700), "#fffdf7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((24, 24, 976, 676), outline="#8a6d3b", width=6)
    large, small = (ImageFont.truetype(str(_FONTS / "NotoSansSC_400Regular.ttf"), size) for size in (64, 30))
    draw.text((500, 150), "培训合格证书", font=large, fill="#333333", anchor="mm")
    draw.text((500, 290), f"{one.person.name} 已完成", font=small, fill="#333333", anchor="mm")
    draw.text((500, 360), f"《{course.title.zh}》同等课程", font=small, fill="#333333", anchor="mm")
    day = company.today - timedelta(days=90)
    draw.text((500, 540), f"医疗器械行业协会 · {day.isoformat()}", font=small, fill="#8a6d3b", anchor="mm")
    drawn = io.BytesIO()
    picture.save(drawn, "PNG")
    drawn.seek(0)
    stored = FileStore(company.files_dir).keep(
        uow, drawn, allow=(FileKind.PNG,), max_bytes=2**20, now=company.now
    )
    return Evidence(stored.sha256, "培训合格证书.png")


def _add_equivalence(uow: UnitOfWork, company: DemoCompany, actor: Principal) -> None:
    """Let an association's course stand in for one of the product's own."""
    made_at = company.now - timedelta(days=40)
    by = create_course(
        uow,
        code="device-regulation-external",
        title=LocalizedText(
            "医疗器械经营质量管理规范（协会课程）", "Good supply practice for devices (association)"
        ),
        category=Category.COMPLIANCE,
        owner_id=actor.person_id,
        actor=actor,
        now=made_at,
    )
    uow.session.flush()  # Its draft is read back.
    draft = find_version(uow.session, by.id, VersionStatus.DRAFT)
    assert draft is not None
    regulation = find_by_code(uow.session, "industry-regulation")
    published = find_version(uow.session, regulation.id, VersionStatus.PUBLISHED) if regulation else None
    assert regulation is not None
    assert published is not None
    edit_draft(uow, draft, published.content, actor=actor, now=made_at)
    publish_version(uow, draft, actor=actor, now=made_at)
    make_equivalence(uow, regulation, by, max_age_months=24, actor=actor, now=made_at)


def _assign_by_hand(uow: UnitOfWork, company: DemoCompany, actor: Principal) -> None:
    """Ask one more training of a few reps who joined before onboarding was in use."""
    course = find_by_code(uow.session, ONBOARDING[-1].code)
    assert course is not None
    asked = select(Assignment.person_id).where(Assignment.course_id == course.id)
    people = uow.session.scalars(
        select(DirectoryPerson.id)
        .where(
            DirectoryPerson.position == "rep",
            DirectoryPerson.left_on.is_(None),
            DirectoryPerson.id.not_in(asked),
            DirectoryPerson.id.not_in([one.id for one in company.people if one.persona]),
        )
        .order_by(DirectoryPerson.employee_no)
        .limit(6)
    ).all()
    due_on = company.today + timedelta(days=30)
    order = Order(course.id, due_on, actor, "新版 CRM 下月上线，请提前熟悉。", tuple(people))
    if people:
        assign_chunk(uow, order, None, now=company.now - timedelta(hours=3))
