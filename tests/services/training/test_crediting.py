"""What many people are credited with at once is read in as many queries as what one is."""

from collections import Counter
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import true

from services.training.assignments.rules import AssignmentStatus
from services.training.courses.queries import find_by_code
from services.training.enrolment.rules import one_each
from services.training.equivalents.commands import apply_chunk
from services.training.imports.commands import record_steps
from services.training.imports.models import LegacyImport
from services.training.imports.queries import list_completions
from services.training.imports.rules import Details, ImportStatus, Key, Step
from services.training.waivers.commands import make_equivalence
from shared.core.ids import new_id
from shared.core.principals import SYSTEM
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.training import ImportChecked
from tests.databases import count_statements
from tests.harness import Harness
from tests.services.training.factories import ACTOR, assignments, create_active, hire, take

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def a_file(uow: UnitOfWork, now: datetime) -> LegacyImport:
    """Put a file there whose completions are being taken over."""
    found = LegacyImport(
        id=new_id(), status=ImportStatus.APPLYING, file_name="old.csv", file_sha256="0" * 64, uploaded_at=now,
        uploaded_by="system", added=0, corrected=0,
    )  # fmt: skip
    uow.session.add(found)
    append(uow, ImportChecked(found.id, "0" * 64, 0), row=found, actor=SYSTEM, now=now)
    uow.session.flush()
    return found


@given(st.lists(st.integers(0, 5)))
def test_rounds_hold_everything_in_order_and_nobody_twice(people: list[int]) -> None:
    found = list(enumerate(people))
    rounds = one_each(found, lambda one: one[1])
    assert Counter(one for some in rounds for one in some) == Counter(found)
    for some in rounds:
        assert len({person for _, person in some}) == len(some)
        assert some == sorted(some)
    for person in set(people):
        turns = [one for some in rounds for one in some if one[1] == person]
        assert turns == sorted(turns)
    assert len(rounds) == max(Counter(people).values(), default=0)


@on_sqlite
def test_an_equivalence_credits_eight_people_with_as_many_queries_as_two(h: Harness) -> None:
    create_active(h, courses=("old", "new"))
    people = [hire(h).person_id for _ in range(10)]
    with h.read("training") as uow:
        old, new = find_by_code(uow.session, "old"), find_by_code(uow.session, "new")
        uow.session.expunge_all()
    assert old is not None
    assert new is not None
    for person in people:
        take(h, next(one.id for one in assignments(h, person) if one.course_id == old.id))
    with h.write("training") as uow:
        equivalence = make_equivalence(uow, new, old, max_age_months=12, actor=ACTOR, now=h.clock.now())
    counts = []
    for limit in (2, 8):
        with h.write("training") as uow, count_statements(uow.session) as seen:
            applied = apply_chunk(uow, equivalence, None, now=h.clock.now(), limit=limit)
            assert applied.credited == limit
            counts.append(len(seen))
    assert counts[0] == counts[1]
    for person in people:
        done = [one for one in assignments(h, person) if one.course_id == new.id]
        assert [one.status for one in done] == [AssignmentStatus.COMPLETED, AssignmentStatus.ASSIGNED]


@on_sqlite
def test_an_import_takes_over_eight_people_with_as_many_queries_as_two_and_corrects_them_so(
    h: Harness,
) -> None:
    create_active(h)
    people = [hire(h).person_id for _ in range(10)]
    (asked,) = assignments(h, people[0])
    done_on, now = date(2026, 3, 1), h.clock.now()
    with h.write("training") as uow:
        found = a_file(uow, now)
    for corrects, until in ((False, date(2027, 3, 1)), (True, date(2026, 12, 1))):
        counts = []
        for some in (people[:2], people[2:]):
            steps = [
                Step(
                    row,
                    Key(person, asked.course_id, done_on, ""),
                    Details(until, None, "", None, ""),
                    corrects,
                )
                for row, person in enumerate(some)
            ]
            with h.write("training") as uow, count_statements(uow.session) as seen:
                own = uow.session.get_one(LegacyImport, found.id)
                record_steps(uow, own, steps, actor=SYSTEM, now=now)
                counts.append(len(seen))
        assert counts[0] == counts[1]
        for person in people:
            assert assignments(h, person)[-1].due_on == until
    with h.read("training") as uow:
        assert len(list_completions(uow.session, true())) == len(people)
        own = uow.session.get_one(LegacyImport, found.id)
        assert (own.added, own.corrected) == (10, 10)


@on_sqlite
def test_two_completions_of_one_person_in_one_file_are_taken_over_one_after_the_other(h: Harness) -> None:
    create_active(h)
    person = hire(h).person_id
    (asked,) = assignments(h, person)
    now = h.clock.now()
    with h.write("training") as uow:
        found = a_file(uow, now)
        steps = [
            Step(row, Key(person, asked.course_id, day, ""), Details(until, None, "", None, ""))
            for row, (day, until) in enumerate(
                [(date(2024, 3, 1), date(2025, 3, 1)), (date(2026, 3, 1), date(2027, 3, 1))]
            )
        ]
        record_steps(uow, found, steps, actor=SYSTEM, now=now)
    first, *_, last = assignments(h, person)
    assert first.status is AssignmentStatus.COMPLETED
    assert (last.status, last.due_on) == (AssignmentStatus.ASSIGNED, date(2027, 3, 1))
