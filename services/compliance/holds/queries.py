"""Reading holds, always through the condition on the case they belong to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.compliance.cases.models import Case
from services.compliance.cases.queries import may_see
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import OPEN, HoldStatus
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_


def get_hold(session: Session, hold_id: UUID, principal: Principal) -> Hold:
    """Return a hold of a case that the principal may see; raise NotFound for any other."""
    found: Hold | None = session.scalar(
        select(Hold).where(Hold.id == hold_id, may_see(Hold.case_id, principal))
    )
    if found is None:
        raise NotFound(N_("There is no such interim hold"))
    return found


def list_holds(session: Session, case_id: UUID, principal: Principal) -> Sequence[Hold]:
    """Return the holds of a case, the latest first."""
    return session.scalars(
        select(Hold)
        .where(Hold.case_id == case_id, may_see(Hold.case_id, principal))
        .order_by(Hold.proposed_at.desc(), Hold.id.desc())
    ).all()


def list_waiting(session: Session, principal: Principal) -> list[tuple[Hold, Case]]:
    """Return holds and endings, with their cases, that wait for a second person, the longest waiting first."""
    rows = session.execute(
        select(Hold, Case)
        .join(Case, Case.id == Hold.case_id)
        .where(Hold.status.in_((HoldStatus.PROPOSED, HoldStatus.ENDING)), may_see(Hold.case_id, principal))
        .order_by(Hold.proposed_at, Hold.id)
    )
    return [(hold, case) for hold, case in rows]


def has_open(session: Session, case_id: UUID, person_id: UUID | None = None) -> bool:
    """Say whether a hold stands or waits in a case (on one person); the caller may see the case."""
    wanted = [Hold.case_id == case_id, Hold.status.in_(OPEN)]
    if person_id is not None:
        wanted.append(Hold.person_id == person_id)
    return bool(session.scalar(select(exists().where(*wanted))))
