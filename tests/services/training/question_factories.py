"""Valid questions and sittings; a test states only what it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.training.assignments.models import Assignment
from services.training.parts.rules import AssessmentPart, Blueprint, Draw
from services.training.questions.commands import add_question, ensure_topic
from services.training.questions.models import QuestionRevision, Topic
from services.training.questions.rules import QuestionBody, QuestionKind
from services.training.sittings.commands import Result, grade_sitting, save_answer, start_sitting
from services.training.sittings.models import Sitting
from services.training.sittings.queries import asked_in
from services.training.sittings.rules import Given
from shared.core.principals import SYSTEM
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from tests.harness import Harness
from tests.services.training.factories import ACTOR, create_active, hire, open_assignment


def make_body(right: int = 1, **overrides: Any) -> QuestionBody:
    """Return a single choice of three, of which the second is right."""
    values: dict[str, Any] = {
        "kind": QuestionKind.SINGLE,
        "text": LocalizedText(zh="可以送现金吗？", en="May one give cash?"),
        "options": tuple(
            LocalizedText(zh=zh, en=en)
            for zh, en in (("可以", "Yes"), ("不可以", "No"), ("看情况", "Perhaps"))
        ),
        "right": (right,),
        "explanation": LocalizedText(zh="现金一律不送。", en="Cash is never given."),
    }
    return QuestionBody(**values | overrides)


def create_topic(uow: UnitOfWork, now: datetime, code: str = "anti-bribery", **overrides: Any) -> Topic:
    """Add a topic."""
    values: dict[str, Any] = {"title": LocalizedText(zh="反商业贿赂", en="Anti-bribery")}
    return ensure_topic(uow, code=code, **values | overrides, actor=ACTOR, now=now)


def create_questions(
    uow: UnitOfWork, topic: Topic, now: datetime, bodies: list[QuestionBody]
) -> list[QuestionRevision]:
    """Add questions to a topic: `<topic>-1` and so on."""
    made = [
        add_question(uow, topic, body, code=f"{topic.code}-{number}", actor=ACTOR, now=now)
        for number, body in enumerate(bodies, start=1)
    ]
    uow.session.flush()
    return made


PART = "quiz"


def create_assessment(h: Harness, bodies: list[QuestionBody] | None = None, **blueprint: Any) -> Assignment:
    """Ask a new person for a course that is an assessment of all these questions, and return their assignment."""
    now = h.clock.now()
    with h.write("training") as uow:
        topic = create_topic(uow, now)
        wanted = bodies or [make_body(), make_body(0)]
        create_questions(uow, topic, now, wanted)
    part = AssessmentPart(
        PART,
        LocalizedText(zh="测验", en="Quiz"),
        Blueprint((Draw(topic.id, len(wanted)),), **{"shuffle": False, **blueprint}),
    )
    create_active(h, parts=(part,))
    return open_assignment(h, hire(h).person_id)


def start(h: Harness, assignment: Assignment) -> UUID:
    """Let the person begin a sitting, or go on, and return its id."""
    with h.write("training") as uow:
        mine = uow.session.get_one(Assignment, assignment.id)
        return start_sitting(uow, mine, PART, actor=SYSTEM, now=h.clock.now()).id


def answer(h: Harness, sitting_id: UUID, place: int, given: Given, seen: int = 0) -> int:
    """Let the person answer."""
    with h.write("training") as uow:
        sitting = uow.session.get_one(Sitting, sitting_id)
        return save_answer(uow, sitting, place, given, seen=seen, actor=SYSTEM, now=h.clock.now())


def hand_in(h: Harness, sitting_id: UUID) -> Result:
    """Let the person hand in."""
    with h.write("training") as uow:
        sitting = uow.session.get_one(Sitting, sitting_id)
        return grade_sitting(uow, sitting, actor=SYSTEM, now=h.clock.now())


def sat(h: Harness, sitting_id: UUID) -> Sitting:
    """Return the sitting as it is now."""
    with h.read("training") as uow:
        found = uow.session.get_one(Sitting, sitting_id)
        uow.session.expunge_all()
    return found


def right_answers(h: Harness, sitting_id: UUID) -> dict[int, Given]:
    """Return what is right at each place, as it would be given."""
    with h.read("training") as uow:
        asked = asked_in(uow.session, uow.session.get_one(Sitting, sitting_id))
        return {one.place: right_for(one.body, one.drawn.order) for one in asked}


def right_for(body: QuestionBody, order: Sequence[int]) -> Given:
    """Return the right answer to a question, as it would be given where its options are shown in `order`."""
    match body.kind:
        case QuestionKind.NUMERIC:
            return str(body.value)
        case QuestionKind.SHORT_TEXT:
            return body.accepted[0]
        case QuestionKind.ORDERING:
            return [order.index(option) for option in range(len(body.options))]
        case QuestionKind.TRUE_FALSE:
            return list(body.right)
        case _:
            return [order.index(option) for option in body.right]
