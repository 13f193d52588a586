"""Reading re-issues, and which certificates one would print anew."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from services.training.certificates.models import Certificate
from services.training.certificates.rules import CertificateStatus
from services.training.reissues.models import Reissue
from services.training.reissues.rules import Chosen
from shared.core.errors import NotFound
from shared.core.text import N_
from shared.core.zones import end_of_day, start_of_day
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


def get_reissue(session: Session, reissue_id: UUID) -> Reissue:
    """Return the re-issue; raise NotFound."""
    found = session.get(Reissue, reissue_id)
    if found is None:
        raise NotFound(N_("There is no such re-issue"))
    return found


def list_reissues(
    session: Session, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Reissue]:
    """Return one page of re-issues, the newest first."""
    keys = [Reissue.started_at, Reissue.id]
    return paginate(session, select(Reissue), keys=keys, cursor=cursor, limit=limit, descending=True)


def count_to_print(session: Session, chosen: Chosen, design_version_id: UUID | None) -> int:
    """Return how many certificates would be printed anew: those that count and bear another design."""
    return (
        session.scalar(select(func.count(Certificate.id)).where(*_to_print(chosen, design_version_id))) or 0
    )


def select_to_print(chosen: Chosen, design_version_id: UUID | None) -> Select[Certificate]:
    """Select them, in the order of their ids: whoever goes on later goes on where another stopped."""
    return select(Certificate).where(*_to_print(chosen, design_version_id)).order_by(Certificate.id)


def count_printed(session: Session, reissue_ids: list[UUID]) -> dict[UUID, int]:
    """Return how many certificates each re-issue has printed anew, in one query."""
    rows = session.execute(
        select(Certificate.reissue_id, func.count(Certificate.id))
        .where(Certificate.reissue_id.in_(reissue_ids))
        .group_by(Certificate.reissue_id)
    )
    return {reissue_id: count for reissue_id, count in rows if reissue_id is not None}


def list_printed_ids(session: Session, reissue_id: UUID) -> list[UUID]:
    """Return which certificates a re-issue has printed anew."""
    statement = select(Certificate.id).where(Certificate.reissue_id == reissue_id).order_by(Certificate.id)
    return list(session.scalars(statement))


def _to_print(chosen: Chosen, design_version_id: UUID | None) -> list[ColumnElement[bool]]:
    return [
        Certificate.status == CertificateStatus.ISSUED,
        Certificate.design_version_id.is_distinct_from(design_version_id),
        Certificate.course_id == chosen.course_id if chosen.course_id else true(),
        Certificate.issued_at >= start_of_day(chosen.issued_from) if chosen.issued_from else true(),
        Certificate.issued_at < end_of_day(chosen.issued_until) if chosen.issued_until else true(),
        Certificate.holder_employee_no.in_(chosen.employee_numbers) if chosen.employee_numbers else true(),
    ]
