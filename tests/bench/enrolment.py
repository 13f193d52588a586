"""Assigning a curriculum to everybody, with events and standing, to a bare bulk insert of the same rows."""

from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from services.training.app import SERVICE
from services.training.assignments.models import Assignment
from shared.core.clock import FixedClock, SystemClock
from shared.core.ids import new_id
from shared.db.uow import Database
from shared.directory import DirectoryPerson, row_of
from tests.bench.figures import Figure
from tests.databases import Databases
from tests.harness import Harness, make_snapshot
from tests.services.training.factories import create_active

PEOPLE = 100_000
_CHUNK = 2_000
# Assigned within five times the bare insert.
TARGET = 0.2


def measure(databases: Databases, folder: Path) -> list[Figure]:
    """Return the one figure, for the engine that `databases` is set to."""
    h = Harness(databases, FixedClock(SystemClock().now()), folder, SERVICE)
    rows = [row_of(make_snapshot(employee_no=f"B{number}")) for number in range(PEOPLE)]
    with h.write("training") as uow:
        for first in range(0, PEOPLE, _CHUNK):
            uow.session.execute(insert(DirectoryPerson), rows[first : first + _CHUNK])
    began = perf_counter()
    create_active(h)
    ours = perf_counter() - began
    bare = _bare(h.suite.databases["training"])
    h.close()
    name = f"A curriculum for {PEOPLE} people ({databases.engine_name})"
    return [Figure(name, "people/s", PEOPLE / ours, PEOPLE / bare, TARGET)]


def _bare(database: Database) -> float:
    """Return the seconds that inserting copies of the assignments takes, in chunks of the same size."""
    with database.read() as uow:
        columns = Assignment.__table__.columns
        rows: list[dict[str, Any]] = [dict(one) for one in uow.session.execute(select(*columns)).mappings()]
    assert len(rows) == PEOPLE
    for one in rows:
        one |= {"id": new_id(), "person_id": new_id(), "last_event_id": UUID(int=1)}
    began = perf_counter()
    for first in range(0, PEOPLE, _CHUNK):
        with database.write() as uow:
            uow.session.connection().execute(insert(Assignment), rows[first : first + _CHUNK])
    return perf_counter() - began
