"""Reading the catalogue: a handful of rows, so that words are looked for in Python, in both languages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.compliance.catalogue.models import RedLineCategory
from services.compliance.catalogue.rules import mentions
from shared.core.errors import NotFound
from shared.core.text import N_, LocalizedText


def list_categories(session: Session, search: str = "") -> list[RedLineCategory]:
    """Return the categories in the handbook's order; only those that mention every word of `search`."""
    found = session.scalars(select(RedLineCategory).order_by(RedLineCategory.place)).all()
    return [one for one in found if mentions(_texts(one), search)]


def find_category(session: Session, code: str) -> RedLineCategory | None:
    """Return the category with this code, or None."""
    return session.scalar(select(RedLineCategory).where(RedLineCategory.code == code))


def get_category(session: Session, code: str) -> RedLineCategory:
    """Return the category with this code; raise NotFound."""
    found = find_category(session, code)
    if found is None:
        raise NotFound(N_("The red-line catalogue has no such category"))
    return found


def _texts(one: RedLineCategory) -> list[LocalizedText]:
    return [one.name, one.summary, one.basis, *one.may, *one.may_not]
