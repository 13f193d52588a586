"""Reading policy versions."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.rules import PolicyStatus
from shared.core.errors import NotFound
from shared.core.text import N_


def get_active(session: Session) -> PolicyVersion:
    """Return the version that gates now; raise NotFound when there is none."""
    found: PolicyVersion | None = session.scalar(
        select(PolicyVersion).where(PolicyVersion.status == PolicyStatus.ACTIVE)
    )
    if found is None:
        raise NotFound(N_("No pay policy is active, so nobody's standing can be decided"))
    return found


def get_version(session: Session, version_id: UUID) -> PolicyVersion:
    """Return a version; raise NotFound."""
    found = session.get(PolicyVersion, version_id)
    if found is None:
        raise NotFound(N_("There is no such policy version"))
    return found


def list_versions(session: Session) -> list[PolicyVersion]:
    """Return all versions, the newest first: there are a few a year."""
    return list(session.scalars(select(PolicyVersion).order_by(PolicyVersion.number.desc())))
