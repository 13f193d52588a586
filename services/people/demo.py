"""The demo company's roster, its accounts, and a roster file that awaits HR."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.people.accounts.commands import Passwords
from services.people.accounts.models import Account, AccountUse
from services.people.imports.commands import upload_roster
from services.people.roster.models import Person, PositionAssignment
from services.people.roster.rules import name_key
from services.people.sheets import rules as sheets
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.core.zones import start_of_day
from shared.db.uow import Database, UnitOfWork
from shared.demo import DEMO_PASSWORD, DemoCompany, DemoPerson
from shared.directory.models import barred
from shared.eventlog import Entry, append_many, row_state
from shared.messages.people import (
    AccountOpened,
    PersonChanged,
    PersonHired,
    PersonLeft,
    Position,
    Region,
)
from shared.tabular import write_csv

_BATCH = 5_000
# The suite has been in use for a year; whoever was there before was taken over on the first day.
_IN_USE = timedelta(days=365)
Rows = list[dict[str, Any]]


def load_demo(database: Database, company: DemoCompany) -> None:
    """Fill an empty database."""
    start = company.now - _IN_USE
    with database.write() as uow:
        _load_people(uow, company, start)
        _load_accounts(uow, company, start)
    with database.write() as uow:
        _load_waiting_file(uow, company)


def _load_people(uow: UnitOfWork, company: DemoCompany, start: datetime) -> None:
    """Write rows and events as they are made: only who did what when is held in memory for all at once."""
    last_ids = {one.id: new_id() for one in company.people}
    _insert(uow, Person, (_person_row(one, last_ids[one.id]) for one in company.people))
    _insert(uow, PositionAssignment, (row for one in company.people for row in _assignment_rows(one)))
    happened = [
        (max(start, at), index, step)
        for index, one in enumerate(company.people)
        for step, at in enumerate(_instants(one))
    ]
    happened.sort()
    actor = company.account_actor("hr")
    entries = (_entry(company.people[index], step, at, actor, last_ids) for at, index, step in happened)
    append_many(uow.session.connection(), entries)


def _instants(one: DemoPerson) -> Iterator[datetime]:
    """When somebody was hired, moved, left, in this order."""
    for move in one.moves:
        yield start_of_day(move.since) + timedelta(hours=9)
    if one.left_on is not None:
        yield start_of_day(one.left_on) + timedelta(hours=17)


def _entry(one: DemoPerson, step: int, at: datetime, actor: str, last_ids: dict[UUID, UUID]) -> Entry:
    """Return the event of a step; the last one holds the state of the row."""
    leaves = step == len(one.moves)
    last_id = last_ids[one.id]
    is_last = step + 1 == len(one.moves) + (one.left_on is not None)
    since = one.moves[step].since if not leaves else one.left_on
    assert since is not None
    return Entry(
        id=last_id if is_last else new_id(),
        message=PersonLeft(one.snapshot) if leaves else _message(one, step),
        subject=f"person/{one.id}",
        actor=actor,
        recorded_at=at,
        effective_at=start_of_day(since),
        person_id=one.id,
        state=row_state(Person, _person_row(one, last_id)) if is_last else None,
    )


def _message(one: DemoPerson, step: int) -> PersonHired | PersonChanged:
    after = one.snapshot_at(one.moves[step])
    if step == 0:
        return PersonHired(after)
    before = one.snapshot_at(one.moves[step - 1])
    names = ("position", "org_unit", "region", "product_lines", "manager_id")
    return PersonChanged(
        after, tuple(name for name in names if getattr(before, name) != getattr(after, name))
    )


def _person_row(one: DemoPerson, last_event_id: UUID) -> dict[str, Any]:
    snapshot = one.snapshot
    return {
        "id": one.id,
        "employee_no": one.employee_no,
        "name": one.name,
        "name_key": name_key(one.name),
        "email": snapshot.email,
        "hired_on": one.hired_on,
        "left_on": one.left_on,
        "tags": barred(snapshot.tags),
        "position_since": snapshot.position_since,
        "assigned_since": one.moves[-1].since,
        "version": 1,
        "last_event_id": last_event_id,
        **_post(one.moves[-1]),
    }


def _assignment_rows(one: DemoPerson) -> Rows:
    return [
        {"id": new_id(), "person_id": one.id, "since": move.since, "until": move.until, **_post(move)}
        for move in one.moves
    ]


def _post(move: Any) -> dict[str, Any]:
    return {
        "position": Position(move.position),
        "org_unit": move.org_unit,
        "region": Region(move.region) if move.region else None,
        "product_lines": barred(tuple(sorted(move.product_lines))),
        "manager_id": move.manager_id,
    }


def _load_accounts(uow: UnitOfWork, company: DemoCompany, start: datetime) -> None:
    passwords = Passwords()
    holders = [one for one in company.people if one.persona and one.account_id]
    rows: Rows = []
    entries: list[Entry] = []
    for one in holders:
        assert one.account_id is not None
        roles = tuple(sorted(one.roles))
        opened = max(start, start_of_day(one.hired_on) + timedelta(hours=10))
        entry = Entry(
            message=AccountOpened(one.account_id, one.id, roles),
            subject=f"account/{one.account_id}",
            actor=company.account_actor("administrator"),
            recorded_at=opened,
            person_id=one.id,
        )
        row = {
            "id": one.account_id,
            "username": one.persona,
            "display_name": one.name,
            "password_hash": passwords.hash(DEMO_PASSWORD),
            "password_is_temporary": False,
            "roles": list(roles),
            "person_id": one.id,
            "created_at": opened,
            "disabled_at": None,
            "version": 1,
            "last_event_id": entry.id,
        }
        rows.append(row)
        entries.append(replace(entry, state=row_state(Account, row)))
    _insert(uow, Account, rows)
    _insert(
        uow, AccountUse, [{"account_id": row["id"], "locale": None, "last_sign_in": None} for row in rows]
    )
    append_many(uow.session.connection(), sorted(entries, key=lambda entry: entry.recorded_at))


def _load_waiting_file(uow: UnitOfWork, company: DemoCompany) -> None:
    """What HR uploaded this morning and has not applied yet: two joiners, two moves, somebody who leaves."""
    hr = company.persona("hr")
    chance = company.random("people", "waiting file")
    plain = [one for one in company.here if one.position == Position.REP and one.persona is None]
    mover, other, leaver = chance.sample(plain, 3)
    number_of = {one.id: one.employee_no for one in company.people}
    heads = [one for one in company.here if one.position == Position.SUPERVISOR]
    new_head = next(one for one in heads if one.id != mover.manager_id)

    def cells(one: DemoPerson, **changes: Any) -> list[Any]:
        manager = number_of.get(changes.pop("manager_id", one.manager_id), "")
        return sheets.cells_of(replace(one.snapshot, **changes), one.moves[-1].since, manager, "zh")

    last_day = company.today + timedelta(days=9)
    joins = company.today + timedelta(days=14)
    rows = [
        cells(mover, region=new_head.region, org_unit=new_head.org_unit, manager_id=new_head.id),
        cells(other, position=Position.SUPERVISOR.value),
        cells(leaver, left_on=last_day),
        _joiner("LX990001", "欧阳喆", joins, new_head),
        _joiner("LX990002", "买买提·艾力", joins, new_head),
    ]
    principal = Principal(hr.account_id, hr.name, frozenset({Role.HR}), hr.id)
    data = write_csv(sheets.headings("zh"), rows, encoding="gb18030")
    name = f"花名册变动-{company.today:%Y%m%d}.csv"
    upload_roster(uow, data, name, whole_roster=False, actor=principal, now=company.now - timedelta(hours=1))


def _joiner(number: str, name: str, joins: date, head: DemoPerson) -> list[Any]:
    snapshot = replace(
        head.snapshot,
        employee_no=number,
        name=name,
        hired_on=joins,
        position=Position.REP.value,
        position_since=joins,
        email=f"{number.lower()}@liangxin.example",
        left_on=None,
    )
    return sheets.cells_of(snapshot, joins, head.employee_no, "zh")


def _insert(uow: UnitOfWork, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        uow.session.execute(insert(table), batch)
