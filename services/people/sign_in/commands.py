"""Signing in. Each step is a unit of work of its own: a failure must be counted although it is refused."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from services.people.accounts import queries
from services.people.accounts.commands import Passwords
from services.people.accounts.models import AccountUse
from services.people.accounts.queries import Credentials
from services.people.accounts.rules import plain_username
from services.people.sign_in.models import SignInThrottle
from services.people.sign_in.rules import ERASED_AFTER, Failures, Throttled
from shared.core.canonical import instant_text
from shared.core.errors import Unauthenticated
from shared.core.ids import new_token
from shared.core.principals import SYSTEM, Principal
from shared.core.text import N_
from shared.core.zones import local_date
from shared.db.uow import Database, UnitOfWork
from shared.eventlog import append
from shared.messages.people import AccountConfirmed, AccountLocked, AccountPasswordSet, AccountSignedIn

Keys = dict[str, Throttled]


@dataclass(frozen=True)
class Device:
    """A browser in which this account was signed in before; `nonce` is its own."""

    account_id: UUID
    nonce: str


@dataclass(frozen=True)
class Attempt:
    """What somebody who wants to sign in gives, and where from."""

    username: str
    password: str
    address: str
    device: Device | None = None


@dataclass(frozen=True)
class SignedIn:
    """Who signed in; with `must_choose` they get no session before they have a password of their own."""

    principal: Principal
    account_id: UUID
    must_choose: bool
    locale: str | None


class SignIn:
    """Checks attempts against one database. `secret` keys the digests under which failures are counted."""

    def __init__(self, database: Database, passwords: Passwords, secret: str) -> None:
        self.database = database
        self.passwords = passwords
        self.secret = secret.encode()

    def try_to(self, attempt: Attempt, now: datetime) -> SignedIn:
        """Return who signed in.

        Raises TooManyAttempts during a pause, and Unauthenticated in one form for a wrong password, a name
        that does not exist, a disabled account and somebody who has left. The attempt is counted before the
        password is looked at, so that many at once are not many guesses.
        """
        known, keys = self._check(attempt, now)
        with self.database.write() as uow:
            _forgive(uow, keys)
            self._note_success(uow, known, attempt.password, now)
        return SignedIn(known.principal, known.account_id, known.password_is_temporary, known.locale)

    def confirm(self, attempt: Attempt, message: AccountConfirmed, now: datetime) -> None:
        """Check the password of somebody who is signed in, counted and refused as try_to does; note the event."""
        known, keys = self._check(attempt, now)
        with self.database.write() as uow:
            _forgive(uow, keys)
            subject, actor = f"account/{known.account_id}", f"account:{known.account_id}"
            append(uow, message, subject=subject, actor=actor, now=now, person_id=known.person_id)

    def _check(self, attempt: Attempt, now: datetime) -> tuple[Credentials, Keys]:
        """Return whose password it is, and what was counted for it."""
        username = plain_username(attempt.username)
        with self.database.read() as uow:
            known = queries.find_credentials(uow.session, username)
        keys = self._keys(username, attempt, known)
        with self.database.write() as uow:
            paused_until = _count(uow, keys, now)
        right = self.passwords.verify(known.password_hash if known else None, attempt.password)
        if known is None or not right or not _may_sign_in(known, now):
            if known is not None and paused_until is not None:
                self._note_pause(known, paused_until, now)
            raise Unauthenticated(N_("The user name or the password is not right"))
        return known, keys

    def _keys(self, username: str, attempt: Attempt, known: Credentials | None) -> Keys:
        """Return what to count for: a known device counts alone, so that others cannot lock it out."""
        device = attempt.device
        if device is not None and known is not None and device.account_id == known.account_id:
            return {self._key(Throttled.DEVICE, device.nonce): Throttled.DEVICE}
        return {
            self._key(Throttled.ACCOUNT, username): Throttled.ACCOUNT,
            self._key(Throttled.ADDRESS, attempt.address): Throttled.ADDRESS,
        }

    def _key(self, kind: Throttled, value: str) -> str:
        return hmac.new(self.secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    def _note_pause(self, known: Credentials, until: datetime, now: datetime) -> None:
        message = AccountLocked(known.account_id, instant_text(until))
        subject = f"account/{known.account_id}"
        with self.database.write() as uow:
            append(uow, message, subject=subject, actor=SYSTEM, now=now, person_id=known.person_id)

    def _note_success(self, uow: UnitOfWork, known: Credentials, password: str, now: datetime) -> None:
        account = queries.get_account(uow.session, known.account_id)
        actor = f"account:{account.id}"
        if self.passwords.is_outdated(account.password_hash):
            account.password_hash = self.passwords.hash(password)
            message = AccountPasswordSet(account.id, temporary=account.password_is_temporary)
            append(uow, message, row=account, actor=actor, now=now, person_id=account.person_id)
        append(
            uow, AccountSignedIn(account.id), subject=f"account/{account.id}", actor=actor, now=now,
            person_id=account.person_id,
        )  # fmt: skip
        use = uow.session.get(AccountUse, account.id)
        if use is not None:
            use.last_sign_in = now


def erase_old_failures(uow: UnitOfWork, now: datetime) -> int:
    """Forget failures of more than a day ago; return how many there were."""
    old = SignInThrottle.last_failed < now - ERASED_AFTER
    count = uow.session.scalar(select(func.count()).select_from(SignInThrottle).where(old)) or 0
    uow.session.execute(delete(SignInThrottle).where(old), execution_options={"synchronize_session": False})
    return count


def _may_sign_in(known: Credentials, now: datetime) -> bool:
    return not known.disabled and (known.left_on is None or local_date(now) <= known.left_on)


def _count(uow: UnitOfWork, keys: Keys, now: datetime) -> datetime | None:
    """Count the attempt for each key; return until when the account or device is paused, if it is now.

    Raises TooManyAttempts, and counts nothing, while one of them is paused. Keys are taken in one order, so
    that two attempts at once wait for each other instead of blocking each other.
    """
    paused_until = None
    for key in sorted(keys):
        row = _locked_row(uow, key, now)
        before = Failures(row.failed_count, row.last_failed, row.locked_until)
        before.refuse_while_locked(now)
        after = before.one_more(keys[key], now)
        row.failed_count, row.last_failed, row.locked_until = after.count, now, after.locked_until
        if keys[key] is not Throttled.ADDRESS and after.locked_until is not None:
            paused_until = after.locked_until
    return paused_until


def _locked_row(uow: UnitOfWork, key: str, now: datetime) -> SignInThrottle:
    dialect = sqlite if uow.database.is_sqlite else postgresql
    fresh = {"key": key, "failed_count": 0, "last_failed": now}
    uow.session.execute(dialect.insert(SignInThrottle).values(fresh).on_conflict_do_nothing())
    return uow.session.scalars(
        select(SignInThrottle).where(SignInThrottle.key == key).with_for_update()
    ).one()


def _forgive(uow: UnitOfWork, keys: Keys) -> None:
    """Clear the count of account or device; take back this one attempt from an address that others share."""
    for key, kind in sorted(keys.items()):
        row = uow.session.scalar(select(SignInThrottle).where(SignInThrottle.key == key).with_for_update())
        if row is not None and kind is Throttled.ADDRESS:
            row.failed_count, row.locked_until = max(0, row.failed_count - 1), None
        elif row is not None:
            uow.session.delete(row)


def new_device(account_id: UUID) -> Device:
    """Return a device for an account that has just signed in."""
    return Device(account_id, new_token(16))
