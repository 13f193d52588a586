"""Asking the index: who has all the phrases, how much they count, and where they stand."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    bindparam,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from services.training.fulltext.models import Passage
from services.training.fulltext.rules import Phrase

_INDEX = table("passage_fts", column("rowid"))


def matches(session: Session, phrases: Sequence[Phrase]) -> Subquery:
    """Return (subject_id, score) of every subject that has all phrases, each somewhere in its texts.

    The score is the sum over the phrases of the greatest weight of a text that has it: whole numbers, the
    same on both engines. There must be a phrase.
    """
    found = union_all(
        *(
            select(Passage.subject_id, func.max(Passage.weight).label("weight"))
            .where(_has(session, phrase, number))
            .group_by(Passage.subject_id)
            for number, phrase in enumerate(phrases)
        )
    ).subquery()
    return (
        select(found.c.subject_id, func.sum(found.c.weight).label("score"))
        .group_by(found.c.subject_id)
        .having(func.count() == len(phrases))
        .subquery()
    )


def list_best_passages(
    session: Session,
    phrases: Sequence[Phrase],
    subject_ids: Collection[UUID],
    *,
    weight: int,
    locale: str,
) -> dict[UUID, Passage]:
    """Return for each subject one passage of that weight with one of the phrases, preferably in `locale`."""
    if not subject_ids or not phrases:
        return {}
    rank = func.row_number().over(
        partition_by=Passage.subject_id, order_by=(case((Passage.locale == locale, 0), else_=1), Passage.id)
    )
    ranked = (
        select(Passage, rank.label("rank"))
        .where(
            Passage.subject_id.in_(subject_ids),
            Passage.weight == weight,
            or_(*(_has(session, phrase, number) for number, phrase in enumerate(phrases))),
        )
        .subquery()
    )
    best = aliased(Passage, ranked)
    return {one.subject_id: one for one in session.scalars(select(best).where(ranked.c.rank == 1))}


def _has(session: Session, phrase: Phrase, number: int) -> ColumnElement[bool]:
    """Return the condition that a passage has a phrase; terms are ASCII letters and digits (see rules)."""
    ending = "*" if phrase.open_end else ""
    if session.get_bind().dialect.name == "sqlite":
        wanted = f'"{" ".join(phrase.codes)}"{ending}'
        matching = literal_column("passage_fts").op("MATCH")(bindparam(f"phrase_{number}", wanted))
        return Passage.id.in_(select(_INDEX.c.rowid).where(matching))
    wanted = " <-> ".join(phrase.codes) + (":*" if phrase.open_end else "")
    config: ColumnElement[str] = literal_column("'simple'::regconfig")
    vector = func.to_tsvector(config, Passage.terms)
    return vector.op("@@")(func.to_tsquery(config, bindparam(f"phrase_{number}", wanted)))
