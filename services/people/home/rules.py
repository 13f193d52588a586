"""Which page of the suite comes first for somebody."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.core.permissions import Permission
from shared.core.principals import Role
from shared.core.text import Message


@dataclass(frozen=True)
class Link:
    """A place in the suite, as its service declares it."""

    section: Message
    label: Message
    url: str
    permission: Permission
    order: int
    first_for: tuple[Role, ...] = ()
    purpose: Message | None = None


def first_link(links: Iterable[Link], roles: frozenset[Role]) -> Link | None:
    """Return the page that somebody with `roles` is here for above all; the rarer role decides among several.

    Where no page says so (its service may run elsewhere), it is the one that the fewest roles may open.
    """
    found = list(links)
    mine = [one for one in found if not roles.isdisjoint(one.first_for)]
    if mine:
        return min(mine, key=lambda one: (Role.REP in one.first_for, one.order, one.url))
    return min(found, key=lambda one: (len(one.permission.roles), one.order, one.url), default=None)


def by_section(links: Iterable[Link]) -> dict[str, list[Link]]:
    """Return the links by section, both in the order of the navigation."""
    found: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda one: one.order):
        found.setdefault(str(link.section), []).append(link)
    return found
