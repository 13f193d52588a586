"""The matrix page of a manager of 200 people in a company of 1,000, and in one of 100,000.

The rows are put in without their events: the page reads none.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from services.training.app import SERVICE
from services.training.assignments.models import Assignment
from services.training.assignments.rules import AssignmentStatus
from services.training.curricula.models import Requirement
from shared.core.clock import FixedClock, SystemClock
from shared.core.ids import new_id
from shared.core.principals import Role
from shared.core.zones import local_date
from shared.directory import DirectoryPerson, row_of
from tests.bench.figures import Figure
from tests.databases import Databases
from tests.harness import Harness, make_snapshot
from tests.services.training.factories import create_active

SMALL, LARGE = 1_000, 100_000
# Within 1.5 times the time of the small company.
TARGET = 1 / 1.5
_COURSES = ("a", "b", "c", "d", "e", "f", "g", "h")
_SUPERVISORS, _REPS = 10, 19
_ROUNDS = 15
_ROWS_AT_ONCE = 5_000
URL = "/training/team"


def measure(databases: Databases, folder: Path) -> list[Figure]:
    """Return the one figure, for the engine that `databases` is set to."""
    small, large = (pages_per_second(databases, folder / str(size), size) for size in (SMALL, LARGE))
    name = f"The matrix of 200 among {LARGE} and among {SMALL} people ({databases.engine_name})"
    return [Figure(name, "pages/s", large, small, TARGET)]


def pages_per_second(databases: Databases, folder: Path, size: int) -> float:
    """Return how many times a second the manager's page is made, by the median of some times."""
    h = Harness(databases, FixedClock(SystemClock().now()), folder, SERVICE)
    manager = fill(h, size)
    browser = h.client(Role.MANAGER, person_id=manager)
    times = []
    for _ in range(_ROUNDS):
        began = perf_counter()
        page = browser.get(URL)
        times.append(perf_counter() - began)
        assert page.status_code == 200
    h.close()
    return 1 / median(times)


def fill(h: Harness, size: int) -> UUID:
    """Put a company into the database, in teams of 200, each with 8 assignments; return one team's manager."""
    create_active(h, courses=_COURSES)
    with h.write("training") as uow:
        required = list(
            uow.session.execute(select(Requirement.id, Requirement.curriculum_id, Requirement.course_id))
        )
        people = list(_people(size))
        for first in range(0, len(people), _ROWS_AT_ONCE):
            uow.session.execute(insert(DirectoryPerson), people[first : first + _ROWS_AT_ONCE])
        rows = (
            _assignment(h, person["id"], one, place)
            for person in people
            for place, one in enumerate(required)
        )
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            uow.session.connection().execute(insert(Assignment.__table__), some)
    database = h.suite.databases["training"]
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    # In the middle of the company, where its people lie no better than anybody else's.
    managers = [one["id"] for one in people if one["position"] == "district_manager"]
    return managers[len(managers) // 2]


def _people(size: int) -> Iterator[dict[str, Any]]:
    director, number = new_id(), 0

    def person(position: str, manager_id: UUID | None, person_id: UUID | None = None) -> dict[str, Any]:
        nonlocal number
        number += 1
        return row_of(
            make_snapshot(
                person_id=person_id or new_id(),
                employee_no=f"B{number:07d}",
                position=position,
                manager_id=manager_id,
            )
        )

    yield person("director", None, director)
    while number < size:
        manager = person("district_manager", director)
        yield manager
        for _ in range(_SUPERVISORS):
            supervisor = person("supervisor", manager["id"])
            yield supervisor
            yield from (person("rep", supervisor["id"]) for _ in range(_REPS))


def _assignment(h: Harness, person_id: UUID, required: Any, place: int) -> dict[str, Any]:
    now = h.clock.now()
    done = place % 3 != 0
    return {
        "id": new_id(),
        "person_id": person_id,
        "requirement_id": required.id,
        "curriculum_id": required.curriculum_id,
        "course_id": required.course_id,
        "status": AssignmentStatus.COMPLETED if done else AssignmentStatus.ASSIGNED,
        "made_at": now,
        "opens_on": local_date(now),
        "due_on": local_date(now),
        "made_due_on": local_date(now),
        "ended_at": now if done else None,
        "version": 1,
        "last_event_id": UUID(int=1),
    }
