"""Opening and changing accounts, within the caller's unit of work."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from services.people.accounts import queries, rules
from services.people.accounts.models import Account, AccountUse
from services.people.roster import queries as roster_queries
from shared.core.errors import Conflict, InvalidInput
from shared.core.ids import new_id, new_token
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.people import (
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    AccountPasswordSet,
    AccountRolesChanged,
)

# Each verification takes 64 MB for a moment; a flood of sign-ins must wait rather than fill the memory.
_AT_ONCE = threading.BoundedSemaphore(4)


class Passwords:
    """Argon2id as RFC 9106 advises (section 4, second choice); next to nothing in tests."""

    def __init__(self, *, cheap: bool = False) -> None:
        self._hasher = (
            PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()
        )
        self._dummy = self._hasher.hash(new_token())

    def hash(self, password: str) -> str:
        """Return the hash in PHC form, with a salt of its own."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Say whether the password is right; takes as long when there is nothing to compare with."""
        with _AT_ONCE:
            try:
                return self._hasher.verify(stored or self._dummy, password) and stored is not None
            except (Argon2Error, InvalidHashError):
                return False

    def is_outdated(self, stored: str) -> bool:
        """Say whether it was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


@cache
def passwords(*, cheap: bool) -> Passwords:
    """Return the one instance of each cost."""
    return Passwords(cheap=cheap)


@dataclass(frozen=True)
class NewAccount:
    """What an account is opened with; a person's name goes before `display_name`."""

    username: str
    display_name: str
    roles: tuple[Role, ...]
    person_id: UUID | None = None


def open_account(
    uow: UnitOfWork,
    wanted: NewAccount,
    *,
    password_hash: str,
    temporary: bool,
    actor: Principal | str,
    now: datetime,
) -> Account:
    """Open an account. Raises InvalidInput, NotFound (the person), and Conflict for a name that is taken."""
    username = rules.clean_username(wanted.username)
    roles = rules.check_roles(wanted.roles)
    if not wanted.display_name:
        wrong = N_("The name is missing")
        raise InvalidInput(wrong, fields={"display_name": [wrong]})
    if queries.find_holder(uow.session, username) is not None:
        wrong = N_("The user name %(name)s is taken", name=username)
        raise Conflict(wrong, fields={"username": [wrong]})
    if wanted.person_id is not None:
        roster_queries.get_person(uow.session, wanted.person_id)
    account = Account(
        id=new_id(),
        username=username,
        display_name=wanted.display_name,
        password_hash=password_hash,
        password_is_temporary=temporary,
        roles=[str(role) for role in roles],
        person_id=wanted.person_id,
        created_at=now,
    )
    uow.session.add_all([account, AccountUse(account_id=account.id, locale=None, last_sign_in=None)])
    message = AccountOpened(account.id, account.person_id, tuple(account.roles))
    append(uow, message, row=account, actor=actor, now=now, person_id=account.person_id)
    return account


def change_roles(
    uow: UnitOfWork, account_id: UUID, roles: Iterable[Role], *, actor: Principal, now: datetime
) -> Account:
    """Give an account other roles. Raises NotFound, InvalidInput, and Conflict for one's own account."""
    account = queries.get_account(uow.session, account_id)
    rules.refuse_on_oneself(account.id, actor.account_id)
    wanted = [str(role) for role in rules.check_roles(roles)]
    if wanted == account.roles:
        return account
    message = AccountRolesChanged(account.id, tuple(account.roles), tuple(wanted))
    account.roles = wanted
    append(uow, message, row=account, actor=actor, now=now, person_id=account.person_id)
    return account


def reset_password(
    uow: UnitOfWork, account_id: UUID, *, password_hash: str, actor: Principal, now: datetime
) -> Account:
    """Replace the password by a temporary one. Raises NotFound."""
    account = queries.get_account(uow.session, account_id)
    account.password_hash, account.password_is_temporary = password_hash, True
    message = AccountPasswordSet(account.id, temporary=True)
    append(uow, message, row=account, actor=actor, now=now, person_id=account.person_id)
    return account


def choose_password(uow: UnitOfWork, account_id: UUID, *, password_hash: str, now: datetime) -> Account:
    """Set the password that the owner of the account has chosen. Raises NotFound."""
    account = queries.get_account(uow.session, account_id)
    account.password_hash, account.password_is_temporary = password_hash, False
    message = AccountPasswordSet(account.id, temporary=False)
    append(uow, message, row=account, actor=f"account:{account.id}", now=now, person_id=account.person_id)
    return account


def disable_account(uow: UnitOfWork, account_id: UUID, *, actor: Principal, now: datetime) -> Account:
    """Let nobody sign in with it any more. Raises NotFound, and Conflict for one's own account."""
    account = queries.get_account(uow.session, account_id)
    rules.refuse_on_oneself(account.id, actor.account_id)
    if account.disabled_at is None:
        account.disabled_at = now
        append(
            uow, AccountDisabled(account.id), row=account, actor=actor, now=now, person_id=account.person_id
        )
    return account


def enable_account(uow: UnitOfWork, account_id: UUID, *, actor: Principal, now: datetime) -> Account:
    """Let its owner sign in again. Raises NotFound."""
    account = queries.get_account(uow.session, account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        append(
            uow, AccountEnabled(account.id), row=account, actor=actor, now=now, person_id=account.person_id
        )
    return account


def remember_locale(uow: UnitOfWork, account_id: UUID, locale: str) -> None:
    """Keep the language that somebody chose, for wherever they sign in next."""
    use = uow.session.get(AccountUse, account_id)
    if use is not None:
        use.locale = locale
