"""What one may do with standing, pay policies and payout runs; of whom one sees how much is said in sight."""

from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_

_EVERYBODY = tuple(role for role in Role if role not in (Role.SYSTEM, Role.ADMINISTRATOR))

STANDING_OWN = permission("eligibility.standing.own", *_EVERYBODY, title=N_("See one's own standing"))
STANDING_TEAM = permission(
    "eligibility.standing.team", Role.MANAGER, title=N_("See the standing of one's team")
)
STANDING_READ = permission(
    "eligibility.standing.read",
    *_EVERYBODY,
    title=N_("See somebody's standing, as far as one's role and place in the company allow"),
)
POLICY_READ = permission("eligibility.policy.read", *_EVERYBODY, title=N_("Read the pay policy in force"))
RUN_READ = permission(
    "eligibility.payout_run.read", Role.PAYROLL, Role.AUDITOR, title=N_("See payout runs and their lines")
)
RUN_UPLOAD = permission(
    "eligibility.payout_run.upload", Role.PAYROLL, title=N_("Upload payout files and have them gated")
)
RUN_APPROVE = permission(
    "eligibility.payout_run.approve", Role.PAYROLL, title=N_("Approve what somebody else uploaded")
)
RUN_EXPORT = permission(
    "eligibility.payout_run.export", Role.PAYROLL, title=N_("Export approved runs and mark them as paid")
)

PERMISSIONS = (
    STANDING_OWN,
    STANDING_TEAM,
    STANDING_READ,
    POLICY_READ,
    RUN_READ,
    RUN_UPLOAD,
    RUN_APPROVE,
    RUN_EXPORT,
)
