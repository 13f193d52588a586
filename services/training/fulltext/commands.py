"""Keeping the index in step with what it is over, in the unit of work that changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert

from services.training.fulltext.models import Passage
from services.training.fulltext.rules import index_text, passages_of
from shared.db.uow import UnitOfWork


@dataclass(frozen=True)
class Searchable:
    """A text to be found; a hit in it counts `weight`."""

    source: str
    text: str
    weight: int
    locale: str = ""
    page: int | None = None


def index_texts(uow: UnitOfWork, subject_id: UUID, texts: Iterable[Searchable]) -> None:
    """Add texts of a subject to the index."""
    rows = [row for text in texts for row in passage_rows(subject_id, text)]
    if rows:
        uow.session.execute(insert(Passage), rows)


def passage_rows(subject_id: UUID, searchable: Searchable) -> list[dict[str, object]]:
    """Return the rows of one text: also used to load many at once."""
    return [
        {
            "subject_id": subject_id,
            "weight": searchable.weight,
            "source": searchable.source,
            "locale": searchable.locale,
            "page": searchable.page,
            "text": passage,
            "terms": index_text(passage),
        }
        for passage in passages_of(searchable.text)
    ]


def drop_texts(uow: UnitOfWork, subject_id: UUID, *sources: str) -> None:
    """Take texts of a subject out of the index: those of the sources named, or all."""
    statement = delete(Passage).where(Passage.subject_id == subject_id)
    uow.session.execute(statement.where(Passage.source.in_(sources)) if sources else statement)
