"""Reading what files would do to the bank."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from services.training.interchange.models import QuestionImport
from services.training.interchange.rules import Entry, Known, Planned, plan
from services.training.questions.models import Question, QuestionRevision, Topic
from services.training.questions.queries import find_by_codes, list_topics
from shared.core.errors import NotFound
from shared.core.text import N_


def list_imports(session: Session, limit: int = 20) -> list[QuestionImport]:
    """Return the latest files, without what was in them."""
    shown = (
        QuestionImport.id,
        QuestionImport.name,
        QuestionImport.status,
        QuestionImport.made_at,
        QuestionImport.applied_at,
        QuestionImport.added,
        QuestionImport.revised,
    )
    statement = (
        select(QuestionImport)
        .options(load_only(*shown, raiseload=True))
        .order_by(QuestionImport.made_at.desc(), QuestionImport.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def get_import(session: Session, import_id: UUID) -> QuestionImport:
    """Return the file; raise NotFound."""
    found: QuestionImport | None = session.get(QuestionImport, import_id)
    if found is None:
        raise NotFound(N_("There is no such import"))
    return found


def plan_now(session: Session, entries: Sequence[Entry]) -> list[Planned]:
    """Say what entries would do to the bank as it is: three queries, however many there are."""
    topics = {one.id: one.code for one in list_topics(session)}
    held = find_by_codes(session, {one.code for one in entries if one.code})
    by_code = {
        code: Known(one.topic.code, one.revision.content_sha256.hex(), one.question.retired_at is not None)
        for code, one in held.items()
    }
    return plan(entries, topics.values(), by_code, _digests(session, entries))


def _digests(session: Session, entries: Sequence[Entry]) -> list[tuple[str, str]]:
    if all(one.code for one in entries):
        return []
    statement = (
        select(Topic.code, QuestionRevision.content_sha256)
        .join(Question, Question.topic_id == Topic.id)
        .join(QuestionRevision, QuestionRevision.question_id == Question.id)
        .where(Topic.code.in_({one.topic_code for one in entries if not one.code}))
    )
    return [(code, digest.hex()) for code, digest in session.execute(statement)]
