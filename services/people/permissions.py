"""What one may do in people."""

from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_

_EVERYBODY = tuple(role for role in Role if role is not Role.SYSTEM)

SELF = permission(
    "people.self", *_EVERYBODY, title=N_("Use the suite, see oneself, choose one's own password")
)
ROSTER_READ = permission(
    "people.roster.read",
    *_EVERYBODY,
    title=N_("See people: oneself and one's managers, managers their teams"),
)
ROSTER_READ_ALL = permission(
    "people.roster.read_all",
    Role.HR,
    Role.ADMINISTRATOR,
    Role.COMPLIANCE,
    Role.AUDITOR,
    Role.PAYROLL,
    Role.FINANCE,
    Role.LEGAL,
    Role.TRAINER,
    title=N_("See everybody on the roster"),
)
ROSTER_IMPORT = permission(
    "people.roster.import",
    Role.HR,
    Role.ADMINISTRATOR,
    title=N_("Upload, preview and apply roster files"),
)
ACCOUNTS_MANAGE = permission(
    "people.accounts.manage",
    Role.ADMINISTRATOR,
    title=N_("Open accounts, give roles, reset passwords, disable accounts"),
)

PERMISSIONS = (SELF, ROSTER_READ, ROSTER_READ_ALL, ROSTER_IMPORT, ACCOUNTS_MANAGE)
