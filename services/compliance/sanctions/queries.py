"""Reading sanctions, always through the condition on the case they belong to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.compliance.cases.queries import may_see
from services.compliance.sanctions.models import Sanction
from services.compliance.sanctions.rules import SanctionStatus
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_


def get_sanction(session: Session, sanction_id: UUID, principal: Principal) -> Sanction:
    """Return a sanction of a case that the principal may see; raise NotFound for any other."""
    found: Sanction | None = session.scalar(
        select(Sanction).where(Sanction.id == sanction_id, may_see(Sanction.case_id, principal))
    )
    if found is None:
        raise NotFound(N_("There is no such sanction"))
    return found


def list_sanctions(session: Session, case_id: UUID, principal: Principal) -> Sequence[Sanction]:
    """Return the sanctions of a case, the latest first."""
    return session.scalars(
        select(Sanction)
        .where(Sanction.case_id == case_id, may_see(Sanction.case_id, principal))
        .order_by(Sanction.proposed_at.desc(), Sanction.id.desc())
    ).all()


def has_waiting(session: Session, case_id: UUID) -> bool:
    """Say whether a sanction waits for a second person; the caller may see the case."""
    wanted = (Sanction.case_id == case_id, Sanction.status == SanctionStatus.PROPOSED)
    return bool(session.scalar(select(exists().where(*wanted))))
