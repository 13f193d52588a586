"""Every error as what its reader understands: problem details (RFC 9457) for programs, a page for people."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Response, g, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from shared.core.errors import Conflict, DomainError, InvalidInput, Unauthenticated, Unavailable
from shared.core.text import N_, Message
from shared.web.context import find_principal, is_api_request, this_app
from shared.web.i18n import say
from shared.web.validation import say_field_errors

log = structlog.get_logger(__name__)
PROBLEM_TYPE = "https://goodstanding.example/problems/"

_HTTP_WORDS: dict[int, tuple[Message, Message]] = {
    400: (N_("The request cannot be read"), N_("Its form or its content is not what this address expects.")),
    404: (N_("Not found"), N_("There is nothing at this address, or nothing that you may see.")),
    405: (N_("Not possible here"), N_("This address does not take that kind of request.")),
    406: (N_("Not available in that form"), N_("The answer does not exist in the format asked for.")),
    413: (N_("That is too large"), N_("The file or form is larger than is accepted.")),
    415: (N_("Not the expected format"), N_("The content type of the request is not accepted here.")),
    422: (N_("Some values need correcting"), N_("Some of the values are missing or not acceptable.")),
    429: (N_("Too many requests"), N_("Please wait a moment and try again.")),
    500: (N_("Something went wrong on our side"), N_("Nothing was changed. The error has been recorded.")),
}


def handle_domain_error(error: DomainError) -> Response:
    """Answer with the error's own type, status and words."""
    if isinstance(error, Unauthenticated) and not is_api_request():
        return _to_sign_in()
    return problem(error.type, error.status, say(error.title), say(error.message), fields=_said(error))


def handle_http_error(error: HTTPException) -> Response:
    """Answer errors that the framework raises; webargs' validation errors carry their fields."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    title, detail = _HTTP_WORDS.get(status, (N_("The request could not be carried out"), N_("")))
    fields = say_field_errors(getattr(error, "data", {}).get("messages", {})) if status == 422 else {}
    kind = "invalid-input" if status == 422 else HTTPStatus(status).phrase.lower().replace(" ", "-")
    response = problem(kind, status, say(title), say(detail) if detail.msgid else "", fields=fields)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def handle_csrf_error(error: CSRFError) -> Response:
    """A form that is too old, or was not ours."""
    log.info("csrf_refused", reason=error.description)
    return problem(
        "stale-form", 400, _("This form is no longer valid"), _("Go back, reload the page and send it again.")
    )


def handle_database_error(error: DBAPIError | StaleDataError) -> Response:
    """A clash is the client's to resolve (409); a busy or absent database is ours (503). Never its own words."""
    if isinstance(error, IntegrityError | StaleDataError) or _is_serialization_failure(error):
        log.info("conflict", error=type(error).__name__)
        return handle_domain_error(
            Conflict(N_("Somebody else changed this at the same moment. Please try again."))
        )
    if isinstance(error, OperationalError):
        log.error("database_unavailable", error=type(error.orig).__name__)
        response = handle_domain_error(
            Unavailable(N_("The database is not answering. Please try again shortly."))
        )
        response.headers["Retry-After"] = "5"
        return response
    if type(error.orig).__name__ in ("DataError", "NumericValueOutOfRange"):
        return handle_domain_error(InvalidInput(N_("A value is outside of what can be stored")))
    return handle_unexpected(error)


def handle_unexpected(error: Exception) -> Response:
    """An error of ours: recorded with its trace, shown without it."""
    if this_app().settings.testing:
        raise error
    log.exception("unexpected_error", path_rule=str(request.url_rule), error=type(error).__name__)
    title, detail = _HTTP_WORDS[500]
    return problem("internal-error", 500, say(title), say(detail))


def problem(
    kind: str, status: int, title: str, detail: str, *, fields: dict[str, list[str]] | None = None
) -> Response:
    """Build the answer: `application/problem+json` with `type`, `title`, `status`, `detail`, `errors`; or a page."""
    request_id = g.get("request_id", "")
    if not is_api_request():
        page = render_template(
            "error.html", status=status, title=title, detail=detail, advice=None, request_id=request_id,
            fields=fields or {}, home_url="/",
        )  # fmt: skip
        return Response(page, status, mimetype="text/html")
    body: dict[str, Any] = {
        "type": PROBLEM_TYPE + kind, "title": title, "status": status, "detail": detail, "request_id": request_id,
    }  # fmt: skip
    if fields:
        body["errors"] = fields
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _said(error: DomainError) -> dict[str, list[str]]:
    return {name: [say(one) for one in messages] for name, messages in error.fields.items()}


def _is_serialization_failure(error: Exception) -> bool:
    """PostgreSQL's 40001 and 40P01: two transactions that cannot both have been first."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ("40001", "40P01")


def _to_sign_in() -> Response:
    if find_principal() is None and request.method == "GET":
        target = request.full_path.rstrip("?")
        return redirect(f"/people/sign-in?{urlencode({'next': target})}")  # type: ignore[return-value]
    return redirect("/people/sign-in")  # type: ignore[return-value]
