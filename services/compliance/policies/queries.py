"""Reading policies. What is not yet in force is for those who write and approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from services.compliance.policies.models import PolicyDocument, PolicyVersion
from services.compliance.policies.rules import VersionStatus
from shared.core.errors import NotFound
from shared.core.text import N_, LocalizedText

# Versions that have been in force: anybody may read them.
PUBLIC = (VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED)


@dataclass(frozen=True)
class PolicyText:
    """A version with the title of its policy: what is put before somebody to read or sign."""

    title: LocalizedText
    version: PolicyVersion


def find_policy(session: Session, code: str) -> PolicyDocument | None:
    """Return the policy with this code, or None."""
    return session.scalar(select(PolicyDocument).where(PolicyDocument.code == code))


def get_policy(session: Session, document_id: UUID) -> PolicyDocument:
    """Return the policy; raise NotFound."""
    found = session.get(PolicyDocument, document_id)
    if found is None:
        raise NotFound(N_("There is no such policy"))
    return found


def list_published(session: Session) -> list[PolicyText]:
    """Return every policy in force, with its text, by code."""
    rows = session.execute(
        select(PolicyDocument.title, PolicyVersion)
        .join(PolicyVersion, PolicyVersion.document_id == PolicyDocument.id)
        .where(PolicyVersion.status == VersionStatus.PUBLISHED)
        .order_by(PolicyDocument.code)
    )
    return [PolicyText(*row) for row in rows]


def list_policies(session: Session) -> Sequence[Row[PolicyDocument, PolicyVersion]]:
    """Return every policy with its latest version, in force or not, by code: for those who write and approve."""
    other = aliased(PolicyVersion)
    latest = select(func.max(other.number)).where(other.document_id == PolicyDocument.id).scalar_subquery()
    return session.execute(
        select(PolicyDocument, PolicyVersion)
        .join(PolicyVersion, PolicyVersion.document_id == PolicyDocument.id)
        .where(PolicyVersion.number == latest)
        .order_by(PolicyDocument.code)
    ).all()


def list_versions(session: Session, document_id: UUID, *, public: bool = False) -> Sequence[PolicyVersion]:
    """Return a policy's versions, the newest first; with `public` only those that have been in force."""
    statement = select(PolicyVersion).where(PolicyVersion.document_id == document_id)
    if public:
        statement = statement.where(PolicyVersion.status.in_(PUBLIC))
    return session.scalars(statement.order_by(PolicyVersion.number.desc())).all()


def find_published(session: Session, document_id: UUID) -> PolicyVersion | None:
    """Return the version in force, or None."""
    return session.scalar(
        select(PolicyVersion).where(
            PolicyVersion.document_id == document_id, PolicyVersion.status == VersionStatus.PUBLISHED
        )
    )


def get_version(session: Session, version_id: UUID, *, public: bool = False) -> PolicyVersion:
    """Return a version; raise NotFound, with `public` also for one that has never been in force."""
    found = session.get(PolicyVersion, version_id)
    if found is None or (public and found.status not in PUBLIC):
        raise NotFound(N_("There is no such version of a policy"))
    return found


def get_text(session: Session, version_id: UUID) -> PolicyText:
    """Return a version with its policy's title; raise NotFound."""
    version = get_version(session, version_id)
    return PolicyText(get_policy(session, version.document_id).title, version)
