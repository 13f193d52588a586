"""State tables, policies, codes, files, ageing: rules without a database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.agreements.rules import (
    ContractStatus,
    ContractStep,
    VersionStatus,
    VersionStep,
    check_days,
    is_unapproved_in_effect,
    make_number,
    next_contract_status,
    next_version_status,
)
from services.contracts.counterparties.rules import CODE_ALPHABET, check_character, check_credit_code
from services.contracts.receivables.rules import (
    Bucket,
    Debt,
    ReceivableStatus,
    Settlement,
    SettlementStep,
    age,
    bucket_of,
    check_receipt,
    due_range,
    next_settlement,
    status_on,
)
from services.contracts.reviews.rules import (
    Mode,
    PlannedStep,
    Policy,
    RoundStatus,
    StepMove,
    StepState,
    StepStatus,
    check_may_decide,
    choose_policy,
    due_at,
    first_status,
    follow,
    next_round_status,
    next_step_status,
)
from shared.core.errors import Conflict, Forbidden, IllegalTransition

TODAY = date(2026, 9, 21)
C, S = ContractStatus, ContractStep
LEGAL_CONTRACT_STEPS = {
    (C.REQUEST, S.DRAFT): C.DRAFTING,
    (C.DRAFTING, S.SUBMIT): C.IN_REVIEW,
    (C.IN_REVIEW, S.RETURN): C.DRAFTING,
    (C.IN_REVIEW, S.APPROVE): C.APPROVED,
    (C.APPROVED, S.REVISE): C.DRAFTING,
    (C.IN_SIGNATURE, S.REVISE): C.DRAFTING,
    (C.APPROVED, S.START_SIGNING): C.IN_SIGNATURE,
    (C.IN_SIGNATURE, S.PUT_IN_EFFECT): C.IN_EFFECT,
    (C.IN_EFFECT, S.EXPIRE): C.EXPIRED,
    (C.REQUEST, S.TERMINATE): C.TERMINATED,
    (C.DRAFTING, S.TERMINATE): C.TERMINATED,
    (C.IN_EFFECT, S.TERMINATE): C.TERMINATED,
    (C.IN_EFFECT, S.SUPERSEDE): C.SUPERSEDED,
}
VERSION_STEPS = {
    (VersionStatus.DRAFT, VersionStep.SUBMIT): VersionStatus.SUBMITTED,
    (VersionStatus.SUBMITTED, VersionStep.SUPERSEDE): VersionStatus.SUPERSEDED,
    (VersionStatus.SUBMITTED, VersionStep.EXECUTE): VersionStatus.EXECUTED,
}
SETTLEMENT_STEPS = {
    (Settlement.OPEN, SettlementStep.SETTLE): Settlement.PAID,
    (Settlement.DISPUTED, SettlementStep.SETTLE): Settlement.PAID,
    (Settlement.OPEN, SettlementStep.DISPUTE): Settlement.DISPUTED,
    (Settlement.DISPUTED, SettlementStep.RESOLVE): Settlement.OPEN,
    (Settlement.OPEN, SettlementStep.WRITE_OFF): Settlement.WRITTEN_OFF,
    (Settlement.DISPUTED, SettlementStep.WRITE_OFF): Settlement.WRITTEN_OFF,
}
STEP_MOVES = {
    (StepStatus.WAITING, StepMove.ACTIVATE): StepStatus.PENDING,
    (StepStatus.PENDING, StepMove.APPROVE): StepStatus.APPROVED,
    (StepStatus.PENDING, StepMove.REJECT): StepStatus.REJECTED,
    (StepStatus.PENDING, StepMove.DELEGATE): StepStatus.DELEGATED,
    (StepStatus.WAITING, StepMove.CANCEL): StepStatus.CANCELLED,
    (StepStatus.PENDING, StepMove.CANCEL): StepStatus.CANCELLED,
}
ROUND_ENDS = {(RoundStatus.OPEN, outcome): outcome for outcome in RoundStatus if outcome != RoundStatus.OPEN}


@pytest.mark.parametrize(
    ("table", "statuses", "steps", "decide"),
    [
        (LEGAL_CONTRACT_STEPS, ContractStatus, ContractStep, next_contract_status),
        (VERSION_STEPS, VersionStatus, VersionStep, next_version_status),
        (SETTLEMENT_STEPS, Settlement, SettlementStep, next_settlement),
        (STEP_MOVES, StepStatus, StepMove, next_step_status),
        (ROUND_ENDS, RoundStatus, RoundStatus, next_round_status),
    ],
    ids=["contract", "version", "receivable", "review step", "review round"],
)
def test_a_state_machine_takes_the_steps_of_its_table_and_refuses_every_other(
    table: dict[Any, Any], statuses: type[StrEnum], steps: type[StrEnum], decide: Callable[..., Any]
) -> None:
    for status in statuses:
        for step in steps:
            if (status, step) in table:
                assert decide(status, step) == table[status, step]
            else:
                with pytest.raises(IllegalTransition):
                    decide(status, step)


@given(st.lists(st.sampled_from(ContractStep), max_size=12))
def test_no_path_reaches_signature_or_effect_without_passing_approved(steps: list[ContractStep]) -> None:
    status, passed = ContractStatus.REQUEST, False
    for step in steps:
        try:
            status = next_contract_status(status, step)
        except IllegalTransition:
            continue
        passed = (passed or status == C.APPROVED) and status != C.DRAFTING
        assert passed or status not in (C.IN_SIGNATURE, C.IN_EFFECT, C.EXPIRED, C.SUPERSEDED)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # The example of GB 32100-2015.
        "9144030071526726XG",
        "91330100799655058B",
        "914403001922038216",
        "91110000802100433B",
    ],
)
def test_published_credit_codes_pass(code: str) -> None:
    assert check_credit_code(f" {code[:8].lower()} {code[8:]}") == code


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y44",
        "91350100M000100Y430",
        "9135010OM000100Y43",
        "９１３５０１００M000100Y43",
    ],
    ids=["empty", "short", "wrong check character", "long", "letter O", "full width"],
)
def test_a_code_that_cannot_be_one_is_refused_at_its_field(code: str) -> None:
    with pytest.raises(Conflict) as refused:
        check_credit_code(code)
    assert "credit_code" in refused.value.fields


@given(
    st.text("0123456789", min_size=17, max_size=17),
    st.integers(0, 16),
    st.sampled_from(CODE_ALPHABET),
)
def test_any_single_mistyped_character_is_found(digits: str, place: int, other: str) -> None:
    code = digits + check_character(digits)
    mistyped = code[:place] + other + code[place + 1 :]
    if mistyped != code:
        with pytest.raises(Conflict):
            check_credit_code(mistyped)


LEGAL, FINANCE = PlannedStep("legal", 1), PlannedStep("finance", 2)
POLICIES = (
    Policy("large", 20, frozenset(), 100_000_000, "CNY", Mode.ALL, (LEGAL, FINANCE), 5),
    Policy("standard", 90, frozenset(), None, "CNY", Mode.ALL, (LEGAL,), 3),
    Policy("placement", 10, frozenset({"equipment_placement"}), None, "CNY", Mode.ALL, (FINANCE,), 5),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "minor", "currency", "code"),
    [
        ("sales", 99_999_999, "CNY", "standard"),
        ("sales", 100_000_000, "CNY", "large"),
        ("sales", 100, "USD", "large"),
        ("equipment_placement", 0, "CNY", "placement"),
    ],
    ids=["just below a million", "a million", "not comparable, so the stricter", "by its type"],
)
def test_the_policy_follows_from_type_and_amount(kind: str, minor: int, currency: str, code: str) -> None:
    assert choose_policy(POLICIES, kind, minor, currency).code == code


def test_a_contract_that_no_policy_covers_cannot_be_reviewed() -> None:
    with pytest.raises(Conflict):
        choose_policy(POLICIES[2:], "sales", 1, "CNY")


def test_stages_are_asked_one_after_the_other_and_anyone_mode_asks_all_at_once() -> None:
    large = POLICIES[0]
    assert [first_status(step, large) for step in large.steps] == [StepStatus.PENDING, StepStatus.WAITING]
    anyone = Policy("x", 1, frozenset(), None, "CNY", Mode.ANY, large.steps, 5)
    assert [first_status(step, anyone) for step in anyone.steps] == [StepStatus.PENDING, StepStatus.PENDING]


def test_a_review_is_due_at_the_end_of_a_day() -> None:
    at = datetime(2026, 9, 21, 2, 0, tzinfo=UTC)
    assert due_at(at, 3) == datetime(2026, 9, 24, 16, 0, tzinfo=UTC)


def _steps(*states: tuple[int, StepStatus]) -> list[StepState]:
    return [StepState(UUID(int=index), stage, status) for index, (stage, status) in enumerate(states)]


def test_the_next_stage_begins_when_the_one_before_is_approved() -> None:
    found = follow(
        Mode.ALL, _steps((1, StepStatus.APPROVED), (2, StepStatus.WAITING), (2, StepStatus.WAITING))
    )
    assert (found.outcome, found.activate) == (None, (UUID(int=1), UUID(int=2)))


def test_one_rejection_ends_a_round_that_all_must_approve() -> None:
    steps = _steps(
        (1, StepStatus.APPROVED), (1, StepStatus.REJECTED), (1, StepStatus.PENDING), (2, StepStatus.WAITING)
    )
    found = follow(Mode.ALL, steps)
    assert found.outcome == RoundStatus.CHANGES_REQUESTED
    assert found.cancel == (UUID(int=2), UUID(int=3))


def test_one_approval_ends_a_round_that_anyone_may_approve() -> None:
    found = follow(
        Mode.ANY, _steps((1, StepStatus.REJECTED), (1, StepStatus.APPROVED), (1, StepStatus.PENDING))
    )
    assert (found.outcome, found.cancel) == (RoundStatus.APPROVED, (UUID(int=2),))


def test_a_round_that_anyone_may_approve_fails_only_when_all_reject() -> None:
    assert follow(Mode.ANY, _steps((1, StepStatus.REJECTED), (1, StepStatus.PENDING))).outcome is None
    found = follow(Mode.ANY, _steps((1, StepStatus.REJECTED), (1, StepStatus.REJECTED)))
    assert found.outcome == RoundStatus.CHANGES_REQUESTED


@given(
    st.sampled_from(Mode),
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["approve", "reject"])), min_size=1, max_size=6),
)
def test_every_round_ends_and_is_approved_only_by_those_who_had_to(
    mode: Mode, plan: list[tuple[int, str]]
) -> None:
    """Play a round to its end, deciding whatever is pending, lowest first."""
    policy = Policy(
        "p", 1, frozenset(), None, "CNY", mode, tuple(PlannedStep("legal", stage) for stage, _ in plan), 1
    )
    states = [StepState(UUID(int=i), s.stage, first_status(s, policy)) for i, s in enumerate(policy.steps)]
    outcome = None
    while outcome is None:
        at = next(i for i, one in enumerate(states) if one.status == StepStatus.PENDING)
        move = StepMove.APPROVE if plan[at][1] == "approve" else StepMove.REJECT
        states[at] = StepState(states[at].id, states[at].stage, next_step_status(states[at].status, move))
        found = follow(mode, states)
        outcome = found.outcome
        for ids, step in ((found.activate, StepMove.ACTIVATE), (found.cancel, StepMove.CANCEL)):
            states = [
                StepState(one.id, one.stage, next_step_status(one.status, step)) if one.id in ids else one
                for one in states
            ]
    wanted = all if mode == Mode.ALL else any
    assert (outcome == RoundStatus.APPROVED) == wanted(said == "approve" for _, said in plan)
    assert not any(one.status in (StepStatus.PENDING, StepStatus.WAITING) for one in states)


def test_the_owner_and_whoever_took_another_step_may_not_decide() -> None:
    me, account, step = UUID(int=7), UUID(int=8), UUID(int=9)
    taken = StepState(UUID(int=1), 1, StepStatus.APPROVED, account_id=account)
    as_person = StepState(UUID(int=1), 1, StepStatus.APPROVED, account_id=UUID(int=2), person_id=me)
    for owner, steps in ((me, []), (UUID(int=3), [taken]), (UUID(int=3), [as_person])):
        with pytest.raises(Forbidden):
            check_may_decide(account_id=account, person_id=me, owner_id=owner, step_id=step, steps=steps)
    with pytest.raises(Forbidden):
        check_may_decide(account_id=None, person_id=None, owner_id=me, step_id=step, steps=[])
    check_may_decide(account_id=account, person_id=me, owner_id=UUID(int=3), step_id=step, steps=[])


@given(st.lists(st.builds(Debt, st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 10**12))))
def test_the_ageing_buckets_add_up_to_all_that_is_open(debts: list[Debt]) -> None:
    assert sum(age(debts, TODAY).values()) == sum(debt.outstanding for debt in debts)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.dates(date(2010, 1, 1), date(2090, 1, 1)))
def test_every_due_day_lies_in_one_bucket_and_in_that_buckets_range_alone(due: date, today: date) -> None:
    holding = [
        bucket for bucket in Bucket if due_range(bucket, today)[0] <= due <= due_range(bucket, today)[1]
    ]
    assert holding == [bucket_of(due, today)]


@pytest.mark.parametrize(
    ("late", "bucket"),
    [(-5, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
     (90, "61-90"), (91, "91-120"), (120, "91-120"), (121, "over-120")],
)  # fmt: skip
def test_a_bucket_begins_and_ends_on_its_days(late: int, bucket: str) -> None:
    assert bucket_of(TODAY - timedelta(days=late), TODAY) == bucket


def test_an_open_receivable_is_due_on_its_day_and_overdue_the_day_after() -> None:
    found = [status_on(Settlement.OPEN, TODAY + timedelta(days=days), TODAY) for days in (1, 0, -1)]
    assert found == [ReceivableStatus.NOT_DUE, ReceivableStatus.DUE, ReceivableStatus.OVERDUE]
    assert status_on(Settlement.DISPUTED, TODAY, TODAY) == ReceivableStatus.DISPUTED


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"received_in": "USD"}, "currency"),
        ({"amount": 1001}, "amount"),
        ({"received_on": TODAY + timedelta(days=1)}, "received_on"),
        ({"received_on": date(1999, 12, 31)}, "received_on"),
    ],
    ids=["another currency", "more than is owed", "a day to come", "another century"],
)
def test_money_that_does_not_fit_the_debt_is_refused_at_its_field(
    changed: dict[str, Any], field: str
) -> None:
    fitting: dict[str, Any] = {
        "settlement": Settlement.OPEN, "outstanding": 1000, "currency": "CNY", "amount": 1000,
        "received_in": "CNY", "received_on": TODAY, "today": TODAY,
    }  # fmt: skip
    check_receipt(**fitting)
    with pytest.raises(Conflict) as refused:
        check_receipt(**{**fitting, **changed})
    assert list(refused.value.fields) == [field]


def test_a_contract_ends_no_earlier_than_it_takes_effect() -> None:
    check_days(None, TODAY, TODAY)
    with pytest.raises(Conflict) as refused:
        check_days(None, TODAY, TODAY - timedelta(days=1))
    assert list(refused.value.fields) == ["ends_on"]
    with pytest.raises(Conflict):
        check_days(date(1, 1, 1), None, None)


@pytest.mark.parametrize("status", list(ContractStatus))
def test_pay_is_held_from_the_effective_day_in_every_status_before_approval(status: ContractStatus) -> None:
    before = status in (C.REQUEST, C.DRAFTING, C.IN_REVIEW)
    assert is_unapproved_in_effect(status, TODAY, TODAY) is before
    assert not is_unapproved_in_effect(status, TODAY + timedelta(days=1), TODAY)
    assert not is_unapproved_in_effect(status, None, TODAY)


def test_contract_numbers_differ_where_ids_do() -> None:
    assert make_number(UUID(int=0), 2026) == "HT-2026-22222222"
    assert make_number(UUID(int=1), 2026) == "HT-2026-22222223"
