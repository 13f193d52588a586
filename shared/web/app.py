"""The Flask app of one service: one unit of work per request, guarded, with our errors, pages and languages."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request, send_from_directory
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import BytecodeCache, ChoiceLoader, FileSystemLoader
from jinja2.bccache import Bucket
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from shared.core.clock import Clock
from shared.core.errors import DomainError
from shared.core.ids import new_id
from shared.core.settings import Settings
from shared.core.zones import COMPANY_ZONE
from shared.db.idempotency import IdempotencyKey, find_answer, fingerprint
from shared.db.uow import Database, UnitOfWork
from shared.web import formats, gallery, guards, i18n, identity, problems, security, uploads
from shared.web.api import make_api
from shared.web.context import current_uow, find_principal, is_api_request, now
from shared.web.guards import public
from shared.web.log.api import make_log_api
from shared.web.log.pages import make_log_pages
from shared.web.log.waiting import Bell
from shared.web.navigation import menu_for
from shared.web.operations.pages import make_operations_pages
from shared.web.service import NavigationItem, Service

log = structlog.get_logger(__name__)
HERE = Path(__file__).parent


class _CompiledTemplates(BytecodeCache):
    """What templates compile to, kept for every app of this process: they share most of them."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, which notices by itself when the source is another one by now."""
        kept = self._kept.get(bucket.key)
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledTemplates()
MAX_UPLOAD = 20 * 1024 * 1024


class SuiteApp(Flask):
    """A service's app. The response is made, then the unit of work commits, then the response leaves.

    An error at commit therefore becomes the answer (a conflict is a 409), and whatever answers with a status
    of 400 or more leaves nothing behind.
    """

    def __init__(self, service: Service, settings: Settings, clock: Clock, database: Database) -> None:
        root = Path(__import__(service.import_name, fromlist=["_"]).__file__ or "").parent
        super().__init__(
            service.import_name, root_path=str(root), static_folder=None, template_folder="templates"
        )
        self.service = service
        self.settings = settings
        self.clock = clock
        self.database = database
        self.bell = Bell()
        self.navigation: tuple[NavigationItem, ...] = service.navigation

    def full_dispatch_request(self) -> Response:
        """Answer the request and end its unit of work."""
        try:
            response = super().full_dispatch_request()
            return self._finish(response)
        finally:
            uow: UnitOfWork | None = g.pop("uow", None)
            if uow is not None:
                uow.rollback()
                uow.close()

    def handle_user_exception(self, error: Exception) -> Any:
        """Roll back first, so that making the error's page reads what is really there."""
        uow: UnitOfWork | None = g.get("uow")
        if uow is not None:
            uow.rollback()
        return super().handle_user_exception(error)

    def _finish(self, response: Response) -> Response:
        uow: UnitOfWork | None = g.get("uow")
        if uow is None or not uow.writes or response.status_code >= 400:
            return response
        try:
            _remember_answer(uow, response)
            uow.commit()
        except Exception as error:
            return self.finalize_request(self.handle_user_exception(error), from_error_handler=True)
        return response


def create_service_app(
    service: Service, settings: Settings, clock: Clock, database: Database, catalogues: Sequence[Path] = ()
) -> SuiteApp:
    """Build the app of one service over its database; `catalogues` are folders of others' translations,
    needed for the navigation, in which what this service says itself comes first."""
    app = SuiteApp(service, settings, clock, database)
    app.config |= {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "goodstanding",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.base_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": MAX_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": MAX_UPLOAD,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_TIMEZONE": COMPANY_ZONE.key,
        "BABEL_TRANSLATION_DIRECTORIES": ";".join(
            [*map(str, catalogues), str(HERE / "translations"), "translations"]
        ),
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "DEVELOPER_PAGES": settings.demo,
        "TESTING": settings.testing,
    }
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {
        "autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "bytecode_cache": _COMPILED,
    }  # fmt: skip
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(Path(app.root_path) / "templates"), FileSystemLoader(HERE / "templates")]
    )
    _add_languages(app)
    _add_hooks(app)
    _add_errors(app)
    _add_routes(app, service)
    return app


def _add_languages(app: SuiteApp) -> None:
    Babel(app, locale_selector=i18n.select_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters |= formats.FILTERS | {"say": i18n.say}
    app.jinja_env.globals |= {"static_url": formats.static_url, "allows": guards.allows}

    @app.context_processor
    def frame() -> dict[str, Any]:
        principal = find_principal()
        return {
            "principal": principal,
            "navigation": menu_for(app.navigation, principal),
            "locale": i18n.locale_code(),
            "now": now(),
        }


def _add_hooks(app: SuiteApp) -> None:
    csrf = CSRFProtect()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)

    @app.before_request
    def open_request() -> Any:
        g.request_id = str(new_id())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id, service=app.service.name)
        identity.load_principal()
        guards.check_guard()
        uploads.apply_upload_limit()
        if is_api_request():
            return _answer_given_before()
        csrf.protect()
        return None

    @app.after_request
    def close_request(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return security.add_security_headers(response)


def _add_errors(app: SuiteApp) -> None:
    app.register_error_handler(DomainError, problems.handle_domain_error)
    app.register_error_handler(CSRFError, problems.handle_csrf_error)
    app.register_error_handler(HTTPException, problems.handle_http_error)
    app.register_error_handler(DBAPIError, problems.handle_database_error)
    app.register_error_handler(StaleDataError, problems.handle_database_error)
    app.register_error_handler(Exception, problems.handle_unexpected)


def _add_routes(app: SuiteApp, service: Service) -> None:
    api = make_api(app, service.name, f"Goodstanding · {service.title}")
    for blueprint in (*service.apis, make_log_api(service)):
        api.register_blueprint(blueprint)
    for pages in (*service.pages, make_log_pages(service), make_operations_pages(service), gallery.pages):
        app.register_blueprint(pages)

    @app.get("/static/<path:name>", endpoint="static")
    @public("the look of the pages holds nothing private")
    def static_file(name: str) -> Response:
        return send_from_directory(HERE / "static", name)


def _answer_given_before() -> Response | None:
    """Replay the answer of an unsafe request that was sent with the same Idempotency-Key before."""
    key = request.headers.get("Idempotency-Key")
    principal = find_principal()
    if request.method != "POST" or key is None or principal is None:
        return None
    asked = fingerprint(request.method, request.full_path, request.get_data(cache=True))
    found = find_answer(current_uow(), principal.actor, key, asked)
    if found is None:
        g.idempotency = (principal.actor, key, asked)
        return None
    return Response(
        found.body, found.status, {"Idempotent-Replayed": "true"}, content_type=found.content_type
    )


def _remember_answer(uow: UnitOfWork, response: Response) -> None:
    if "idempotency" not in g or response.is_streamed:
        return
    actor, key, asked = g.idempotency
    uow.session.add(
        IdempotencyKey(
            actor=actor, key=key, fingerprint=asked, status=response.status_code,
            content_type=response.content_type, body=response.get_data(), created_at=now(),
        )
    )  # fmt: skip
