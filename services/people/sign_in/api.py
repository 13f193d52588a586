"""Tokens for programs."""

from typing import Any

from flask import after_this_request, g, request

from services.people.accounts.commands import passwords
from services.people.sign_in.commands import Attempt, SignIn
from services.people.sign_in.rules import TooManyAttempts
from services.people.sign_in.schemas import CredentialsSchema, TokenSchema
from shared.core.errors import Unauthenticated
from shared.core.text import N_
from shared.web.api import ApiBlueprint
from shared.web.context import current_uow, now, this_app
from shared.web.guards import public
from shared.web.identity import TOKEN_LIFETIME, make_token

blp = ApiBlueprint("tokens", __name__, url_prefix="/people/v1", description="Signing in for programs")


@blp.post("/tokens")
@public("whoever signs in is not signed in yet")
@blp.arguments(CredentialsSchema)
@blp.response(200, TokenSchema)
@blp.problems(401, 422, 429)
def make_bearer_token(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a bearer token for an hour. After several failures signing in is refused for a while (429)."""
    # The answer holds a secret, so it is not kept for a repeated request; and a request that is in the middle
    # of writing would make the separate units of work of signing in wait for itself.
    g.pop("idempotency", None)
    current_uow().rollback()
    app = this_app()
    sign_in = SignIn(app.database, passwords(cheap=app.settings.testing), app.settings.secret_key)
    attempt = Attempt(arguments["username"], arguments["password"], request.remote_addr or "")
    try:
        done = sign_in.try_to(attempt, now())
    except TooManyAttempts as error:
        _tell_when_to_retry(error)
        raise
    if done.must_choose:
        raise Unauthenticated(N_("Choose a password of your own first, on the sign-in page"))
    return {
        "access_token": make_token(done.principal, now()),
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFETIME.total_seconds()),
    }


def _tell_when_to_retry(error: TooManyAttempts) -> None:
    """Add Retry-After (RFC 9110, section 10.2.3) to the answer, whatever makes it."""

    @after_this_request
    def add(response: Any) -> Any:
        response.headers["Retry-After"] = str(error.seconds)
        return response
