"""What compliance writes to its log about its own doings: ids, codes and hashes, never free text or names.

Events about cases, holds and sanctions name neither the person concerned nor each other, so that nobody who
reads the log can join a case to a person or to the impediment that follows from it; the rows they belong to
can, and the digests in the log prove those rows. What eligibility needs is in `standing`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.messages.base import message


@message("compliance.category.shipped.v1")
@dataclass(frozen=True)
class CategoryShipped:
    """A category of the red-line catalogue came with the product."""

    code: str


@message("compliance.policy.created.v1")
@dataclass(frozen=True)
class PolicyCreated:
    """A policy document exists from now on."""

    code: str


@dataclass(frozen=True)
class _VersionText:
    document_id: UUID
    number: int
    zh_sha256: str
    en_sha256: str


@message("compliance.policy_version.drafted.v1")
@dataclass(frozen=True)
class PolicyVersionDrafted(_VersionText):
    """A version was begun with these texts."""


@message("compliance.policy_version.edited.v1")
@dataclass(frozen=True)
class PolicyVersionEdited(_VersionText):
    """The texts of a version that is not yet in review were replaced."""


@message("compliance.policy_version.submitted.v1")
@dataclass(frozen=True)
class PolicyVersionSubmitted(_VersionText):
    """A version was put forward for approval."""


@message("compliance.policy_version.returned.v1")
@dataclass(frozen=True)
class PolicyVersionReturned(_VersionText):
    """The reviewer asks for changes."""


@message("compliance.policy_version.approved.v1")
@dataclass(frozen=True)
class PolicyVersionApproved(_VersionText):
    """A second person approved exactly these texts."""


@message("compliance.policy_version.published.v1")
@dataclass(frozen=True)
class PolicyVersionPublished(_VersionText):
    """The version is in force."""


@message("compliance.policy_version.superseded.v1")
@dataclass(frozen=True)
class PolicyVersionSuperseded(_VersionText):
    """A later version took its place."""


@message("compliance.campaign.drafted.v1")
@dataclass(frozen=True)
class CampaignDrafted:
    """A campaign was set up for a version of a policy."""

    policy_version_id: UUID


@message("compliance.campaign.opened.v1")
@dataclass(frozen=True)
class CampaignOpened:
    """The audience was frozen; `asked` people were asked to sign by `due_at`."""

    asked: int
    due_at: datetime


@message("compliance.campaign.closed.v1")
@dataclass(frozen=True)
class CampaignClosed:
    """Nobody joins any more; whoever has not signed still can."""

    signed: int
    declined: int
    outstanding: int


@message("compliance.attestation.requested.v1")
@dataclass(frozen=True)
class AttestationRequested:
    """Somebody was asked to sign."""

    campaign_id: UUID
    policy_version_id: UUID
    due_at: datetime


@message("compliance.attestation.viewed.v1")
@dataclass(frozen=True)
class AttestationViewed:
    """The whole text with this hash was shown to the person."""

    language: str
    text_sha256: str


@message("compliance.attestation.signed.v1")
@dataclass(frozen=True)
class AttestationSigned:
    """The person signed the text with this hash; `meaning` is what the signature says."""

    meaning: str
    language: str
    text_sha256: str


@message("compliance.attestation.declined.v1")
@dataclass(frozen=True)
class AttestationDeclined:
    """The person declined; why is for compliance alone."""


@message("compliance.attestation.superseded.v1")
@dataclass(frozen=True)
class AttestationSuperseded:
    """The request no longer stands: it was made again, or the person has left before it was due."""


@message("compliance.case.opened.v1")
@dataclass(frozen=True)
class CaseOpened:
    """A case exists. Its category would help to guess at it, and stays in the row."""


@message("compliance.case.advanced.v1")
@dataclass(frozen=True)
class CaseAdvanced:
    """The case went to its next status."""

    status: str


@message("compliance.case.closed.v1")
@dataclass(frozen=True)
class CaseClosed:
    """The case was closed."""


@message("compliance.case.reopened.v1")
@dataclass(frozen=True)
class CaseReopened:
    """The case was taken up again."""


@message("compliance.case_subject.named.v1")
@dataclass(frozen=True)
class CaseSubjectNamed:
    """Somebody is named in a case; who and in which stays in the row."""


@message("compliance.case_officer.added.v1")
@dataclass(frozen=True)
class CaseOfficerAdded:
    """An account was given access to a case."""

    account_id: UUID


@message("compliance.case_officer.recused.v1")
@dataclass(frozen=True)
class CaseOfficerRecused:
    """An officer declared a conflict and is out of the case."""

    account_id: UUID


@message("compliance.case_entry.written.v1")
@dataclass(frozen=True)
class CaseEntryWritten:
    """A line was added to the record of a case."""


@message("compliance.hold.proposed.v1")
@dataclass(frozen=True)
class HoldProposed:
    """An interim hold waits for a second person."""


@message("compliance.hold.approved.v1")
@dataclass(frozen=True)
class HoldApproved:
    """A second person approved; the hold is effective."""


@message("compliance.hold.refused.v1")
@dataclass(frozen=True)
class HoldRefused:
    """A second person refused the proposal."""


@message("compliance.hold.withdrawn.v1")
@dataclass(frozen=True)
class HoldWithdrawn:
    """Whoever proposed it took the proposal back."""


@message("compliance.hold.ending_proposed.v1")
@dataclass(frozen=True)
class HoldEndingProposed:
    """Ending the hold waits for a second person; until then it stands."""


@message("compliance.hold.ended.v1")
@dataclass(frozen=True)
class HoldEnded:
    """A second person approved the ending."""


@message("compliance.hold.kept.v1")
@dataclass(frozen=True)
class HoldKept:
    """The ending was turned down; the hold stands."""


@message("compliance.sanction.proposed.v1")
@dataclass(frozen=True)
class SanctionProposed:
    """A sanction waits for a second person."""


@message("compliance.sanction.approved.v1")
@dataclass(frozen=True)
class SanctionApproved:
    """A second person approved the sanction."""


@message("compliance.sanction.refused.v1")
@dataclass(frozen=True)
class SanctionRefused:
    """A second person refused the sanction."""


@message("compliance.sanction.withdrawn.v1")
@dataclass(frozen=True)
class SanctionWithdrawn:
    """Whoever proposed the sanction took it back."""
