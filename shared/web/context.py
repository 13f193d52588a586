"""What a request carries, and nothing else does: its unit of work, its principal, its instant."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request

from shared.core.principals import Principal
from shared.db.uow import UnitOfWork

if TYPE_CHECKING:
    from shared.web.app import SuiteApp

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def this_app() -> "SuiteApp":
    """Return the service app that is answering."""
    return cast("SuiteApp", current_app)


def current_uow() -> UnitOfWork:
    """Return the request's one unit of work: read-only for GET and HEAD, writing otherwise."""
    if "uow" not in g:
        g.uow = this_app().database.begin(writes=request.method not in SAFE_METHODS)
    return cast(UnitOfWork, g.uow)


def current_principal() -> Principal:
    """Return who is signed in; only for routes behind `guard`, which has made sure that somebody is."""
    return cast(Principal, g.principal)


def find_principal() -> Principal | None:
    """Return who is signed in, if anybody is: for public routes and the frame around every page."""
    return cast(Principal | None, g.get("principal"))


def now() -> datetime:
    """Return the instant of this request: one for all it does."""
    if "now" not in g:
        g.now = this_app().clock.now()
    return cast(datetime, g.now)


def is_api_request() -> bool:
    """Say whether the answer is JSON for a program rather than a page for a person."""
    parts = request.path.split("/", 3)
    return len(parts) > 2 and parts[2] == "v1"
