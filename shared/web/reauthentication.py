"""Asking for the password once more before something is signed (21 CFR 11.200).

A service never sees a password: `people` asks for it on a page of its own, `/people/confirm`, where wrong ones are
counted as at sign-in, and leaves a *confirmation* in the session that all services share. It is good for one purpose,
one subject, one account, five minutes, and once. In a view that handles a form:

    confirmed = take_confirmation(uow, "training.acknowledge", subject)
    if confirmed is None:
        return ask_confirmation("training.acknowledge", subject, _("I have read … (Anti-bribery)"))
    … sign, with confirmed.at …

Nothing that was typed is lost: the form's fields travel with the browser (307) to the page that asks for the
password, stand in it as hidden fields, and are sent to where they were going by the button that ends it. A form that
holds files must ask for them elsewhere.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import redirect, request, session
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from werkzeug.wrappers import Response

from shared.core.errors import NotFound
from shared.core.ids import new_token
from shared.core.text import N_
from shared.db.idempotency import IdempotencyKey
from shared.db.uow import UnitOfWork
from shared.web.context import current_principal, now, this_app

CONFIRM_PAGE = "/people/confirm"
# From the question to the password, and from the password to the signature.
ASKED_FOR = timedelta(minutes=30)
CONFIRMED_FOR = timedelta(minutes=5)
_KEY = "confirmation"


@dataclass(frozen=True)
class Asked:
    """What somebody is asked to confirm: `title` is shown to them, `target` is where the form was going."""

    purpose: str
    subject: str
    title: str
    target: str
    account: str


@dataclass(frozen=True)
class Confirmation:
    """The password was given at `at`, for just this."""

    at: datetime


def ask_confirmation(purpose: str, subject: str, title: str) -> Response:
    """Send the browser to the page that asks for the password, with the form it has just sent."""
    claims = {
        "purpose": purpose,
        "subject": _digest(subject),
        "title": title,
        "target": request.path,
        "account": str(current_principal().account_id),
        "until": (now() + ASKED_FOR).timestamp(),
    }
    return redirect(f"{CONFIRM_PAGE}?asked={_serializer().dumps(claims)}", 307)


def read_asked(text: str) -> Asked:
    """Return what is to be confirmed; raise NotFound unless a service of ours asks it of just this account, now."""
    try:
        claims: dict[str, Any] = _serializer().loads(text)
        asked = Asked(*(str(claims[name]) for name in ("purpose", "subject", "title", "target", "account")))
        until = float(claims["until"])
    except (BadSignature, KeyError, TypeError, ValueError) as error:
        raise NotFound(N_("There is nothing to confirm")) from error
    if until <= now().timestamp() or asked.account != str(current_principal().account_id):
        raise NotFound(N_("There is nothing to confirm any more; please begin again"))
    return asked


def put_confirmation(asked: Asked) -> None:
    """Leave a confirmation in the session, in place of any other; only after the password was checked."""
    session[_KEY] = {
        "nonce": new_token(16),
        "purpose": asked.purpose,
        "subject": asked.subject,
        "account": asked.account,
        "at": now().timestamp(),
    }


def take_confirmation(uow: UnitOfWork, purpose: str, subject: str) -> Confirmation | None:
    """Return the confirmation that is there for this, and use it up; None when the password must be asked for.

    The session is a cookie that a browser may send again, so what was used is kept in the database: of two
    requests with the same confirmation one is refused, at commit if they come at once.
    """
    found = session.pop(_KEY, None)
    try:
        at = datetime.fromtimestamp(found["at"], UTC)
        given = (found["purpose"], found["subject"], found["account"])
        nonce = str(found["nonce"])
    except (KeyError, TypeError, ValueError):
        return None
    actor = current_principal().actor
    wanted = (purpose, _digest(subject), str(current_principal().account_id))
    if given != wanted or not at <= now() < at + CONFIRMED_FOR:
        return None
    key = f"confirmation:{nonce}"
    used = select(IdempotencyKey.key).where(IdempotencyKey.actor == actor, IdempotencyKey.key == key)
    if uow.session.scalar(used) is not None:
        return None
    uow.session.add(
        IdempotencyKey(
            actor=actor,
            key=key,
            fingerprint=bytes.fromhex(_digest(subject)),
            status=200,
            content_type="",
            body=b"",
            created_at=now(),
        )
    )
    return Confirmation(at)


def _digest(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(this_app().settings.secret_key, salt="goodstanding-confirmation")
