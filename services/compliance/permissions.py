"""What one may do here. Seeing a case takes more than a role: see `cases.queries.may_see`."""

from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_

_EVERYBODY = tuple(role for role in Role if role is not Role.SYSTEM)

HANDBOOK_READ = permission(
    "compliance.handbook.read", *_EVERYBODY, title=N_("Read the handbook and the published policies")
)
ATTESTATION_SIGN = permission(
    "compliance.attestation.sign", *_EVERYBODY, title=N_("See and sign one's own attestations")
)
POLICY_WRITE = permission("compliance.policy.write", Role.COMPLIANCE, title=N_("Write and publish policies"))
POLICY_APPROVE = permission(
    "compliance.policy.approve", Role.COMPLIANCE, Role.LEGAL, title=N_("Review and approve policies")
)
CAMPAIGN_MANAGE = permission(
    "compliance.campaign.manage", Role.COMPLIANCE, title=N_("Open, follow and close attestation campaigns")
)
CASE_WORK = permission(
    "compliance.case.work", Role.COMPLIANCE, title=N_("Open cases and work on those one has access to")
)

PERMISSIONS = (HANDBOOK_READ, ATTESTATION_SIGN, POLICY_WRITE, POLICY_APPROVE, CAMPAIGN_MANAGE, CASE_WORK)
