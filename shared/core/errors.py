"""The errors a rule or command may raise; the edge turns them into problem details (RFC 9457) or a page."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from shared.core.text import N_, Message


class DomainError(Exception):
    """Something the caller did cannot be done. `type` is stable and may be relied on by clients."""

    type: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[Message] = N_("The request could not be carried out")

    def __init__(self, message: Message, *, fields: Mapping[str, Sequence[Message]] | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.fields: dict[str, list[Message]] = {name: list(found) for name, found in (fields or {}).items()}


class InvalidInput(DomainError):
    """The values given are not acceptable; `fields` says which and why."""

    type = "invalid-input"
    status = 422
    title = N_("Some values need correcting")


class Unauthenticated(DomainError):
    """Nobody is signed in, or the credentials do not hold."""

    type = "unauthenticated"
    status = 401
    title = N_("Please sign in")


class Forbidden(DomainError):
    """The person is known and may not do this."""

    type = "forbidden"
    status = 403
    title = N_("You may not do this")


class NotFound(DomainError):
    """It does not exist, or does not exist for this person."""

    type = "not-found"
    status = 404
    title = N_("Not found")


class Conflict(DomainError):
    """It clashes with what is there now."""

    type = "conflict"
    status = 409
    title = N_("This clashes with what is there now")


class IllegalTransition(Conflict):
    """The status does not allow this step (see the state tables in each capability's rules)."""

    type = "illegal-transition"

    def __init__(self, what: Message | str, status: Message | str, step: Message | str) -> None:
        super().__init__(
            N_(
                "%(what)s is %(status)s; it cannot take the step %(step)s",
                what=what,
                status=status,
                step=step,
            )
        )


class TooLarge(DomainError):
    """The input is larger than is accepted."""

    type = "too-large"
    status = 413
    title = N_("That is too large")


class Unavailable(DomainError):
    """Something the suite depends on is not answering; trying again later may help."""

    type = "unavailable"
    status = 503
    title = N_("Temporarily unavailable")
