"""Item analysis: added up by the database, over all marks at once."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Integer, Row, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.training.analysis.models import QuestionMark
from services.training.analysis.rules import ItemFigures, Sums, figures_of

# The options that the bits of QuestionMark.chosen can tell of.
OPTIONS = 10


def figures_of_questions(session: Session, question_ids: Collection[UUID]) -> dict[UUID, ItemFigures]:
    """Return the figures of questions over all their revisions, by question; those never asked are left out."""
    return _figures(session, QuestionMark.question_id, QuestionMark.question_id.in_(question_ids))


def figures_of_revisions(session: Session, question_id: UUID) -> dict[UUID, ItemFigures]:
    """Return the figures of each revision of a question, by revision: a key that was wrong is seen here."""
    return _figures(session, QuestionMark.revision_id, QuestionMark.question_id == question_id)


def figures_of_topics(session: Session) -> dict[UUID, ItemFigures]:
    """Return the figures of each topic: all marks of its questions taken together."""
    return _figures(session, QuestionMark.topic_id)


def common_texts(session: Session, revision_id: UUID, most: int = 10) -> list[tuple[str, int, bool]]:
    """Return what was written most often for a revision, normalised: (text, how often, whether it was right)."""
    right = func.max(QuestionMark.share) == 1000
    often = func.count()
    statement = (
        select(QuestionMark.typed, often, right)
        .where(QuestionMark.revision_id == revision_id, QuestionMark.typed.is_not(None))
        .group_by(QuestionMark.typed)
        .order_by(often.desc(), QuestionMark.typed)
        .limit(most)
    )
    return [(text or "", count, bool(is_right)) for text, count, is_right in session.execute(statement)]


def _figures(
    session: Session, by: InstrumentedAttribute[UUID], *conditions: ColumnElement[bool]
) -> dict[UUID, ItemFigures]:
    """Group the marks and add them up: one query, however many there are."""
    share, rest = cast(QuestionMark.share, BigInteger), cast(QuestionMark.rest, BigInteger)
    options = [
        func.sum(QuestionMark.chosen.bitwise_rshift(option).bitwise_and(1)).label(f"option_{option}")
        for option in range(OPTIONS)
    ]
    statement = (
        select(
            by.label("key"),
            func.count().label("n"),
            func.sum(cast(QuestionMark.answered, Integer)).label("answered"),
            func.sum(share).label("x"),
            func.sum(rest).label("y"),
            func.sum(share * share).label("xx"),
            func.sum(share * rest).label("xy"),
            func.sum(rest * rest).label("yy"),
            *options,
        )
        .where(*conditions)
        .group_by(by)
    )
    return {row.key: _read(row) for row in session.execute(statement)}


def _read(row: Row[Any]) -> ItemFigures:
    sums = Sums(*(int(getattr(row, name)) for name in ("n", "answered", "x", "y", "xx", "xy", "yy")))
    return figures_of(sums, [int(getattr(row, f"option_{option}")) for option in range(OPTIONS)])
