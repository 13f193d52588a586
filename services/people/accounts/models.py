"""Tables of accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.people.base import Base
from shared.core.principals import Role
from shared.db.base import Audited, IdPk


class Account(Audited, Base):
    """How somebody signs in. `roles` are sorted; `person_id` is set for people on the roster.

    `password_hash` is Argon2id in PHC form. A temporary password opens only the page on which its owner
    chooses one of their own.
    """

    __tablename__ = "account"
    __audit_kind__ = "account"

    id: Mapped[IdPk]
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_is_temporary: Mapped[bool]
    roles: Mapped[list[str]]
    person_id: Mapped[UUID | None] = mapped_column(
        Uuid(), ForeignKey("person.id", deferrable=True, initially="DEFERRED"), unique=True
    )
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape that SQLAlchemy asks for

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as such."""
        return frozenset(Role(role) for role in self.roles)


class AccountUse(Base):
    """What changes with use and proves nothing: the language chosen, the last sign-in."""

    __tablename__ = "account_use"

    account_id: Mapped[UUID] = mapped_column(
        Uuid(), ForeignKey("account.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    locale: Mapped[str | None] = mapped_column(String(2))
    last_sign_in: Mapped[datetime | None]
