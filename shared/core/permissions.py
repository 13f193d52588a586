"""The permission catalogue: each service names what one may do and which roles may do it; the rest is denied."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.core.principals import Principal, Role
from shared.core.text import Message


@dataclass(frozen=True)
class Permission:
    """`code` is `<service>.<thing>.<verb>`; `title` says to an administrator what it allows."""

    code: str
    roles: frozenset[Role]
    title: Message

    def allows(self, principal: Principal) -> bool:
        """Say whether one of the principal's roles carries this permission."""
        return not self.roles.isdisjoint(principal.roles)


def permission(code: str, *roles: Role, title: Message) -> Permission:
    """Declare a permission that `roles` carry."""
    return Permission(code, frozenset(roles), title)


class Catalogue:
    """All permissions of the suite by code; a code is declared once."""

    def __init__(self, permissions: Iterable[Permission]) -> None:
        self._by_code: dict[str, Permission] = {}
        for one in permissions:
            if one.code in self._by_code:
                raise ValueError(f"permission {one.code} is declared twice")
            self._by_code[one.code] = one

    def __iter__(self) -> Iterator[Permission]:
        return iter(self._by_code.values())

    def __contains__(self, one: Permission) -> bool:
        return self._by_code.get(one.code) is one
