"""Reading the bank."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from services.training.questions.models import Question, QuestionRevision, Topic
from services.training.questions.rules import QuestionKind
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


@dataclass(frozen=True)
class Held:
    """A question with its topic and its current revision."""

    question: Question
    topic: Topic
    revision: QuestionRevision


@dataclass(frozen=True)
class BankFilter:
    """Which questions are looked for; `retired` None: both."""

    topic_id: UUID | None = None
    kind: QuestionKind | None = None
    text: str = ""
    retired: bool | None = False


def list_topics(session: Session) -> list[Topic]:
    """Return every topic, by code: there are dozens, not thousands."""
    return list(session.scalars(select(Topic).order_by(Topic.code)))


def get_topic(session: Session, topic_id: UUID) -> Topic:
    """Return the topic; raise NotFound."""
    found: Topic | None = session.get(Topic, topic_id)
    if found is None:
        raise NotFound(N_("There is no such topic"))
    return found


def find_topic_by_code(session: Session, code: str) -> Topic | None:
    """Return the topic of that code, or None."""
    found: Topic | None = session.scalar(select(Topic).where(Topic.code == code))
    return found


def count_questions(session: Session) -> dict[UUID, int]:
    """Return how many questions each topic has that are not retired."""
    statement = (
        select(Question.topic_id, func.count())
        .where(Question.retired_at.is_(None))
        .group_by(Question.topic_id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def get_question(session: Session, question_id: UUID) -> Held:
    """Return the question as it reads now; raise NotFound."""
    row = session.execute(_held().where(Question.id == question_id)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such question"))
    return Held(*row)


def list_questions(
    session: Session, wanted: BankFilter, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Held]:
    """Return one page of the bank, by code (two queries)."""
    statement = select(Question)
    if wanted.topic_id is not None:
        statement = statement.where(Question.topic_id == wanted.topic_id)
    if wanted.retired is not None:
        condition = Question.retired_at.is_not(None) if wanted.retired else Question.retired_at.is_(None)
        statement = statement.where(condition)
    if wanted.kind is not None or wanted.text:
        statement = statement.where(Question.id.in_(_with_revision(wanted)))
    page = paginate(session, statement, keys=[Question.code, Question.id], cursor=cursor, limit=limit)
    held = held_of(session, [one.id for one in page.items])
    return Page([held[one.id] for one in page.items], page.next_cursor)


def held_of(session: Session, question_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Return questions as they read now, by id (one query)."""
    if not question_ids:
        return {}
    rows = session.execute(_held().where(Question.id.in_(question_ids)))
    return {row[0].id: Held(*row) for row in rows}


def stream_questions(session: Session, wanted: BankFilter) -> Iterator[Held]:
    """Return every question that the filter finds, by code, a page at a time: for files."""
    cursor: str | None = None
    while True:
        page = list_questions(session, wanted, cursor=cursor, limit=200)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def find_by_codes(session: Session, codes: Collection[str]) -> dict[str, Held]:
    """Return the questions of those codes, by code."""
    if not codes:
        return {}
    rows = session.execute(_held().where(Question.code.in_(codes)))
    return {row[0].code: Held(*row) for row in rows}


def list_revisions(session: Session, question_id: UUID) -> list[QuestionRevision]:
    """Return all revisions of a question, the latest first."""
    statement = (
        select(QuestionRevision)
        .where(QuestionRevision.question_id == question_id)
        .order_by(QuestionRevision.number.desc())
    )
    return list(session.scalars(statement))


def revisions_of(
    session: Session, revision_ids: Sequence[UUID]
) -> dict[UUID, tuple[QuestionRevision, Question, Topic]]:
    """Return revisions, current or not, with their questions and topics, by id (one query)."""
    statement = (
        select(QuestionRevision, Question, Topic)
        .join(Question, Question.id == QuestionRevision.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .where(QuestionRevision.id.in_(revision_ids))
    )
    return {row[0].id: (row[0], row[1], row[2]) for row in session.execute(statement)}


def current_of_topics(session: Session, topic_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return (revision, topic) of every question of the topics that is not retired."""
    statement = (
        select(QuestionRevision.id, Question.topic_id)
        .join(Question, Question.id == QuestionRevision.question_id)
        .where(Question.topic_id.in_(topic_ids), Question.retired_at.is_(None), _is_current())
    )
    return [(revision_id, topic_id) for revision_id, topic_id in session.execute(statement)]


def _held() -> Select[Question, Topic, QuestionRevision]:
    return (
        select(Question, Topic, QuestionRevision)
        .join(Topic, Topic.id == Question.topic_id)
        .join(QuestionRevision, QuestionRevision.question_id == Question.id)
        .where(_is_current())
    )


def _is_current() -> ColumnElement[bool]:
    later = aliased(QuestionRevision)
    return (
        ~select(later.id)
        .where(later.question_id == QuestionRevision.question_id, later.number > QuestionRevision.number)
        .exists()
    )


def _with_revision(wanted: BankFilter) -> Select[UUID]:
    statement = select(QuestionRevision.question_id).where(_is_current())
    if wanted.kind is not None:
        statement = statement.where(QuestionRevision.kind == wanted.kind)
    for word in wanted.text.lower().split():
        statement = statement.where(QuestionRevision.words.contains(word, autoescape=True))
    return statement
