"""The suite's one navigation, reduced to what the person at hand may use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import request

from shared.core.principals import Principal, Role
from shared.core.text import N_
from shared.web.i18n import say
from shared.web.permissions import LOG_READ, OPERATIONS_READ
from shared.web.service import NavigationItem


@dataclass(frozen=True)
class MenuItem:
    """A link; `current` on the page it leads to and those below it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class MenuSection:
    """Links that belong together."""

    label: str
    items: tuple[MenuItem, ...]


def menu_for(items: Iterable[NavigationItem], principal: Principal | None) -> list[MenuSection]:
    """Return the sections and links that `principal` may use, in the current language."""
    if principal is None:
        return []
    allowed = sorted((item for item in items if item.permission.allows(principal)), key=lambda one: one.order)
    here = max(
        (url for item in allowed for url in (item.url, *item.also) if _is_at(url)), key=len, default=""
    )
    sections: dict[str, list[MenuItem]] = {}
    for item in allowed:
        entry = MenuItem(say(item.label), item.url, here in (item.url, *item.also))
        sections.setdefault(say(item.section), []).append(entry)
    return [MenuSection(label, tuple(entries)) for label, entries in sections.items()]


def suite_navigation(services: Sequence[str]) -> tuple[NavigationItem, ...]:
    """Return the entries that every service has a page for; they lead to the first one's."""
    rooms = (
        (
            N_("Audit"),
            N_("Audit room"),
            "log",
            LOG_READ,
            80,
            (Role.AUDITOR,),
            N_("Search every log, verify it, and take it with you."),
        ),
        (N_("System"), N_("Service health"), "operations", OPERATIONS_READ, 90, (), None),
    )
    return tuple(
        NavigationItem(
            section, label, f"/{services[0]}/{page}", needed, order,
            also=tuple(f"/{name}/{page}" for name in services), first_for=roles, purpose=purpose,
        )
        for section, label, page, needed, order, roles, purpose in rooms
    )  # fmt: skip


def _is_at(url: str) -> bool:
    return request.path == url or request.path.startswith(url.rstrip("/") + "/")
