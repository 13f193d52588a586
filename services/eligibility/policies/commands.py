"""Bringing a policy version into force."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from services.eligibility.policies import queries
from services.eligibility.policies.models import PolicyVersion
from services.eligibility.policies.rules import PolicyStatus, Rule, check_policy, next_status
from shared.core.principals import Principal
from shared.core.text import LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.eligibility import PolicyActivated, PolicyDrafted, PolicyRetired


def draft_version(
    uow: UnitOfWork, rules: Sequence[Rule], title: LocalizedText, *, actor: Principal, now: datetime
) -> PolicyVersion:
    """Keep rules as the next version, not yet in force. Raises InvalidInput when they cannot be a policy."""
    policy = check_policy(rules)
    number = (uow.session.scalar(select(func.max(PolicyVersion.number))) or 0) + 1
    made = PolicyVersion(
        number=number, status=PolicyStatus.DRAFT, title=title, rules=policy.to_json(), digest=policy.digest,
        created_by=actor.actor, created_at=now, activated_by=None, activated_at=None,
    )  # fmt: skip
    uow.session.add(made)
    append(uow, PolicyDrafted(number, policy.digest), row=made, actor=actor, now=now)
    return made


def activate_version(uow: UnitOfWork, version_id: UUID, *, actor: Principal, now: datetime) -> PolicyVersion:
    """Let a draft gate from now on, and retire the version before it. Raises NotFound and IllegalTransition."""
    found = queries.get_version(uow.session, version_id)
    status = next_status(found.status, "activate")
    before = queries.get_active(uow.session)
    before.status = next_status(before.status, "retire")
    append(uow, PolicyRetired(before.number), row=before, actor=actor, now=now)
    # The one that was active must have stepped down first: the database allows one at a time.
    uow.session.flush()
    found.status, found.activated_by, found.activated_at = status, actor.actor, now
    append(uow, PolicyActivated(found.number, found.digest), row=found, actor=actor, now=now)
    return found
