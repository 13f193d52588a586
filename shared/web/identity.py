"""Who is asking: a signed session cookie in the browser, a signed bearer token for programs."""

import hmac
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g, request, session
from itsdangerous import BadSignature, URLSafeSerializer

from shared.core.errors import Unauthenticated
from shared.core.principals import SYSTEM, Principal, Role
from shared.core.text import N_
from shared.web.context import SAFE_METHODS, is_api_request, now, this_app

SESSION_LIFETIME = timedelta(hours=12)
TOKEN_LIFETIME = timedelta(hours=1)
_KEY = "principal"


def start_session(principal: Principal) -> None:
    """Sign somebody in: a fresh session, so that nothing planted before sign-in survives it."""
    kept = session.get("locale")
    session.clear()
    if kept:
        session["locale"] = kept
    session.permanent = True
    session[_KEY] = _claims(principal, now() + SESSION_LIFETIME)


def end_session() -> None:
    """Sign out of this browser."""
    kept = session.get("locale")
    session.clear()
    if kept:
        session["locale"] = kept


def make_token(principal: Principal, at: datetime) -> str:
    """Return a bearer token for programs, good for an hour."""
    return _serializer(this_app().settings.secret_key).dumps(_claims(principal, at + TOKEN_LIFETIME))


def load_principal() -> None:
    """Find out who is asking, before every request; raise Unauthenticated for a bad or old token."""
    g.principal = None
    header = request.headers.get("Authorization", "")
    if is_api_request() and header:
        g.principal = _from_header(header)
        return
    if is_api_request() and request.method not in SAFE_METHODS:
        return  # A cookie alone must not be able to change anything: other sites can make a browser send it.
    claims = session.get(_KEY)
    if claims is not None:
        g.principal = _read(claims, now())
        if g.principal is None:
            end_session()


def _from_header(header: str) -> Principal:
    scheme, _, token = header.partition(" ")
    settings = this_app().settings
    principal = None
    if scheme.lower() == "bearer":
        if hmac.compare_digest(token.strip().encode(), settings.feed_token.encode()):
            return SYSTEM  # Another service of the suite, following a feed.
        try:
            principal = _read(_serializer(settings.secret_key).loads(token.strip()), now())
        except BadSignature:
            principal = None
    if principal is None:
        raise Unauthenticated(N_("The token is not valid or has run out"))
    return principal


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="goodstanding-bearer")


def _claims(principal: Principal, until: datetime) -> dict[str, Any]:
    return {
        "account": str(principal.account_id),
        "name": principal.name,
        "roles": sorted(principal.roles),
        "person": str(principal.person_id) if principal.person_id else None,
        "until": until.timestamp(),
    }


def _read(claims: Any, at: datetime) -> Principal | None:
    try:
        if claims["until"] <= at.timestamp():
            return None
        return Principal(
            account_id=UUID(claims["account"]),
            name=claims["name"],
            roles=frozenset(Role(role) for role in claims["roles"]),
            person_id=UUID(claims["person"]) if claims["person"] else None,
            locale=session.get("locale", "zh"),
        )
    except (KeyError, TypeError, ValueError):
        return None
