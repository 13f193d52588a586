"""Recording a completion over HTTP, with its event and everything it causes, to a bare insert-and-commit.

One request turns the last page of an attempt that is under way: it meets the part, ends the attempt and the
assignment, issues a certificate in place of the one before, restates standing, and asks for the documents.
"""

import json
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select

from services.training.app import SERVICE
from services.training.assignments.models import Assignment
from services.training.attempts.commands import start_attempt, turn_page
from services.training.attempts.queries import in_full
from services.training.curricula.models import Curriculum
from services.training.revisions.commands import assign_chunk
from shared.core.clock import FixedClock, SystemClock
from shared.core.principals import SYSTEM, Role
from shared.db.engine import make_engine
from shared.directory import DirectoryPerson, row_of
from tests.bench.figures import Figure, rates
from tests.bench.serving import Call, bare_calls, create_bare_table, load, serve
from tests.databases import Databases
from tests.harness import Harness, make_snapshot
from tests.services.training.factories import TEXT, create_active

_ROUNDS = 5
_CALLS = 300
_WARM = 50
TARGET = 0.4


def measure(databases: Databases, folder: Path) -> list[Figure]:
    """Return the one figure, for the engine that `databases` is set to."""
    h = Harness(databases, FixedClock(SystemClock().now()), folder, SERVICE)
    url = h.settings.database_url("training")
    create_bare_table(make_engine(url))
    calls = iter(prepare(h, _WARM + _CALLS * _ROUNDS))
    h.close()
    with serve("bare", folder, url) as bare, serve("suite", folder, url) as suite:
        load(bare, bare_calls(_WARM))
        load(suite, [next(calls) for _ in range(_WARM)])
        bare_rate, our_rate = rates(
            lambda: load(bare, bare_calls(_CALLS)),
            lambda: load(suite, [next(calls) for _ in range(_CALLS)]),
            _ROUNDS,
        )
    name = f"A completion over HTTP ({databases.engine_name})"
    return [Figure(name, "requests/s", our_rate, bare_rate, TARGET)]


def prepare(h: Harness, count: int) -> list[Call]:
    """Return one call for each of so many people who have nothing to do any more but hand in."""
    create_active(h, parts=(TEXT,))
    snapshots = [make_snapshot(employee_no=f"B{number}") for number in range(count)]
    with h.write("training") as uow:
        uow.session.execute(insert(DirectoryPerson), [row_of(one) for one in snapshots])
        curriculum = uow.session.scalars(select(Curriculum)).one()
        assign_chunk(uow, curriculum, None, now=h.clock.now(), limit=count)
    with h.write("training") as uow:
        reading: dict[UUID, UUID] = {}
        for one in uow.session.scalars(select(Assignment)):
            attempt = start_attempt(uow, one, actor=SYSTEM, now=h.clock.now())
            under_way = in_full(uow.session, attempt)
            turn_page(uow, one, under_way, TEXT, 1, locale="zh", actor=SYSTEM, now=h.clock.now())
            reading[one.person_id] = one.id
    calls = []
    body = json.dumps({"number": 2}).encode()
    for person_id, assignment_id in reading.items():
        token = h.api(Role.REP, person_id=person_id).token
        calls.append(Call(f"/training/v1/assignments/{assignment_id}/parts/text/turn", body, token))
    return calls
