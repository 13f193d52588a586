"""Filling a database with the demo company's training."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from services.training.courses.commands import edit_course, edit_draft, start_draft
from services.training.courses.queries import find_by_code, find_version
from services.training.courses.rules import VersionStatus
from services.training.courses.seed import ANTI_BRIBERY, COURSES
from services.training.curricula.commands import keep_revision
from services.training.curricula.models import Curriculum
from services.training.curricula.queries import content_of, list_requirements
from services.training.curricula.queries import find_by_code as find_path
from services.training.curricula.rules import CurriculumStatus, CurriculumStep, next_status
from services.training.curricula.seed import LEADERS, seed_curricula
from services.training.demo.careers import load_careers
from services.training.demo.certificates import load_certificates
from services.training.demo.chance import DUE_AGO
from services.training.demo.history import IN_USE, Asked, History
from services.training.demo.library import load_library
from services.training.demo.media import load_media
from services.training.demo.mentoring import load_mentoring
from services.training.demo.questions import load_bank, load_sittings
from services.training.demo.relief import load_relief
from services.training.demo.sessions import load_sessions
from services.training.enrolment.commands import activate_curriculum
from services.training.history.commands import follow
from services.training.parts.rules import AssessmentPart, Part, TextPart
from services.training.questions.commands import add_question, ensure_topic
from services.training.questions.rules import QuestionBody, QuestionKind
from services.training.reminders.commands import send_chunk
from services.training.revisions.commands import assign_chunk
from services.training.standing.rules import coverage_stated
from shared.core.principals import SYSTEM, Principal, Role
from shared.core.text import LocalizedText
from shared.core.zones import local_date, start_of_day
from shared.db.uow import Database, UnitOfWork
from shared.demo import DemoCompany
from shared.directory import DirectoryPerson
from shared.directory.handlers import row_of
from shared.eventlog import Entry, append, append_many
from shared.messages.training import CurriculumActivated

_SINCE_THE_START = ("onboarding", "anti-bribery-yearly", "data-privacy-yearly")
_PEOPLE_AT_ONCE = 20_000
# So many are told of in full; of the rest of a very large company, what counts today.
_IN_FULL = 2_000


def load_demo(database: Database, company: DemoCompany) -> None:
    """Fill a database that has nothing but, perhaps, the roster from people's feed."""
    with database.write() as uow:
        asked = _prepare(uow, company)
        uow.session.expunge_all()  # They are read by the units of work that follow.
    with _without_collector():
        _load_people(database, company, asked)
    _begin_today(database, company)
    with database.write() as uow:
        _write_draft(uow, company)
        while send_chunk(uow, now=company.now):
            continue
    load_sittings(database, company)
    load_library(database, company)
    load_sessions(database, company)
    load_careers(database, company)
    load_mentoring(database, company)
    load_media(database, company)
    load_relief(database, company)
    load_certificates(database, company)
    follow(database)


def _begin_today(database: Database, company: DemoCompany) -> None:
    """A path with a choice and an order began this morning: what it asks is due in weeks, so it holds nobody."""
    with database.write() as uow:
        curriculum = find_path(uow.session, LEADERS)
        assert curriculum is not None
        trainer = company.persona("trainer")
        actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
        activate_curriculum(uow, curriculum, actor=actor, now=company.now)
    after: UUID | None = None
    while True:
        with database.write() as uow:
            curriculum = find_path(uow.session, LEADERS)
            assert curriculum is not None
            chunk = assign_chunk(uow, curriculum, after, now=company.now)
        if chunk.last_id is None:
            return
        after = chunk.last_id


def _load_people(database: Database, company: DemoCompany, asked: list[Asked]) -> None:
    people = enumerate(company.people)
    while some := list(islice(people, _PEOPLE_AT_ONCE)):
        history = History(company, asked)
        for number, person in some:
            history.add(person, brief=number >= _IN_FULL)
        with database.write() as uow:
            history.write(uow)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing here is garbage before it is written, and looking for some takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _prepare(uow: UnitOfWork, company: DemoCompany) -> list[Asked]:
    """Publish the shipped courses and let the shipped paths apply since a year ago."""
    start = company.now - IN_USE
    due_on = company.today - DUE_AGO
    if not uow.session.scalar(select(func.count()).select_from(DirectoryPerson)):
        _load_roster(uow, company)
    load_bank(uow, now=start)
    _, curricula = seed_curricula(uow, now=start, hired_from=local_date(start), anti_bribery_on=due_on)
    _give_owner(uow, company)
    for code in _SINCE_THE_START:
        _activate(uow, curricula[code], company)
    uow.session.flush()  # They are read back in the next line.
    asked = []
    for found in list_requirements(uow.session, status=CurriculumStatus.ACTIVE):
        version = find_version(uow.session, found.course.id, VersionStatus.PUBLISHED)
        assert version is not None
        asked.append(Asked(found, version))
    return asked


def _activate(uow: UnitOfWork, curriculum: Curriculum, company: DemoCompany) -> None:
    """As activate_curriculum, but without the job: the assignments are made here."""
    start = company.now - IN_USE
    curriculum.status = next_status(curriculum.status, CurriculumStep.ACTIVATE)
    curriculum.active_from = local_date(start)
    content = content_of(uow.session, curriculum)
    keep_revision(uow, curriculum, content, impact_sha256=None, effective_at=start, actor=SYSTEM, now=start)
    activated = CurriculumActivated(curriculum.id, curriculum.code)
    append(uow, activated, row=curriculum, actor=SYSTEM, now=start)


def _load_roster(uow: UnitOfWork, company: DemoCompany) -> None:
    """Without people's feed at hand, the roster comes from the plan."""
    start = company.now - IN_USE
    rows: list[dict[str, Any]] = [row_of(one.snapshot) for one in company.people]
    for first in range(0, len(rows), 5_000):
        uow.session.execute(insert(DirectoryPerson), rows[first : first + 5_000])
    append_many(
        uow.session.connection(),
        (
            Entry(
                coverage_stated(one.id, one.hired_on),
                f"standing/coverage/{one.id}",
                SYSTEM.actor,
                max(start, start_of_day(one.hired_on)),
                person_id=one.id,
            )
            for one in company.people
        ),
    )


def _give_owner(uow: UnitOfWork, company: DemoCompany) -> None:
    """The trainer looks after the shipped courses."""
    trainer = company.persona("trainer")
    actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
    for one in COURSES:
        course = find_by_code(uow.session, one.code)
        assert course is not None
        edit_course(
            uow, course, course.details, trainer.id, actor=actor, now=company.now - timedelta(days=300)
        )


def _write_draft(uow: UnitOfWork, company: DemoCompany) -> None:
    """What the trainer has before them: next year's anti-bribery course, ready to be read once more and published."""
    trainer = company.persona("trainer")
    actor = Principal(trainer.account_id, trainer.name, frozenset({Role.TRAINER}), trainer.id)
    course = find_by_code(uow.session, ANTI_BRIBERY.code)
    published = find_version(uow.session, course.id, VersionStatus.PUBLISHED) if course else None
    assert course is not None
    assert published is not None
    before = published.content
    draft = start_draft(uow, course, actor=actor, now=company.now - timedelta(days=3))
    topic = ensure_topic(uow, code=ANTI_BRIBERY.code, title=ANTI_BRIBERY.title, actor=actor, now=company.now)
    written_at = company.now - timedelta(days=1)
    add_question(uow, topic, _NEW_QUESTION, code=f"{topic.code}-live", actor=actor, now=written_at)
    parts = tuple(_rewritten(one) for one in before.parts)
    content = replace(before, parts=parts, minutes=before.minutes + 5, retrain=True, retrain_days=30)
    edit_draft(uow, draft, content, actor=actor, now=written_at)


def _rewritten(part: Part) -> Part:
    """Next year's text has a page more, and its assessment draws one question more."""
    if isinstance(part, TextPart):
        text = LocalizedText(
            *("\n\n".join(two) for two in zip(_both(part.text), _both(_NEW_PAGE), strict=True))
        )
        return replace(part, text=text)
    if isinstance(part, AssessmentPart):
        draws = tuple(replace(one, count=one.count + 1) for one in part.blueprint.draws)
        return replace(part, blueprint=replace(part.blueprint, draws=draws, pool=()))
    return part


def _both(text: LocalizedText) -> tuple[str, str]:
    return text.zh, text.en


_NEW_PAGE = LocalizedText(
    zh="# 线上会议与直播\n\n线上学术会议与线下会议适用同样的规矩：讲者协议、议程、签到记录、回放都要留存，"
    "讲课时长与费用标准一致。\n\n直播间不得发放现金红包、抽奖礼品，也不得以“打赏”的方式向医务人员支付费用。",
    en="# Online meetings and live streams\n\nOnline academic meetings follow the same rules as those in a room: "
    "the speaker's agreement, the agenda, the record of attendance and the recording are kept, and fees follow the "
    "time spoken.\n\nNo cash gifts and no prizes in a live stream, and no payment to healthcare professionals "
    "dressed up as a tip.",
)
_NEW_QUESTION = QuestionBody(
    QuestionKind.SINGLE,
    LocalizedText(
        zh="线上学术会议中，主持人提议给听课医生发红包，应该怎样做？",
        en="During an online meeting the host proposes cash gifts for the doctors listening. What do you do?",
    ),
    (
        LocalizedText(zh="金额小就可以", en="Fine, if the amounts are small"),
        LocalizedText(zh="由经销商出钱发放", en="Let a dealer pay for them"),
        LocalizedText(zh="制止，并在会后向合规部报告", en="Stop it, and report it to compliance afterwards"),
    ),
    right=(2,),
)
