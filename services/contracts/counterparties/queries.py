"""Reading counterparties: company-wide master data, the same for everybody who may see them at all."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.contracts.counterparties.models import Counterparty
from services.contracts.counterparties.rules import CounterpartyKind
from shared.core.errors import NotFound
from shared.core.text import N_, LocalizedText
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


def get_counterparty(session: Session, counterparty_id: UUID) -> Counterparty:
    """Return it; raise NotFound."""
    found = session.get(Counterparty, counterparty_id)
    if found is None:
        raise NotFound(N_("There is no such customer or distributor"))
    return found


def find_by_credit_code(session: Session, code: str) -> Counterparty | None:
    """Return the counterparty with this code, or None."""
    return session.scalar(select(Counterparty).where(Counterparty.credit_code == code))


def list_counterparties(
    session: Session,
    *,
    search: str = "",
    kind: CounterpartyKind | None = None,
    region: str | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Counterparty]:
    """Return one page in the order of credit codes; `search` is part of a name or of the code."""
    statement = select(Counterparty)
    if search:
        statement = statement.where(
            Counterparty.sort_name.contains(search, autoescape=True)
            | Counterparty.credit_code.startswith(search.upper(), autoescape=True)
        )
    if kind is not None:
        statement = statement.where(Counterparty.kind == kind)
    if region:
        statement = statement.where(Counterparty.region == region)
    return paginate(
        session, statement, keys=[Counterparty.credit_code, Counterparty.id], cursor=cursor, limit=limit
    )


def names_of_counterparties(session: Session, ids: Iterable[UUID]) -> dict[UUID, LocalizedText]:
    """Return the names for many ids (in chunks, for both engines' parameter limits)."""
    wanted = list(dict.fromkeys(ids))
    found: dict[UUID, LocalizedText] = {}
    for start in range(0, len(wanted), 5000):
        chunk = wanted[start : start + 5000]
        rows = session.execute(select(Counterparty.id, Counterparty.name).where(Counterparty.id.in_(chunk)))
        found.update((row.id, row.name) for row in rows)
    return found
