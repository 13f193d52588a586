"""People over fresh databases, and a small company to be on its roster."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.people.accounts.commands import NewAccount, open_account, passwords
from services.people.app import SERVICE
from services.people.roster.commands import hire_person
from services.people.roster.rules import Facts, Post
from shared.core.clock import FixedClock
from shared.core.principals import SYSTEM, Role
from shared.messages.people import Position, Region
from tests.databases import Databases
from tests.harness import Harness

PASSWORD = "correct horse battery"


@pytest.fixture
def suite(databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[Harness]:
    """The people service alone."""
    harness = Harness(databases, clock, tmp_path, SERVICE)
    yield harness
    harness.close()


@dataclass(frozen=True)
class Company:
    """Two teams: boss above head and other; head above rep and peer; other above stranger."""

    boss: UUID
    head: UUID
    rep: UUID
    peer: UUID
    other: UUID
    stranger: UUID


@pytest.fixture
def company(suite: Harness) -> Company:
    """Six people, hired in 2024."""
    boss = hire(suite, "E001", "顾承远", position=Position.DIRECTOR, region=None)
    head = hire(suite, "E002", "赵敏", position=Position.DISTRICT_MANAGER, manager=boss)
    other = hire(suite, "E003", "钱宁", position=Position.DISTRICT_MANAGER, manager=boss, region=Region.NORTH)
    return Company(
        boss=boss,
        head=head,
        other=other,
        rep=hire(suite, "E004", "李薇", manager=head),
        peer=hire(suite, "E005", "王磊", manager=head),
        stranger=hire(suite, "E006", "孙悦", manager=other, region=Region.NORTH),
    )


def hire(suite: Harness, number: str, name: str = "某人", **given: Any) -> UUID:
    """Put a rep of East China on the roster, with other facts where given, and return their id."""
    facts = Facts(
        number,
        name,
        given.pop("hired_on", date(2024, 3, 1)),
        given.pop("email", f"{number.lower()}@example.com"),
        tuple(given.pop("tags", ())),
    )
    since = given.pop("since", None)
    post = Post(
        position=given.pop("position", Position.REP),
        org_unit=given.pop("org_unit", "east_1"),
        region=given.pop("region", Region.EAST),
        product_lines=tuple(given.pop("product_lines", ("consumables",))),
        manager=given.pop("manager", None),
    )
    assert not given, f"unknown: {given}"
    with suite.write("people") as uow:
        person = hire_person(uow, facts, post, since=since, actor=SYSTEM, now=suite.clock.now())
        return person.id


def open_for(suite: Harness, username: str, *roles: Role, temporary: bool = False, **given: Any) -> UUID:
    """Open an account with PASSWORD (or the one given) and return its id."""
    hashed = passwords(cheap=True).hash(given.pop("password", PASSWORD))
    wanted = NewAccount(
        username, given.pop("name", username), roles or (Role.REP,), given.pop("person_id", None)
    )
    assert not given, f"unknown: {given}"
    with suite.write("people") as uow:
        account = open_account(
            uow, wanted, password_hash=hashed, temporary=temporary, actor=SYSTEM, now=suite.clock.now()
        )
        return account.id
