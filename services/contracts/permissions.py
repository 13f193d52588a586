"""What one may do with contracts and receivables; which of them one sees is said in access."""

from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_

COUNTERPARTY_READ = permission(
    "contracts.counterparty.read",
    Role.REP, Role.MANAGER, Role.LEGAL, Role.FINANCE, Role.COMPLIANCE, Role.AUDITOR,
    title=N_("See customers and distributors"),
)  # fmt: skip
COUNTERPARTY_REGISTER = permission(
    "contracts.counterparty.register",
    Role.REP, Role.MANAGER, Role.LEGAL, Role.FINANCE,
    title=N_("Register customers and distributors"),
)  # fmt: skip
CONTRACT_READ = permission(
    "contracts.contract.read",
    Role.REP, Role.MANAGER, Role.LEGAL, Role.FINANCE, Role.COMPLIANCE, Role.AUDITOR,
    title=N_("See contracts: one's own, one's team's, or all of them by role"),
)  # fmt: skip
CONTRACT_DRAFT = permission(
    "contracts.contract.draft",
    Role.REP, Role.MANAGER, Role.LEGAL,
    title=N_("Request contracts, put in their text and submit it for review"),
)  # fmt: skip
CONTRACT_CONCLUDE = permission(
    "contracts.contract.conclude",
    Role.LEGAL,
    title=N_("Send approved contracts for signature, put them in effect, end them"),
)  # fmt: skip
REVIEW_DECIDE = permission(
    "contracts.review.decide", Role.LEGAL, Role.FINANCE, title=N_("Approve or return contracts under review")
)
RECEIVABLE_READ = permission(
    "contracts.receivable.read",
    Role.REP, Role.MANAGER, Role.LEGAL, Role.FINANCE, Role.AUDITOR,
    title=N_("See receivables: one's own, one's team's, or all of them by role"),
)  # fmt: skip
RECEIVABLE_BOOK = permission(
    "contracts.receivable.book", Role.FINANCE, title=N_("Register receivables and record receipts")
)
RECEIVABLE_HAND_OVER = permission(
    "contracts.receivable.hand_over", Role.FINANCE, title=N_("Hand a receivable over to another collector")
)

PERMISSIONS = (
    COUNTERPARTY_READ,
    COUNTERPARTY_REGISTER,
    CONTRACT_READ,
    CONTRACT_DRAFT,
    CONTRACT_CONCLUDE,
    REVIEW_DECIDE,
    RECEIVABLE_READ,
    RECEIVABLE_BOOK,
    RECEIVABLE_HAND_OVER,
)
