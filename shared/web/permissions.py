"""What one may do with every service alike: follow its feed, audit its log, look after its running."""

from shared.core.permissions import permission
from shared.core.principals import Role
from shared.core.text import N_

FEED_READ = permission(
    "suite.feed.read", Role.SYSTEM, Role.AUDITOR, title=N_("Follow a service's event feed")
)
LOG_READ = permission("suite.log.read", Role.AUDITOR, title=N_("Search, prove and export a service's log"))
OPERATIONS_READ = permission(
    "suite.operations.read", Role.ADMINISTRATOR, title=N_("See the health of services, feeds and jobs")
)

PERMISSIONS = (FEED_READ, LOG_READ, OPERATIONS_READ)
