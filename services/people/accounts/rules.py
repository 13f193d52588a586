"""Which user names, passwords and roles an account may have."""

import re
import unicodedata
from collections.abc import Iterable
from uuid import UUID

from shared.core.errors import Conflict, InvalidInput
from shared.core.principals import Role
from shared.core.text import N_, Message

ROLE_TITLES: dict[Role, Message] = {
    Role.REP: N_("Sales representative"),
    Role.MANAGER: N_("Manager"),
    Role.TRAINER: N_("Trainer"),
    Role.COMPLIANCE: N_("Compliance officer"),
    Role.LEGAL: N_("Legal"),
    Role.FINANCE: N_("Finance"),
    Role.PAYROLL: N_("Payroll"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.HR: N_("Human resources"),
}
GIVABLE = tuple(ROLE_TITLES)

SHORTEST, LONGEST = 12, 200
# The first guesses of anybody who guesses at this suite; length is what keeps out the rest (NIST SP 800-63B).
_GUESSED = ("goodstanding", "password1234", "123456789012", "administrator", "qwertyuiop12", "liangxin1234")
_USERNAME = re.compile(r"[\w][\w.@+-]{1,59}")


def plain_username(text: str) -> str:
    """Return what was typed in the one form in which user names are compared."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def clean_username(text: str) -> str:
    """Return a new user name in that form; raise InvalidInput for what cannot be one."""
    name = plain_username(text)
    if not _USERNAME.fullmatch(name):
        wrong = N_("A user name has 2 to 60 letters, digits, dots, dashes or @")
        raise InvalidInput(wrong, fields={"username": [wrong]})
    return name


def refuse_weak_password(password: str, username: str) -> None:
    """Raise InvalidInput for a password that is short, long, well known, or the user name."""
    wrong = None
    if len(password) < SHORTEST:
        wrong = N_("A password has at least %(n)s characters", n=SHORTEST)
    elif len(password) > LONGEST:
        wrong = N_("A password has at most %(n)s characters", n=LONGEST)
    elif password.casefold() in _GUESSED or username in password.casefold() or len(set(password)) < 5:
        wrong = N_("This password is one of the first that anybody would guess")
    if wrong is not None:
        raise InvalidInput(wrong, fields={"password": [wrong]})


def check_roles(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Return the roles sorted; raise InvalidInput when there are none or one that people cannot have."""
    found = tuple(sorted(set(roles)))
    if not found or any(role not in GIVABLE for role in found):
        wrong = N_("Choose at least one role")
        raise InvalidInput(wrong, fields={"roles": [wrong]})
    return found


def refuse_on_oneself(account_id: UUID, actor_id: UUID | None) -> None:
    """Raise Conflict when administrators are about to shut themselves out."""
    if account_id == actor_id:
        raise Conflict(N_("You cannot do this to your own account; ask another administrator"))
