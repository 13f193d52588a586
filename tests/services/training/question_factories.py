"""Valid questions and sittings; a test states only what it is about."""

from datetime import datetime
from typing import Any

from services.training.questions.commands import add_question, ensure_topic
from services.training.questions.models import QuestionRevision, Topic
from services.training.questions.rules import QuestionBody, QuestionKind
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from tests.services.training.factories import ACTOR


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
