"""The question bank by program, for trainers."""

from typing import Any
from uuid import UUID

from flask import url_for

from services.training.analysis.queries import figures_of_questions
from services.training.permissions import QUESTIONS_EDIT
from services.training.questions.commands import (
    add_question,
    add_topic,
    restore_question,
    retire_question,
    revise_question,
)
from services.training.questions.queries import (
    BankFilter,
    count_questions,
    get_question,
    get_topic,
    list_questions,
    list_topics,
)
from services.training.questions.rules import Feedback, QuestionKind
from services.training.questions.schemas import (
    NewQuestionSchema,
    NewQuestionTopicSchema,
    QuestionBodySchema,
    QuestionFiguresSchema,
    QuestionQuerySchema,
    QuestionSchema,
    QuestionTopicListSchema,
    QuestionTopicSchema,
    body_of_json,
    figures_json,
    question_json,
)
from shared.web.api import ApiBlueprint
from shared.web.context import current_principal, current_uow, now
from shared.web.guards import guard
from shared.web.validation import page_schema

blp = ApiBlueprint(
    "training_questions",
    __name__,
    url_prefix="/training/v1",
    description="The question bank",
)


@blp.get("/topics")
@guard(QUESTIONS_EDIT)
@blp.response(200, QuestionTopicListSchema)
@blp.problems(401, 403)
def topics() -> dict[str, Any]:
    """List the topics of the bank."""
    session = current_uow().session
    counts = count_questions(session)
    return {"items": [_topic_json(one, counts.get(one.id, 0)) for one in list_topics(session)]}


@blp.post("/topics")
@guard(QUESTIONS_EDIT)
@blp.arguments(NewQuestionTopicSchema, location="json")
@blp.response(201, QuestionTopicSchema)
@blp.problems(400, 401, 403, 409, 415, 422)
def create_topic(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Add a topic."""
    topic = add_topic(
        current_uow(),
        code=data["code"],
        title=data["title"],
        feedback=Feedback(data["feedback"]),
        actor=current_principal(),
        now=now(),
    )
    return _topic_json(topic, 0), 201, {"Location": "/training/v1/topics"}


@blp.get("/questions")
@guard(QUESTIONS_EDIT)
@blp.arguments(QuestionQuerySchema, location="query")
@blp.response(200, page_schema(QuestionSchema))
@blp.problems(401, 403, 422)
def questions(query: dict[str, Any]) -> dict[str, Any]:
    """List questions by code, with their answers."""
    kind = query["kind"]
    wanted = BankFilter(
        query["topic_id"], QuestionKind(kind) if kind else None, query["text"] or "", query["retired"]
    )
    page = list_questions(current_uow().session, wanted, cursor=query["cursor"], limit=query["limit"])
    return {"items": [question_json(one) for one in page.items], "next_cursor": page.next_cursor}


@blp.post("/questions")
@guard(QUESTIONS_EDIT)
@blp.arguments(NewQuestionSchema, location="json")
@blp.response(201, QuestionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def create_question(data: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Add a question to a topic."""
    uow = current_uow()
    topic = get_topic(uow.session, data["topic_id"])
    body = body_of_json(data)
    revision = add_question(uow, topic, body, code=data["code"], actor=current_principal(), now=now())
    uow.session.flush()  # It is read back as it will be listed.
    held = get_question(uow.session, revision.question_id)
    location = url_for("training_questions_api.question", question_id=held.question.id)
    return question_json(held), 201, {"Location": location}


@blp.get("/questions/<uuid:question_id>")
@guard(QUESTIONS_EDIT)
@blp.response(200, QuestionSchema)
@blp.problems(401, 403, 404)
def question(question_id: UUID) -> dict[str, Any]:
    """Return a question as it reads now, with its answer."""
    return question_json(get_question(current_uow().session, question_id))


@blp.post("/questions/<uuid:question_id>/revisions")
@guard(QUESTIONS_EDIT)
@blp.arguments(QuestionBodySchema, location="json")
@blp.response(200, QuestionSchema)
@blp.problems(400, 401, 403, 404, 409, 415, 422)
def revise(data: dict[str, Any], question_id: UUID) -> dict[str, Any]:
    """Let a question read differently from now on; the same again changes nothing."""
    uow = current_uow()
    held = get_question(uow.session, question_id)
    revise_question(uow, held.question, body_of_json(data), actor=current_principal(), now=now())
    uow.session.flush()  # It is read back as it will be listed.
    return question_json(get_question(uow.session, question_id))


@blp.post("/questions/<uuid:question_id>/retire")
@guard(QUESTIONS_EDIT)
@blp.response(200, QuestionSchema)
@blp.problems(401, 403, 404, 409)
def retire(question_id: UUID) -> dict[str, Any]:
    """Take a question out of what versions published from now on draw from."""
    held = get_question(current_uow().session, question_id)
    retire_question(current_uow(), held.question, actor=current_principal(), now=now())
    return question_json(held)


@blp.post("/questions/<uuid:question_id>/restore")
@guard(QUESTIONS_EDIT)
@blp.response(200, QuestionSchema)
@blp.problems(401, 403, 404, 409)
def restore(question_id: UUID) -> dict[str, Any]:
    """Bring a retired question back."""
    held = get_question(current_uow().session, question_id)
    restore_question(current_uow(), held.question, actor=current_principal(), now=now())
    return question_json(held)


@blp.get("/questions/<uuid:question_id>/analysis")
@guard(QUESTIONS_EDIT)
@blp.response(200, QuestionFiguresSchema)
@blp.problems(401, 403, 404)
def analysis(question_id: UUID) -> dict[str, Any]:
    """Return how a question fares: p, point-biserial correlation with the rest, and who chose which option."""
    session = current_uow().session
    held = get_question(session, question_id)
    return figures_json(question_id, figures_of_questions(session, [held.question.id]).get(question_id))


def _topic_json(topic: Any, questions: int) -> dict[str, Any]:
    return {
        "id": topic.id,
        "code": topic.code,
        "title": topic.title,
        "feedback": topic.feedback,
        "questions": questions,
    }
