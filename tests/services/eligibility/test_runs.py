"""A payroll file in, a gated file out: checked whole, decided set-based, approved by a second person."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import event, func, insert, select

from services.eligibility.decisions.queries import decide_one
from services.eligibility.exports.queries import make_gated_file
from services.eligibility.payouts import commands, queries
from services.eligibility.payouts.models import PayoutLine, PayoutRun
from services.eligibility.payouts.queries import LineFilter
from services.eligibility.payouts.rules import PayoutFileRejected, RunStatus, add_up
from services.eligibility.policies.rules import Outcome
from services.eligibility.sight.rules import Sight
from shared.core.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from shared.core.periods import Period
from shared.core.principals import Role
from shared.directory import DirectoryPerson
from shared.directory.handlers import row_of
from shared.eventlog import export_log, load_or_create_key
from shared.eventlog.verify import verify
from shared.messages.eligibility import PayoutRunGated
from shared.tabular import write_xlsx
from tests.harness import make_snapshot
from tests.services.eligibility.feeders import World

PERIOD = Period.parse("2026-Q3")


def text_file(*rows: tuple[Any, ...], headers: tuple[str, ...] = ("employee_no", "name", "amount")) -> bytes:
    """Return a CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([headers, *rows])
    return out.getvalue().encode()


def upload(world: World, data: bytes, *, actor: Any = None, gate: bool = True, **more: Any) -> PayoutRun:
    """Take a file in, and gate it."""
    actor = actor or world.h.principal(Role.PAYROLL)
    with world.h.write("eligibility") as uow:
        run, is_new = commands.upload_file(uow, data, "pay.csv", PERIOD, actor=actor, now=world.now, **more)
        if gate and is_new:
            commands.gate_run(uow, run, actor=actor, now=world.now)
    return run


def lines_of(world: World, run: PayoutRun) -> dict[str, PayoutLine]:
    """Return the lines of a run by employee number."""
    with world.h.read("eligibility") as uow:
        found = uow.session.scalars(select(PayoutLine).where(PayoutLine.run_id == run.id)).all()
        uow.session.expunge_all()
    return {one.employee_no: one for one in found}


def test_each_line_has_one_outcome_and_the_sum_in_is_the_sum_out(world: World) -> None:
    good, late, barred, unheard = (
        world.person(employee_no=name, covered=() if name == "U" else ("training", "compliance", "contracts"))
        for name in ("G", "L", "B", "U")
    )
    world.overdue(late.id)
    world.forfeit(barred.id)
    run = upload(
        world, text_file(("G", "李薇", "1,000.50"), ("L", "李薇", 20), ("B", "李薇", 30), ("U", "李薇", 40))
    )
    lines = lines_of(world, run)
    assert {one: line.outcome for one, line in lines.items()} == {
        "G": Outcome.ELIGIBLE, "L": Outcome.HELD, "B": Outcome.INELIGIBLE, "U": Outcome.HELD,
    }  # fmt: skip
    assert [(one["outcome"], one["lines"], one["amount_minor"]) for one in run.totals] == [
        ("eligible", 1, 100_050), ("held", 2, 6_000), ("ineligible", 1, 3_000),
    ]  # fmt: skip
    assert (good.employee_no, unheard.employee_no) == ("G", "U")
    (gated,) = world.h.events("eligibility", "eligibility.payout_run.gated.v1")
    message: PayoutRunGated = gated.message()
    assert (message.eligible, message.held, message.ineligible) == (1, 2, 1)
    assert message.decisions_digest == run.decisions_digest


@given(
    st.lists(st.tuples(st.sampled_from(["CNY", "USD"]), st.integers(0, 2**62), st.integers(1, 9),
                       st.integers(1, 10**9)))
)  # fmt: skip
def test_adding_up_loses_no_line_and_no_amount(groups: list[tuple[str, int, int, int]]) -> None:
    totals = add_up(groups)
    for currency in {one[0] for one in groups}:
        mine = [one for one in totals if one.currency == currency]
        assert [one.outcome for one in mine] == list(Outcome)
        assert sum(one.lines for one in mine) == sum(one[2] for one in groups if one[0] == currency)
        assert sum(one.amount_minor for one in mine) == sum(one[3] for one in groups if one[0] == currency)


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        (("", "", "5"), "employee_no", "missing"),
        (("NOBODY", "", "5"), "employee_no", "nobody has"),
        (("OK", "", "5"), "employee_no", "stands in row 2 already"),
        (("GONE", "", "5"), "employee_no", "left before 2026-Q3"),
        (("TWO", "", ""), "amount", "missing"),
        (("TWO", "", "0"), "amount", "not above zero"),
        (("TWO", "", "-5"), "amount", "not above zero"),
        (("TWO", "", "five"), "amount", "not an amount"),
        (("TWO", "", "1.005"), "amount", "more decimals"),
        (("TWO", "", "=1+1"), "amount", "not an amount"),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_nothing_is_stored(
    world: World, row: tuple[str, ...], field: str, reason: str
) -> None:
    for name in ("OK", "TWO"):
        world.person(employee_no=name)
    world.person(employee_no="GONE", left_on=date(2026, 6, 30))
    with pytest.raises(PayoutFileRejected) as caught:
        upload(world, text_file(("OK", "李薇", 5), row))
    (error,) = caught.value.errors
    assert (error.row, error.field) == (3, field)
    assert reason in str(error.message)
    with world.h.read("eligibility") as uow:
        assert uow.session.scalar(select(func.count()).select_from(PayoutRun)) == 0
        assert uow.session.scalar(select(func.count()).select_from(PayoutLine)) == 0


def test_an_unknown_currency_is_named_and_other_currencies_are_added_up_apart(world: World) -> None:
    for name in ("A", "B"):
        world.person(employee_no=name)
    headers = ("工号", "金额", "币种")
    with pytest.raises(PayoutFileRejected, match="1 rows"):
        upload(world, text_file(("A", 5, "XAU"), headers=headers))
    run = upload(world, text_file(("A", 5, "USD"), ("B", 5, ""), headers=headers))
    assert {(one["currency"], one["amount_minor"]) for one in run.totals if one["lines"]} == {
        ("USD", 500), ("CNY", 500),
    }  # fmt: skip


def test_every_bad_row_is_named_at_once(world: World) -> None:
    with pytest.raises(PayoutFileRejected) as caught:
        upload(world, text_file(("X", "", 5), ("", "", "x")))
    assert [(one.row, one.field) for one in caught.value.errors] == [
        (2, "employee_no"), (3, "employee_no"), (3, "amount"),
    ]  # fmt: skip


def test_files_that_are_none_or_periods_that_are_not_change_nothing(world: World) -> None:
    for data in (b"", b"%PDF-1.7", b"employee_no,amount\n", b"name,amount\nx,5\n", b"PK\x03\x04junk"):
        with pytest.raises(InvalidInput):
            upload(world, data)
    world.person(employee_no="A")
    with pytest.raises(Conflict, match="cutoff lies before"):
        upload(world, text_file(("A", "", 5)), cutoff=Period.parse("2026-Q1").start)


def test_another_name_than_the_persons_is_a_warning_with_its_row(world: World) -> None:
    world.person(employee_no="A", name="李薇")
    world.person(employee_no="B", name="王磊")
    run = upload(world, text_file(("A", "李薇", 5), ("B", "李薇", 5)))
    assert run.name_mismatches == [3]


def test_the_same_file_for_the_same_period_is_the_same_run(world: World) -> None:
    world.person(employee_no="A")
    data = text_file(("A", "李薇", 5))
    first, second = upload(world, data), upload(world, data)
    assert first.id == second.id
    assert len(world.h.events("eligibility", "eligibility.payout_run.uploaded.v1")) == 1


def test_a_run_takes_its_steps_in_order_and_a_second_person_approves(world: World) -> None:
    world.person(employee_no="A")
    one, two = world.h.principal(Role.PAYROLL), world.h.principal(Role.PAYROLL)
    run = upload(world, text_file(("A", "", 5)), actor=one)

    def take(step: Any, actor: Any) -> PayoutRun:
        with world.h.write("eligibility") as uow:
            return step(uow, queries.get_run(uow.session, run.id), actor=actor, now=world.now)

    for early in (commands.export_run, commands.settle_run):
        with pytest.raises(IllegalTransition):
            take(early, two)
    with pytest.raises(Forbidden):
        take(commands.approve_run, one)
    assert take(commands.approve_run, two).status is RunStatus.APPROVED
    with pytest.raises(IllegalTransition):
        take(commands.gate_run, one)
    assert take(commands.export_run, one).status is RunStatus.EXPORTED
    assert take(commands.settle_run, one).status is RunStatus.SETTLED
    for late in (commands.gate_run, commands.approve_run, commands.export_run, commands.settle_run):
        with pytest.raises(IllegalTransition):
            take(late, two)


def test_gating_again_uses_what_is_known_by_then_and_an_approved_run_keeps_its_decisions(
    world: World,
) -> None:
    late = world.person(employee_no="A")
    world.overdue(late.id, reference="x")
    run = upload(world, text_file(("A", "", 5)))
    assert lines_of(world, run)["A"].outcome is Outcome.HELD
    world.state("training", "training_overdue", late.id, reference="x")
    with world.h.write("eligibility") as uow:
        again = queries.get_run(uow.session, run.id)
        commands.gate_run(uow, again, actor=world.h.principal(Role.PAYROLL), now=world.now)
    assert lines_of(world, run)["A"].outcome is Outcome.ELIGIBLE
    with world.h.write("eligibility") as uow:
        found = queries.get_run(uow.session, run.id)
        commands.approve_run(uow, found, actor=world.h.principal(Role.PAYROLL), now=world.now)
    world.overdue(late.id, reference="y")
    assert lines_of(world, run)["A"].outcome is Outcome.ELIGIBLE


def test_recomputing_after_rebuilding_from_zero_gives_the_same_bytes_and_digests(world: World) -> None:
    people = [world.person(employee_no=f"P{number}") for number in range(4)]
    world.overdue(people[0].id, reference="x")
    world.conduct_hold(people[1].id)
    world.forfeit(people[2].id)
    run = upload(world, text_file(*((one.employee_no, "", 5) for one in people)))
    world.state("training", "training_overdue", people[0].id, reference="x")  # Late facts: after the gate.
    world.overdue(people[3].id)

    def recomputed() -> tuple[list[bytes], tuple[str, str], list[int]]:
        with world.h.read("eligibility") as uow:
            question = commands.question_of(uow.session, queries.get_run(uow.session, run.id))
            made = [
                decide_one(
                    uow.session, one.id, question.policy, question.period, question.cutoff, question.known_at
                )
                for one in people
            ]
            digests = commands.digest_run(uow.session, run, question)
        return [one.to_bytes() for one in made], digests, [one.mask for one in made]

    before = recomputed()
    world.rebuild()
    assert recomputed() == before
    assert before[1] == (run.facts_digest, run.decisions_digest)
    stored = lines_of(world, run)
    assert before[2] == [stored[one.employee_no].mask for one in people]


def test_the_gated_file_is_the_file_that_came_in_with_three_columns_more(world: World) -> None:
    world.person(employee_no="A", name="王磊")
    world.overdue(world.person(employee_no="B").id)
    headers = ("工号", "备注", "金额", "姓名")
    data = text_file(("A", "=cmd()", "1,000", "王磊"), ("B", "老客户", 20, ""), headers=headers)
    run = upload(world, data.decode().encode("gb18030"))
    with world.h.read("eligibility") as uow:
        made = make_gated_file(uow.session, queries.get_run(uow.session, run.id))
        release = make_gated_file(uow.session, queries.get_run(uow.session, run.id), releasable=True)
    assert made.name.endswith("gated-DRAFT.csv")
    lines = lines_of(world, run)
    rows = list(csv.reader(io.StringIO(made.data.decode("gb18030"))))
    assert rows == [
        [*headers, "资格判定", "原因代码", "判定编号"],
        ["A", "'=cmd()", "1,000", "王磊", "eligible", "", str(lines["A"].decision_id)],
        ["B", "老客户", "20", "", "held", "TRAINING_OVERDUE", str(lines["B"].decision_id)],
    ]
    assert [row[0] for row in csv.reader(io.StringIO(release.data.decode("gb18030")))] == ["工号", "A"]


def test_a_workbook_comes_back_as_a_workbook(world: World) -> None:
    world.person(employee_no="A")
    run = upload(world, write_xlsx(("employee_no", "amount"), [("A", 12.5)]))
    with world.h.read("eligibility") as uow:
        made = make_gated_file(uow.session, queries.get_run(uow.session, run.id))
    sheet = load_workbook(io.BytesIO(made.data)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:3] == ["A", 12.5, "eligible"]


def test_a_run_in_which_nobody_is_eligible_releases_nobody(world: World) -> None:
    world.overdue(world.person(employee_no="A").id)
    run = upload(world, text_file(("A", "", 5)))
    with world.h.read("eligibility") as uow:
        made = make_gated_file(uow.session, queries.get_run(uow.session, run.id), releasable=True)
    assert made.data.decode("utf-8-sig").count("\n") == 1
    assert "nothing will be released" in world.h.client(Role.AUDITOR).get(
        f"/eligibility/payouts/{run.id}"
    ).get_data(as_text=True)


def test_twenty_thousand_lines_take_a_fixed_handful_of_statements(world: World) -> None:
    count = 20_000
    with world.h.write("eligibility") as uow:
        rows = [row_of(make_snapshot(employee_no=f"N{number}")) for number in range(count)]
        uow.session.connection().execute(insert(DirectoryPerson.__table__), rows)  # type: ignore[arg-type]
    data = text_file(*((one["employee_no"], "", 7) for one in rows))
    with counted(world) as statements:
        run = upload(world, data)
    # Reading the roster and inserting go by thousands; gating does not depend on the number of lines.
    assert len(statements) < 40, len(statements)
    assert run.totals[1] == {
        "currency": "CNY",
        "outcome": "held",
        "lines": count,
        "amount_minor": 700 * count,
    }


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """Collect the statements sent to the database."""
    statements: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    engine = world.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_one_persons_decision_is_a_few_indexed_queries(world: World) -> None:
    person = world.person()
    for _ in range(5):
        world.overdue(person.id)
    client = world.h.api(Role.AUDITOR)
    with counted(world) as statements:
        answer = client.get(f"/eligibility/v1/people/{person.id}/eligibility")
    assert answer.get_json()["outcome"] == "held"
    assert len([one for one in statements if one.lstrip().upper().startswith("SELECT")]) <= 6


def test_lines_are_found_by_outcome_code_and_name_and_sorted(world: World) -> None:
    for number, name in enumerate(("王磊", "李薇", "赵敏")):
        person = world.person(employee_no=f"P{number}", name=name)
        if number:
            world.overdue(person.id)
    run = upload(world, text_file(("P0", "", 30), ("P1", "", 10), ("P2", "", 20)))

    def found(sort: str = "row", **wanted: Any) -> list[str]:
        with world.h.read("eligibility") as uow:
            policy = queries.policy_of(uow.session, run)
            page = queries.list_lines(
                uow.session, run, LineFilter(**wanted), policy=policy, sight=Sight.CODES, sort=sort
            )
            return [one.employee_no for one in page.items]

    assert found(outcome=Outcome.HELD) == ["P1", "P2"]
    assert found(outcome=Outcome.INELIGIBLE) == []
    assert found(code="TRAINING_OVERDUE", sort="-amount") == ["P2", "P1"]
    assert found(code="CONDUCT_HOLD") == found(code="NO_SUCH") == []
    assert found(search="王") == ["P0"]
    assert found(sort="amount") == ["P1", "P2", "P0"]


def test_the_log_of_the_runs_verifies_whole_and_complete(world: World, tmp_path: Any) -> None:
    world.person(employee_no="A")
    upload(world, text_file(("A", "", 5)))
    target = tmp_path / "log.zip"
    export_log(
        world.database, target, service="eligibility",
        audited_models=list(world.h.suite.services["eligibility"].audited),
        key=load_or_create_key(world.h.settings.key_dir, "eligibility"),
    )  # fmt: skip
    report = verify(str(target))
    assert report.integrity == report.completeness == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(amounts=st.lists(st.integers(1, 10**9), min_size=1, max_size=6), held=st.sets(st.integers(0, 5)))
def test_whatever_is_held_no_amount_is_lost(world: World, amounts: list[int], held: set[int]) -> None:
    numbers: list[tuple[str, UUID]] = []
    for index in range(len(amounts)):
        person = world.person()
        numbers.append((person.employee_no, person.id))
        if index in held:
            world.overdue(person.id)
    data = text_file(
        *((no, "", f"{minor / 100:.2f}") for (no, _), minor in zip(numbers, amounts, strict=True))
    )
    run = upload(world, data)
    assert sum(one["amount_minor"] for one in run.totals) == sum(amounts)
    assert sum(one["lines"] for one in run.totals) == len(amounts)
    assert run.totals[1]["lines"] == len([index for index in range(len(amounts)) if index in held])
