"""Several service apps as one WSGI application, wired by their feeds: the embedded shape, or a part of it."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import structlog
from werkzeug.wrappers import Response

from shared.core.clock import Clock
from shared.core.permissions import Catalogue
from shared.core.settings import Settings
from shared.db.migrate import is_new, upgrade
from shared.db.uow import Database
from shared.eventlog import Consumer, HttpFeed, LocalFeed
from shared.jobs import Runner
from shared.web.app import SuiteApp, create_service_app
from shared.web.followers import RemoteFollower
from shared.web.log import work
from shared.web.navigation import suite_navigation
from shared.web.permissions import PERMISSIONS
from shared.web.scheduled import LOG_JOBS, LOG_SCHEDULES
from shared.web.service import Service

log = structlog.get_logger(__name__)


class Suite:
    """The services of one process.

    `known` are all services of the product (for navigation and the permission catalogue, whether or not they
    are served here); those named by `settings.services` are mounted under `/<name>/`.
    """

    def __init__(self, known: Sequence[Service], settings: Settings, clock: Clock, *, home: str) -> None:
        self.known = tuple(known)
        self.settings = settings
        self.clock = clock
        self.home = home
        own = (one for service in known for one in service.permissions)
        self.catalogue = Catalogue([*PERMISSIONS, *own])
        self.runner = Runner(settings, clock)
        self.services = {one.name: one for one in known if one.name in settings.services}
        self.databases = {name: Database(settings.database_url(name)) for name in self.services}
        self.apps = {name: self._app(service) for name, service in self.services.items()}
        self.consumers = self._consumers()
        self.remote = RemoteFollower(self._remote_consumers())
        for name, service in self.services.items():
            self.databases[name].on_commit = partial(self._delivered, name)
            self.runner.register(
                name,
                self.databases[name],
                {**LOG_JOBS, **work.make_log_jobs(service), **service.jobs},
                [*LOG_SCHEDULES, *work.SCHEDULES, *service.schedules],
            )

    def _app(self, service: Service) -> SuiteApp:
        others = [one.schema.migrations.parent / "translations" for one in self.known if one is not service]
        app = create_service_app(service, self.settings, self.clock, self.databases[service.name], others)
        own = (item for one in self.known for item in one.navigation)
        app.navigation = (*own, *suite_navigation([one.name for one in self.known]))
        app.extensions["suite"] = self
        return app

    def _consumers(self) -> dict[str, list[Consumer]]:
        """Return, for each source that is served here, who follows it here."""
        following: dict[str, list[Consumer]] = {name: [] for name in self.services}
        for name, service in self.services.items():
            for source, handlers in service.handlers.items():
                if source in following:
                    following[source].append(Consumer(name, source, handlers, self.databases[name]))
        return following

    def _remote_consumers(self) -> list[tuple[Consumer, HttpFeed]]:
        """Return who follows, from here, a source that is served elsewhere (behind `settings.feeds_url`)."""
        settings = self.settings
        return [
            (
                Consumer(name, source, handlers, self.databases[name]),
                HttpFeed(f"{settings.feeds_url.rstrip('/')}/{source}", source, settings.feed_token),
            )
            for name, service in self.services.items()
            for source, handlers in service.handlers.items()
            if source not in self.services and settings.feeds_url
        ]

    def is_new(self) -> bool:
        """Say whether none of the databases has ever been used."""
        return all(is_new(database) for database in self.databases.values())

    def migrate(self) -> list[str]:
        """Bring every database to the current schema; return the services that needed it.

        A company's own new database is given what ships with the product; a demo company brings its own.
        """
        changed = []
        for name, service in self.services.items():
            database, begins = self.databases[name], is_new(self.databases[name])
            if upgrade(database, service.schema):
                changed.append(name)
            if begins and service.seed is not None and not self.settings.demo:
                with database.write() as uow:
                    service.seed(uow, self.clock.now())
        return changed

    def deliver(self, source: str) -> int:
        """Let everybody here who follows `source` catch up; return how many events were taken in.

        It runs after each commit, so what was committed shows in the very next request, across services.
        A follower that stops does not undo the commit it follows: its consumer keeps the cause.
        """
        taken = 0
        for consumer in self.consumers[source]:
            try:
                taken += consumer.catch_up(LocalFeed(self.databases[source], source))
            except Exception:
                log.exception("feed_not_followed", source=source)
        return taken

    def _delivered(self, source: str) -> None:
        self.apps[source].bell.ring()
        self.deliver(source)

    def catch_up(self) -> int:
        """Deliver every feed until nobody has anything left to take in."""
        total = 0
        while taken := sum(self.deliver(source) for source in self.services):
            total += taken
        return total

    def start(self) -> None:
        """Take in what was left over from before, and begin to work off jobs in the background."""
        self.catch_up()
        self.remote.start()
        self.runner.start()
        for app in self.apps.values():
            app.bell.open()

    def let_go(self) -> None:
        """Answer whoever waits for news of a log; safe in a signal handler."""
        for app in self.apps.values():
            app.bell.close()

    def stop(self) -> None:
        """End background work and give connections back."""
        self.let_go()
        self.remote.stop()
        self.runner.stop()
        for database in self.databases.values():
            database.dispose()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer with the app that the first part of the path names."""
        path = environ.get("PATH_INFO", "/")
        name = path.split("/", 2)[1] if path.startswith("/") else ""
        app = self.apps.get(name)
        if app is None and path == "/":
            return Response(status=302, headers={"Location": self.home})(environ, start_response)
        if app is None:  # Shared files, and a "not found" page that looks like every other.
            app = next(iter(self.apps.values()))
        return app.wsgi_app(environ, start_response)
