"""Reading accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.people.accounts.models import Account, AccountUse
from services.people.roster.models import Person
from shared.core.errors import NotFound
from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


@dataclass(frozen=True)
class Holder:
    """An account with what else signing in asks for: who holds it, their last day, their language."""

    account: Account
    person: Person | None
    locale: str | None

    @property
    def name(self) -> str:
        """What to call them."""
        return self.person.name if self.person else self.account.display_name


@dataclass(frozen=True)
class Credentials:
    """What signing in needs to know of an account, as values that outlive the transaction."""

    account_id: UUID
    name: str
    password_hash: str
    password_is_temporary: bool
    roles: frozenset[Role]
    person_id: UUID | None
    disabled: bool
    left_on: date | None
    locale: str | None

    @property
    def principal(self) -> Principal:
        """Whom the account stands for."""
        return Principal(self.account_id, self.name, self.roles, self.person_id, self.locale or "zh")


def find_credentials(session: Session, username: str) -> Credentials | None:
    """Return what signing in with that name needs to know, or None."""
    holder = find_holder(session, username)
    return None if holder is None else credentials_of(holder)


def credentials_of(holder: Holder) -> Credentials:
    """Return the holder's credentials."""
    account, person = holder.account, holder.person
    return Credentials(
        account_id=account.id,
        name=holder.name,
        password_hash=account.password_hash,
        password_is_temporary=account.password_is_temporary,
        roles=account.role_set,
        person_id=account.person_id,
        disabled=account.disabled_at is not None,
        left_on=person.left_on if person else None,
        locale=holder.locale,
    )


def find_holder(session: Session, username: str) -> Holder | None:
    """Return the account of that name with its holder, or None."""
    row = session.execute(_holders().where(Account.username == username)).one_or_none()
    return None if row is None else Holder(*row)


def get_holder(session: Session, account_id: UUID) -> Holder:
    """Return the account with its holder; raise NotFound."""
    row = session.execute(_holders().where(Account.id == account_id)).one_or_none()
    if row is None:
        raise NotFound(N_("This account does not exist"))
    return Holder(*row)


def get_account(session: Session, account_id: UUID) -> Account:
    """Return the account; raise NotFound."""
    return get_holder(session, account_id).account


def has_account(session: Session, person_id: UUID) -> bool:
    """Say whether there is an account for somebody on the roster."""
    return session.scalar(select(Account.id).where(Account.person_id == person_id)) is not None


def list_accounts(
    session: Session, *, search: str = "", cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Account]:
    """Return one page of accounts by user name; `search` is part of the user name or the name."""
    statement = select(Account)
    if search:
        statement = statement.outerjoin(Person, Person.id == Account.person_id).where(
            or_(
                *(
                    column.icontains(search, autoescape=True)
                    for column in (Account.username, Account.display_name, Person.name)
                )
            )
        )
    return paginate(session, statement, keys=[Account.username, Account.id], cursor=cursor, limit=limit)


def names_of(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Return what to call the actors of the log ("account:<id>"), as far as they are accounts."""
    ids = {UUID(actor.removeprefix("account:")) for actor in actors if actor.startswith("account:")}
    rows = session.execute(
        select(Account.id, Account.display_name, Person.name)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(Account.id.in_(ids))
    )
    return {f"account:{account_id}": name or display for account_id, display, name in rows}


def last_sign_ins(session: Session, accounts: Iterable[Account]) -> dict[UUID, datetime | None]:
    """Return when each last signed in."""
    ids = [account.id for account in accounts]
    rows = session.execute(
        select(AccountUse.account_id, AccountUse.last_sign_in).where(AccountUse.account_id.in_(ids))
    )
    return {row.account_id: row.last_sign_in for row in rows}


def list_named(session: Session, usernames: Sequence[str]) -> list[Holder]:
    """Return the accounts of these names that can be used, in the order of the names."""
    rows = session.execute(
        _holders().where(Account.username.in_(usernames), Account.disabled_at.is_(None))
    ).all()
    by_name = {row[0].username: Holder(*row) for row in rows}
    return [by_name[name] for name in usernames if name in by_name]


def _holders() -> Select[Account, Person | None, str | None]:
    return (
        select(Account, Person, AccountUse.locale)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(AccountUse, AccountUse.account_id == Account.id)
    )
