"""The operations page, and the health that a load balancer asks for."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from shared.core.text import Message
from shared.jobs import JobStatus, count_jobs, list_jobs
from shared.web.context import current_uow, this_app
from shared.web.guards import guard, public
from shared.web.i18n import say
from shared.web.log.pages import frame_of
from shared.web.operations.queries import answers, is_migrated, list_feeds
from shared.web.permissions import OPERATIONS_READ
from shared.web.service import Service

_RUNNING_SHOWN = 20


def make_operations_pages(service: Service) -> Blueprint:
    """Return the operations page and the health of `service`, for its app to mount."""
    pages = Blueprint("operations_pages", __name__, url_prefix=f"/{service.name}")

    @pages.get("/health")
    @public("a load balancer asks without an account")
    def health() -> Response:
        """Whether the service can do its work: 503 when its database does not answer."""
        if answers(this_app().database):
            return jsonify({"service": service.name, "status": "ready"})
        response = jsonify({"service": service.name, "status": "unavailable", "failed": ["database"]})
        response.status_code = 503
        return response

    @pages.get("/operations")
    @guard(OPERATIONS_READ)
    def show_operations() -> Response:
        """Database, feeds and jobs of the service."""
        reachable = answers(this_app().database)
        found = _state(service) if reachable else {}
        page = render_template(
            "operations/operations.html", **frame_of(service, "operations"), reachable=reachable, **found
        )
        return Response(page, 200 if reachable else 503, mimetype="text/html")

    return pages


def _state(service: Service) -> dict[str, Any]:
    app, uow = this_app(), current_uow()
    counts = count_jobs(uow.session)
    failed = list_jobs(uow.session, status=JobStatus.FAILED, cursor=request.args.get("cursor"), limit=20)
    return {
        "engine": "SQLite" if app.database.is_sqlite else "PostgreSQL",
        "migrated": is_migrated(app.database, service),
        "feeds": list_feeds(uow, app.extensions["suite"], service),
        "counts": {status.value: number for status, number in counts.items()},
        "running": list_jobs(uow.session, status=JobStatus.RUNNING, limit=_RUNNING_SHOWN).items,
        "failed": failed,
        "titles": {one.name: say(one.title) for one in app.extensions["suite"].known},
        "say_error": lambda text: say(Message(text or "")),
    }
