"""The demo company's payout runs, and gating from a terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from services.eligibility.cli import gate
from services.eligibility.demo import load_demo
from services.eligibility.payouts.models import PayoutRun
from shared.demo.company import DemoCompany
from shared.messages.people import PersonHired
from tests.services.eligibility.feeders import COVERS, SINCE, World
from tests.services.eligibility.test_runs import text_file


@pytest.fixture
def company(world: World) -> DemoCompany:
    """A small company whose feeds have been taken in."""
    made = DemoCompany(60, now=world.now)
    for person in made.people:
        world.feeds["people"].write(PersonHired(person.snapshot), world.now)
        for source, (kind, kinds) in COVERS.items():
            world.feeds[source].write(kind(person.id, kinds, SINCE), world.now)
    world.catch_up()
    return made


def test_the_demo_has_two_settled_months_and_one_that_waits_for_the_payroll_persona(
    world: World, company: DemoCompany
) -> None:
    load_demo(world.database, company)
    with world.h.read("eligibility") as uow:
        runs = uow.session.scalars(select(PayoutRun).order_by(PayoutRun.period)).all()
        assert [(one.period, one.status.value) for one in runs] == [
            ("2026-06", "settled"), ("2026-07", "settled"), ("2026-08", "gated"),
        ]  # fmt: skip
        assert runs[-1].created_by == company.account_actor("payroll2")
        assert all(one.totals[0]["lines"] > 0 for one in runs)


def test_gating_from_a_terminal_prints_totals_and_writes_the_file(world: World, tmp_path: Path) -> None:
    world.person(employee_no="A", name="王磊")
    world.overdue(world.person(employee_no="B").id)
    source = tmp_path / "pay.csv"
    source.write_bytes(text_file(("A", "王磊", 50), ("B", "", 70)))
    out = tmp_path / "out.csv"
    command = [str(source), "--period", "2026-Q3", "--out", str(out)]
    done = CliRunner().invoke(gate, command, obj=world.h.suite)
    assert done.exit_code == 0, done.output
    assert "eligible" in done.output
    assert "TRAINING_OVERDUE" in done.output
    assert str(out) in done.output
    assert out.read_text("utf-8-sig").splitlines()[1].startswith("A,王磊,50,eligible,")
    again = CliRunner().invoke(gate, command, obj=world.h.suite)
    assert again.exit_code == 0
    assert "before" in again.output


def test_gating_a_bad_file_from_a_terminal_names_the_rows_and_fails(world: World, tmp_path: Path) -> None:
    source = tmp_path / "pay.csv"
    source.write_bytes(text_file(("NOBODY", "", 50)))
    for period, words in (("2026-Q3", "row 2, employee_no: nobody has"), ("2026-Q9", "is not a period")):
        done = CliRunner().invoke(gate, [str(source), "--period", period], obj=world.h.suite)
        assert done.exit_code == 1
        assert words in done.output
    assert list(tmp_path.glob("*DRAFT*")) == []
