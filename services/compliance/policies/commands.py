"""Writing, reviewing and publishing policies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.compliance.policies import queries
from services.compliance.policies.models import PolicyDocument, PolicyVersion
from services.compliance.policies.rules import VersionStatus, VersionStep, clean_text, next_status
from services.compliance.signatories.rules import Signatory, check_second_person
from shared.core.errors import Conflict
from shared.core.principals import Principal
from shared.core.text import N_, LocalizedText
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages import compliance as messages

_FACTS = {
    VersionStep.EDIT: messages.PolicyVersionEdited,
    VersionStep.SUBMIT: messages.PolicyVersionSubmitted,
    VersionStep.RETURN: messages.PolicyVersionReturned,
    VersionStep.APPROVE: messages.PolicyVersionApproved,
    VersionStep.PUBLISH: messages.PolicyVersionPublished,
    VersionStep.SUPERSEDE: messages.PolicyVersionSuperseded,
}


def create_policy(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    *,
    code: str,
    title: LocalizedText,
    text: LocalizedText,
) -> PolicyVersion:
    """Create a policy with the draft of its first version; raise Conflict when the code is taken."""
    if queries.find_policy(uow.session, code) is not None:
        raise Conflict(N_("There is a policy with the code %(code)s already", code=code))
    document = PolicyDocument(code=code, title=title, created_at=now)
    uow.session.add(document)
    append(uow, messages.PolicyCreated(code), row=document, actor=principal, now=now)
    # The version refers to the document by its id alone, so the session cannot know which comes first.
    uow.session.flush()
    return _draft(uow, principal, now, document.id, 1, text, "")


def draft_version(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    document_id: UUID,
    text: LocalizedText,
    change_note: str,
) -> PolicyVersion:
    """Begin the next version of a policy; raise Conflict while another one is on its way."""
    document = queries.get_policy(uow.session, document_id)
    versions = queries.list_versions(uow.session, document.id)
    if any(one.status not in (VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED) for one in versions):
        raise Conflict(N_("Another version of this policy is being prepared; finish that one first"))
    number = max((one.number for one in versions), default=0) + 1
    return _draft(uow, principal, now, document.id, number, text, change_note)


def edit_version(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    version_id: UUID,
    text: LocalizedText,
    change_note: str,
) -> PolicyVersion:
    """Replace the texts of a version that is not in review."""
    found = queries.get_version(uow.session, version_id)
    found.status = next_status(found.status, VersionStep.EDIT)
    found.set_text(clean_text(text))
    found.change_note = change_note
    _record(uow, principal, now, found, VersionStep.EDIT)
    return found


def submit_version(uow: UnitOfWork, principal: Principal, now: datetime, version_id: UUID) -> PolicyVersion:
    """Put a version forward for approval by somebody else."""
    found = queries.get_version(uow.session, version_id)
    found.status = next_status(found.status, VersionStep.SUBMIT)
    who = Signatory.of(principal)
    found.submitted_by, found.submitted_person_id, found.submitted_at = who.account_id, who.person_id, now
    _record(uow, principal, now, found, VersionStep.SUBMIT)
    return found


def return_version(uow: UnitOfWork, principal: Principal, now: datetime, version_id: UUID) -> PolicyVersion:
    """Ask for changes."""
    found = queries.get_version(uow.session, version_id)
    found.status = next_status(found.status, VersionStep.RETURN)
    _record(uow, principal, now, found, VersionStep.RETURN)
    return found


def approve_version(uow: UnitOfWork, principal: Principal, now: datetime, version_id: UUID) -> PolicyVersion:
    """Approve exactly these texts; raise Forbidden for whoever submitted them."""
    found = queries.get_version(uow.session, version_id)
    status = next_status(found.status, VersionStep.APPROVE)
    who = Signatory.of(principal)
    if found.submitter is not None:
        check_second_person(found.submitter, who)
    found.status, found.approved_by, found.approved_at = status, who.account_id, now
    _record(uow, principal, now, found, VersionStep.APPROVE)
    return found


def publish_version(uow: UnitOfWork, principal: Principal, now: datetime, version_id: UUID) -> PolicyVersion:
    """Put an approved version in force; the one that was in force is superseded."""
    found = queries.get_version(uow.session, version_id)
    found.status = next_status(found.status, VersionStep.PUBLISH)
    found.published_at = now
    former = queries.find_published(uow.session, found.document_id)
    if former is not None:
        former.status = next_status(former.status, VersionStep.SUPERSEDE)
        _record(uow, principal, now, former, VersionStep.SUPERSEDE)
    _record(uow, principal, now, found, VersionStep.PUBLISH)
    return found


def _draft(
    uow: UnitOfWork,
    principal: Principal,
    now: datetime,
    document_id: UUID,
    number: int,
    text: LocalizedText,
    change_note: str,
) -> PolicyVersion:
    drafted = PolicyVersion(
        document_id=document_id, number=number, status=VersionStatus.DRAFT, change_note=change_note
    )
    drafted.set_text(clean_text(text))
    uow.session.add(drafted)
    append(uow, _fact(messages.PolicyVersionDrafted, drafted), row=drafted, actor=principal, now=now)
    return drafted


def _record(
    uow: UnitOfWork, principal: Principal, now: datetime, changed: PolicyVersion, step: VersionStep
) -> None:
    append(uow, _fact(_FACTS[step], changed), row=changed, actor=principal, now=now)


def _fact(kind: type[Any], version: PolicyVersion) -> Any:
    return kind(version.document_id, version.number, version.zh_sha256, version.en_sha256)
