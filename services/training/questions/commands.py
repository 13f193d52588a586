"""Changing the bank: what was asked stays as it was, so a question is revised, never edited."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.training.parts.rules import Blueprint
from services.training.questions.models import Question, QuestionRevision, Topic
from services.training.questions.queries import (
    current_of_topics,
    find_by_codes,
    find_topic_by_code,
    list_revisions,
)
from services.training.questions.rules import (
    Feedback,
    Poolable,
    QuestionBody,
    body_digest,
    body_to_json,
    check_body,
    fill_pool,
    tidy,
    words_of,
)
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import (
    QuestionAdded,
    QuestionRestored,
    QuestionRetired,
    QuestionRevised,
    QuestionTopicAdded,
    QuestionTopicChanged,
)


def ensure_topic(
    uow: UnitOfWork,
    *,
    code: str,
    title: LocalizedText,
    feedback: Feedback = Feedback.EXPLANATIONS,
    actor: Principal,
    now: datetime,
) -> Topic:
    """Return the topic of that code, adding it when there is none."""
    found = find_topic_by_code(uow.session, code)
    if found is not None:
        return found
    topic = Topic(id=new_id(), code=code, title=title, feedback=feedback, created_at=now)
    uow.session.add(topic)
    append(uow, QuestionTopicAdded(topic.id, code, feedback), row=topic, actor=actor, now=now)
    uow.session.flush()  # Its questions refer to it, and no relationship tells the session the order.
    return topic


def add_topic(
    uow: UnitOfWork, *, code: str, title: LocalizedText, feedback: Feedback, actor: Principal, now: datetime
) -> Topic:
    """Add a topic; raise Conflict when the code is taken."""
    if find_topic_by_code(uow.session, code) is not None:
        said = N_("There is a topic with this code already")
        raise Conflict(said, fields={"code": [said]})
    return ensure_topic(uow, code=code, title=title, feedback=feedback, actor=actor, now=now)


def change_topic(
    uow: UnitOfWork,
    topic: Topic,
    *,
    title: LocalizedText,
    feedback: Feedback,
    actor: Principal,
    now: datetime,
) -> None:
    """Change what a topic is called and what its learners are told."""
    if (topic.title, topic.feedback) == (title, feedback):
        return
    topic.title = title
    topic.feedback = feedback
    append(uow, QuestionTopicChanged(topic.id, feedback), row=topic, actor=actor, now=now)


def add_question(
    uow: UnitOfWork,
    topic: Topic,
    body: QuestionBody,
    *,
    code: str | None = None,
    actor: Principal,
    now: datetime,
) -> QuestionRevision:
    """Add a question and return its first revision; without a code it is given one.

    Raises Conflict when the code is taken, InvalidInput when the question cannot be asked (see rules.check_body).
    """
    body = tidy(body)
    check_body(body)
    question_id = new_id()
    code = code or f"{topic.code[:60]}-{str(question_id)[-12:]}"
    if find_by_codes(uow.session, [code]):
        said = N_("There is a question with this code already")
        raise Conflict(said, fields={"code": [said]})
    question = Question(id=question_id, topic_id=topic.id, code=code, created_at=now)
    uow.session.add(question)
    append(uow, QuestionAdded(question.id, topic.id, code), row=question, actor=actor, now=now)
    uow.session.flush()  # Its revision refers to it, and no relationship tells the session the order.
    return _add_revision(uow, question, 1, body, actor, now)


def revise_question(
    uow: UnitOfWork, question: Question, body: QuestionBody, *, actor: Principal, now: datetime
) -> QuestionRevision:
    """Put a new revision in place of the current one; the same body again changes nothing.

    What was published goes on asking the revision it was published with. Raises InvalidInput as add_question
    does, Conflict when the question is retired.
    """
    if question.retired_at is not None:
        raise Conflict(N_("This question is retired"))
    body = tidy(body)
    check_body(body)
    latest = list_revisions(uow.session, question.id)[0]
    if latest.content_sha256 == bytes.fromhex(body_digest(body)):
        return latest
    return _add_revision(uow, question, latest.number + 1, body, actor, now)


def retire_question(uow: UnitOfWork, question: Question, *, actor: Principal, now: datetime) -> None:
    """Take a question out of what is drawn from in versions published from now on; raise Conflict if it is."""
    if question.retired_at is not None:
        raise Conflict(N_("This question is retired"))
    question.retired_at = now
    append(uow, QuestionRetired(question.id), row=question, actor=actor, now=now)


def restore_question(uow: UnitOfWork, question: Question, *, actor: Principal, now: datetime) -> None:
    """Bring a retired question back; raise Conflict if it is not retired."""
    if question.retired_at is None:
        raise Conflict(N_("This question is not retired"))
    question.retired_at = None
    append(uow, QuestionRestored(question.id), row=question, actor=actor, now=now)


def freeze_blueprint(session: Session, blueprint: Blueprint) -> Blueprint:
    """Return the blueprint with the current revisions of its topics as its pool: done when a version is published.

    Raises InvalidInput when a topic has fewer questions than are drawn (see rules.fill_pool).
    """
    topics = {draw.topic_id for draw in blueprint.draws}
    return fill_pool(blueprint, [Poolable(*one) for one in current_of_topics(session, topics)])


def _add_revision(
    uow: UnitOfWork, question: Question, number: int, body: QuestionBody, actor: Principal, now: datetime
) -> QuestionRevision:
    digest = body_digest(body)
    revision = QuestionRevision(
        id=new_id(),
        question_id=question.id,
        number=number,
        kind=body.kind,
        content=body_to_json(body),
        points=body.points,
        words=words_of(question.code, body),
        content_sha256=bytes.fromhex(digest),
        made_at=now,
    )
    uow.session.add(revision)
    revised = QuestionRevised(question.id, revision.id, number, body.kind, digest)
    append(uow, revised, row=revision, actor=actor, now=now)
    return revision
