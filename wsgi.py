"""The composition root: the only module that names the services and chooses the shape they run in.

`gunicorn wsgi:app` serves what SUITE_SERVICES names (all by default); `python wsgi.py --help` lists commands.
"""

from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from services.compliance.app import SERVICE as COMPLIANCE
from services.contracts.app import SERVICE as CONTRACTS
from services.eligibility.app import SERVICE as ELIGIBILITY
from services.people.app import SERVICE as PEOPLE
from services.training.app import SERVICE as TRAINING
from shared.core.clock import Clock, SystemClock
from shared.core.settings import Settings
from shared.web.commandline import make_commands
from shared.web.suite import Suite

SERVICES = (PEOPLE, TRAINING, COMPLIANCE, CONTRACTS, ELIGIBILITY)


def create_suite(settings: Settings, clock: Clock | None = None) -> Suite:
    """Return the suite with the services that the settings ask for."""
    return Suite(SERVICES, settings, clock or SystemClock(), home="/people/")


def __getattr__(name: str) -> Any:
    """Build `app` when a server asks for it, so that importing this module has no effect of its own."""
    if name != "app":
        raise AttributeError(name)
    suite = create_suite(Settings.from_environment())
    suite.migrate()
    suite.start()
    # Behind a gateway the visitor's address and scheme are those that the gateway passes on.
    hops = suite.settings.trusted_proxies
    return ProxyFix(suite, x_for=hops, x_proto=hops) if hops else suite


if __name__ == "__main__":
    make_commands(create_suite, [command for service in SERVICES for command in service.commands])()
