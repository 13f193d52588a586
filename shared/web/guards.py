"""Default deny: a route without a guard answers nobody, and each guard names one permission."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, request

from shared.core.errors import Forbidden, Unauthenticated
from shared.core.permissions import Permission
from shared.core.text import N_
from shared.web.context import find_principal, this_app

View = TypeVar("View", bound=Callable[..., Any])


def guard(permission: Permission) -> Callable[[View], View]:
    """Let only principals with `permission` reach the view."""

    def mark(view: View) -> View:
        view.__guard__ = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Let anybody reach the view; `reason` says why that is right."""

    def mark(view: View) -> View:
        view.__public__ = reason  # type: ignore[attr-defined]
        return view

    return mark


def check_guard() -> None:
    """Refuse the request unless its view is public or its permission is held (runs before every view)."""
    if request.endpoint is None:
        return  # No route: the router's own 404 or 405 follows.
    view = this_app().view_functions[request.endpoint]
    if getattr(view, "__public__", None):
        return
    needed: Permission | None = getattr(view, "__guard__", None)
    principal = find_principal()
    if principal is None:
        raise Unauthenticated(N_("Sign in to see this"))
    if needed is None or not needed.allows(principal):
        raise Forbidden(N_("Your account does not have the permission for this"))
    g.permission = needed.code


def allows(permission: Permission) -> bool:
    """Say whether the current principal holds `permission`: for what a page offers."""
    principal = find_principal()
    return principal is not None and permission.allows(principal)
