"""What compliance writes to its log about its own doings, one file per capability.

Ids, codes and hashes, never free text or names.

Events about cases, holds and sanctions name neither the person concerned nor each other, so that nobody who
reads the log can join a case to a person or to the impediment that follows from it; the rows they belong to
can, and the digests in the log prove those rows. What eligibility needs is in `standing`.
"""

from shared.messages.compliance.attestations import (
    AttestationDeclined,
    AttestationRequested,
    AttestationSigned,
    AttestationSuperseded,
    AttestationViewed,
    CampaignClosed,
    CampaignDrafted,
    CampaignOpened,
)
from shared.messages.compliance.cases import (
    CaseAdvanced,
    CaseClosed,
    CaseEntryWritten,
    CaseOfficerAdded,
    CaseOfficerRecused,
    CaseOpened,
    CaseReopened,
    CaseSubjectNamed,
)
from shared.messages.compliance.catalogue import (
    CategoryShipped,
)
from shared.messages.compliance.holds import (
    HoldApproved,
    HoldEnded,
    HoldEndingProposed,
    HoldKept,
    HoldProposed,
    HoldRefused,
    HoldWithdrawn,
)
from shared.messages.compliance.policies import (
    PolicyCreated,
    PolicyVersionApproved,
    PolicyVersionDrafted,
    PolicyVersionEdited,
    PolicyVersionPublished,
    PolicyVersionReturned,
    PolicyVersionSubmitted,
    PolicyVersionSuperseded,
)
from shared.messages.compliance.sanctions import (
    SanctionApproved,
    SanctionProposed,
    SanctionRefused,
    SanctionWithdrawn,
)

__all__ = [
    "AttestationDeclined",
    "AttestationRequested",
    "AttestationSigned",
    "AttestationSuperseded",
    "AttestationViewed",
    "CampaignClosed",
    "CampaignDrafted",
    "CampaignOpened",
    "CaseAdvanced",
    "CaseClosed",
    "CaseEntryWritten",
    "CaseOfficerAdded",
    "CaseOfficerRecused",
    "CaseOpened",
    "CaseReopened",
    "CaseSubjectNamed",
    "CategoryShipped",
    "HoldApproved",
    "HoldEnded",
    "HoldEndingProposed",
    "HoldKept",
    "HoldProposed",
    "HoldRefused",
    "HoldWithdrawn",
    "PolicyCreated",
    "PolicyVersionApproved",
    "PolicyVersionDrafted",
    "PolicyVersionEdited",
    "PolicyVersionPublished",
    "PolicyVersionReturned",
    "PolicyVersionSubmitted",
    "PolicyVersionSuperseded",
    "SanctionApproved",
    "SanctionProposed",
    "SanctionRefused",
    "SanctionWithdrawn",
]
