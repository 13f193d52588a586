"""Valid things of training; a test states only what it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from services.training.assignments.models import Assignment
from services.training.attempts.commands import meet_part, start_attempt, turn_page
from services.training.attempts.queries import find_under_way, in_full
from services.training.certifications.rules import Basis, DueKind, DueRule
from services.training.courses.commands import create_course, edit_draft, publish_version
from services.training.courses.models import Course, CourseVersion
from services.training.courses.queries import find_version
from services.training.courses.rules import Category, Content, VersionStatus, count_pages
from services.training.curricula.commands import create_curriculum
from services.training.curricula.models import Curriculum
from services.training.curricula.rules import Item, PathContent
from services.training.enrolment.commands import Completion, activate_curriculum
from services.training.handlers import follow_people
from services.training.parts.rules import AssessmentPart, Blueprint, Draw, PartKind, TextPart
from services.training.questions.commands import add_question, ensure_topic
from services.training.questions.queries import find_by_codes
from services.training.questions.rules import QuestionBody, QuestionKind
from services.training.relief.commands import exempt
from services.training.waivers.models import CourseCredit
from shared.core.ids import new_id
from shared.core.principals import SYSTEM, Principal, Role
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from shared.directory import Audience, get_person
from shared.eventlog import FeedEvent
from shared.messages import encode, type_of
from shared.messages.people import PersonChanged, PersonHired, PersonLeft, PersonSnapshot
from tests.harness import Browser, Harness, make_snapshot

ACTOR = Principal(new_id(), "孙悦", frozenset({Role.TRAINER}))


RIGHT = 100
WRONG = 50
TEXT = TextPart(
    "text",
    LocalizedText(zh="课文", en="Text"),
    LocalizedText(
        zh="# 第一页\n\n正文。\n\n# 第二页\n\n- 一\n- 二",
        en="# Page one\n\nText.\n\n# Page two\n\n- a\n- b",
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What came of taking a course; `completion` is None unless the score was enough."""

    score: int
    completion: Completion | None


def make_content(**overrides: Any) -> Content:
    """Return content that may be published: a text of two pages, and a certificate for 12 months."""
    values: dict[str, Any] = {"minutes": 20, "parts": (TEXT,), "certifies": True, "valid_months": 12}
    return Content(**values | overrides)


def make_assessment(topic_id: UUID, count: int = 2, **overrides: Any) -> AssessmentPart:
    """Return an assessment that draws two questions from a topic, with a pass mark of 80 %."""
    blueprint = Blueprint((Draw(topic_id, count),), **{"pass_mark": 80, **overrides})
    return AssessmentPart("assessment", LocalizedText(zh="考核", en="Assessment"), blueprint)


def create_questions(uow: UnitOfWork, now: datetime, code: str, count: int = 2) -> UUID:
    """Put so many questions of one topic into the bank, each with the second option right; return the topic."""
    topic = ensure_topic(uow, code=code, title=LocalizedText(zh="题目", en="Topic"), actor=ACTOR, now=now)
    for number in range(1, count + 1):
        if not find_by_codes(uow.session, [f"{code}-{number}"]):
            body = QuestionBody(
                QuestionKind.SINGLE,
                LocalizedText(zh="可以送现金吗？", en="May one give cash?"),
                (LocalizedText(zh="可以", en="Yes"), LocalizedText(zh="不可以", en="No")),
                right=(1,),
            )
            add_question(uow, topic, body, code=f"{code}-{number}", actor=ACTOR, now=now)
    uow.session.flush()
    return topic.id


def create_published(
    uow: UnitOfWork, now: datetime, *, code: str = "anti-bribery", **content: Any
) -> tuple[Course, CourseVersion]:
    """Create a course with a published version: a text of two pages and, unless `parts` say else, an assessment."""
    if "parts" not in content:
        content["parts"] = (TEXT, make_assessment(create_questions(uow, now, code)))
    course = create_course(
        uow,
        code=code,
        title=LocalizedText(zh="反商业贿赂年度培训", en="Annual anti-bribery training"),
        category=Category.COMPLIANCE,
        owner_id=None,
        actor=ACTOR,
        now=now,
    )
    uow.session.flush()
    draft = find_version(uow.session, course.id, VersionStatus.DRAFT)
    assert draft is not None
    edit_draft(uow, draft, make_content(**content), actor=ACTOR, now=now)
    publish_version(uow, draft, actor=ACTOR, now=now)
    uow.session.flush()
    return course, draft


YEARLY = DueRule(DueKind.FIXED_DATE, 30, date(2026, 11, 30), every_months=12, basis=Basis.FIXED)
AFTER_30 = DueRule(DueKind.AFTER_JOINING, days=30)


def create_active(
    h: Harness,
    *,
    code: str = "yearly",
    due: DueRule = AFTER_30,
    audience: Audience | None = None,
    courses: tuple[str, ...] = ("anti-bribery",),
    shape: Callable[[list[UUID]], tuple[Item, ...]] | None = None,
    **content: Any,
) -> Curriculum:
    """Create courses and an active curriculum over them, and let its job run.

    `shape` makes steps of the courses' ids; without it each is a step of its own.
    """
    now = h.clock.now()
    with h.write("training") as uow:
        made = [create_published(uow, now, code=one, **content)[0] for one in courses]
        items = shape([one.id for one in made]) if shape is not None else None
        curriculum = create_curriculum(
            uow,
            code=code,
            content=PathContent(
                title=LocalizedText(zh="年度合规", en="Yearly compliance"),
                audience=audience or Audience(),
                due=due,
                items=items or tuple(Item((one.id,)) for one in made),
            ),
            actor=ACTOR,
            now=now,
        )
        activate_curriculum(uow, curriculum, actor=ACTOR, now=now)
    h.suite.runner.run_due("training")
    return curriculum


def hire(h: Harness, **overrides: Any) -> PersonSnapshot:
    """Let training hear that somebody was hired."""
    snapshot = make_snapshot(**overrides)
    deliver(h, PersonHired(snapshot))
    return snapshot


def change(h: Harness, snapshot: PersonSnapshot, *, left: bool = False) -> None:
    """Let training hear that somebody changed, or leaves."""
    deliver(h, PersonLeft(snapshot) if left else PersonChanged(snapshot, ()))


def deliver(h: Harness, message: Any) -> None:
    """Deliver one event of people's feed."""
    event = FeedEvent(
        position=0,
        id=new_id(),
        source="people",
        type=type_of(message),
        subject=f"person/{message.person.person_id}",
        person_id=message.person.person_id,
        actor="system",
        effective_at=h.clock.now(),
        recorded_at=h.clock.now(),
        data=encode(message),
    )
    with h.write("training") as uow:
        follow_people(uow, [event])


def assignments(h: Harness, person_id: UUID) -> list[Assignment]:
    """Return a person's assignments, the oldest first."""
    with h.read("training") as uow:
        found = list(
            uow.session.scalars(
                select(Assignment).where(Assignment.person_id == person_id).order_by(Assignment.id)
            )
        )
        uow.session.expunge_all()
    return found


def open_assignment(h: Harness, person_id: UUID) -> Assignment:
    """Return the person's one open assignment."""
    (found,) = [one for one in assignments(h, person_id) if one.ended_at is None]
    return found


def take(h: Harness, assignment_id: UUID, score: int = RIGHT) -> Outcome:
    """Let the person take it now: begin, read everything, and pass (unless the score is below 80)."""
    with h.write("training") as uow:
        assignment = uow.session.get_one(Assignment, assignment_id)
        return pass_parts(uow, assignment, h.clock.now(), score)


def pass_parts(uow: UnitOfWork, assignment: Assignment, now: datetime, score: int = RIGHT) -> Outcome:
    """Go through every part that is still to be done; what is asked is passed only with 80 or more."""
    completion = begin(uow, assignment, now)
    found = find_under_way(uow.session, assignment.id)
    for part in found.parts if found is not None and score >= 80 else ():
        if found is not None and part.id not in found.met:
            earned = score if part.kind is PartKind.ASSESSMENT else None
            completion = meet_part(
                uow, assignment, found, part, "somewhere", score=earned, actor=SYSTEM, now=now
            )
    return Outcome(score, completion)


def begin(uow: UnitOfWork, assignment: Assignment, now: datetime) -> Completion | None:
    """Begin an attempt and turn all pages of its first parts; where nothing is left to do, that completes it."""
    attempt = start_attempt(uow, assignment, actor=SYSTEM, now=now)
    under_way = in_full(uow.session, attempt)
    completion = None
    for part in under_way.parts:
        for number in range(1, count_pages(part, "zh") + 1):
            completion = turn_page(
                uow, assignment, under_way, part, number, locale="zh", actor=SYSTEM, now=now
            )
    return completion


def exempt_from(
    uow: UnitOfWork, assignment: Assignment, reason: str, now: datetime, until: date | None = None
) -> CourseCredit:
    """Let a trainer exempt somebody from the course of an assignment."""
    person = get_person(uow.session, assignment.person_id)
    course = uow.session.get_one(Course, assignment.course_id)
    return exempt(uow, person, course, reason, until=until, actor=ACTOR, now=now)


def stated(h: Harness, kind: str, person_id: UUID) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """Return the last statement about each reference of a kind: its intervals."""
    found: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for event in h.events("training", "training.impediment.stated.v1"):
        message = event.message()
        if message.kind == kind and message.person_id == person_id:
            found[message.reference] = [(one.start, one.until) for one in message.intervals]
    return found


def day(text: str) -> date:
    """Return a date written as 2026-09-21."""
    return date.fromisoformat(text)


def follow(browser: Browser, url: str, fields: dict[str, str] | None = None) -> TestResponse:
    """Submit the form of a page to the page itself."""
    return browser.submit(url, fields, form_of=url)
