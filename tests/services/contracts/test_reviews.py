"""Contracts under review: what an approval binds, who may give it, and what it means for the owner's pay."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy.orm.exc import StaleDataError

from services.contracts.agreements.commands import (
    conclude,
    save_version,
)
from services.contracts.agreements.models import ContractVersion
from services.contracts.agreements.queries import list_approvals, list_versions
from services.contracts.agreements.rules import ContractStatus, ContractStep, ContractType, VersionStatus
from services.contracts.reviews.commands import Decision, submit_for_review, withdraw
from services.contracts.reviews.queries import list_queue, list_rounds
from services.contracts.reviews.rules import RoundStatus, StepStatus
from shared.core.errors import Conflict, Forbidden, IllegalTransition, NotFound
from shared.core.principals import Principal, Role
from shared.core.zones import start_of_day
from shared.messages.standing import StatedInterval
from tests.services.contracts.factories import World


def _queue(world: World, principal: Principal) -> list[Any]:
    with world.reading() as session:
        return [step.review_round.contract.id for step in list_queue(session, principal).items]


def _versions(world: World, contract_id: Any) -> list[ContractVersion]:
    with world.reading() as session:
        return list_versions(session, contract_id)


def test_a_contract_goes_from_request_to_effect_by_way_of_approval(world: World) -> None:
    contract_id = world.contract()
    assert world.get_contract(contract_id).status == ContractStatus.REQUEST
    sha256 = world.version(contract_id)
    assert world.get_contract(contract_id).status == ContractStatus.DRAFTING
    world.submit(contract_id)
    assert world.get_contract(contract_id).status == ContractStatus.IN_REVIEW
    world.decide(world.step(contract_id).id, world.legal, sha256)
    assert world.get_contract(contract_id).status == ContractStatus.APPROVED
    world.on_contract(contract_id, conclude, step=ContractStep.START_SIGNING)
    world.on_contract(contract_id, conclude, step=ContractStep.PUT_IN_EFFECT, signed_on=world.today)
    found = world.get_contract(contract_id)
    assert (found.status, found.signed_on, found.effective_on) == (
        ContractStatus.IN_EFFECT,
        world.today,
        world.today,
    )
    assert [one.status for one in _versions(world, contract_id)] == [VersionStatus.EXECUTED]


def test_signing_cannot_start_before_approval(world: World) -> None:
    contract_id, _ = world.in_review()
    for step in (ContractStep.START_SIGNING, ContractStep.PUT_IN_EFFECT, ContractStep.APPROVE):
        with pytest.raises(IllegalTransition):
            world.on_contract(contract_id, conclude, step=step)


def test_an_approval_binds_the_hash_of_the_version_it_saw(world: World) -> None:
    contract_id, sha256 = world.approved()
    with world.reading() as session:
        approvals = list_approvals(session, contract_id)
    assert [(one.sha256, one.voided_at) for one in approvals] == [(sha256, None)]


def test_an_approval_that_arrives_after_the_version_changed_is_refused(world: World) -> None:
    contract_id, old = world.in_review()
    old_step = world.step(contract_id).id
    world.on_contract(contract_id, withdraw, principal=world.rep)
    world.version(contract_id, "第一条 标的，已修改。")
    world.submit(contract_id)
    for step_id in (old_step, world.step(contract_id).id):
        with pytest.raises(Conflict):
            world.decide(step_id, world.legal, old)
    assert world.get_contract(contract_id).status == ContractStatus.IN_REVIEW


def test_no_other_text_can_be_put_in_while_a_review_is_open(world: World) -> None:
    contract_id, _ = world.in_review()
    with pytest.raises(Conflict):
        world.version(contract_id, "另一文本")
    assert len(_versions(world, contract_id)) == 1


def test_a_new_version_after_approval_voids_it_and_needs_a_new_round(world: World) -> None:
    contract_id, _ = world.approved()
    world.version(contract_id, "第二版")
    assert world.get_contract(contract_id).status == ContractStatus.DRAFTING
    with pytest.raises(IllegalTransition):
        world.on_contract(contract_id, conclude, step=ContractStep.START_SIGNING)
    with world.reading() as session:
        assert [one.voided_at for one in list_approvals(session, contract_id)] == [world.now]
    assert [one.status for one in _versions(world, contract_id)] == [
        VersionStatus.DRAFT,
        VersionStatus.SUPERSEDED,
    ]


def test_a_draft_takes_new_text_under_its_number_and_unchanged_text_is_refused(world: World) -> None:
    contract_id = world.contract()
    world.version(contract_id, "甲")
    world.version(contract_id, "乙")
    assert [one.number for one in _versions(world, contract_id)] == [1]
    with pytest.raises(Conflict):
        world.version(contract_id, "乙")


def test_the_owner_never_approves_even_with_the_role_for_it(world: World) -> None:
    both = world.harness.principal(Role.LEGAL, person_id=world.rep_person.id)
    contract_id, sha256 = world.in_review()
    assert contract_id not in _queue(world, both)
    with pytest.raises(Forbidden):
        world.decide(world.step(contract_id).id, both, sha256)


def test_a_large_contract_needs_legal_and_then_finance_and_never_one_person_twice(world: World) -> None:
    both = world.harness.principal(Role.LEGAL, Role.FINANCE)
    contract_id, sha256 = world.in_review(amount_minor=100_000_000)
    assert world.step(contract_id, "finance").status == StepStatus.WAITING
    with pytest.raises(IllegalTransition):
        world.decide(world.step(contract_id, "finance").id, world.finance, sha256)
    world.decide(world.step(contract_id).id, both, sha256)
    assert contract_id not in _queue(world, both)
    with pytest.raises(Forbidden):
        world.decide(world.step(contract_id, "finance").id, both, sha256)
    assert world.get_contract(contract_id).status == ContractStatus.IN_REVIEW
    world.decide(world.step(contract_id, "finance").id, world.finance, sha256)
    assert world.get_contract(contract_id).status == ContractStatus.APPROVED


def test_placing_equipment_asks_finance_whatever_its_price(world: World) -> None:
    contract_id, _ = world.in_review(type=ContractType.EQUIPMENT_PLACEMENT, amount_minor=0)
    assert world.step(contract_id, "finance").status == StepStatus.WAITING


def test_one_rejection_ends_the_round_and_the_same_text_is_not_taken_again(world: World) -> None:
    contract_id, sha256 = world.in_review(amount_minor=100_000_000)
    with pytest.raises(Conflict):
        world.decide(world.step(contract_id).id, world.legal, sha256, Decision.RETURN, reason="  ")
    world.decide(
        world.step(contract_id).id, world.legal, sha256, Decision.RETURN, reason="缺少反商业贿赂条款"
    )
    with world.reading() as session:
        (found,) = list_rounds(session, contract_id)
    assert found.status == RoundStatus.CHANGES_REQUESTED
    assert [one.status for one in found.steps] == [StepStatus.REJECTED, StepStatus.CANCELLED]
    assert world.get_contract(contract_id).status == ContractStatus.DRAFTING
    with pytest.raises(Conflict):
        world.submit(contract_id)
    world.version(contract_id, "加入反商业贿赂条款")
    world.submit(contract_id)


def test_a_withdrawn_text_may_be_submitted_again(world: World) -> None:
    contract_id, sha256 = world.in_review()
    world.on_contract(contract_id, withdraw, principal=world.rep)
    world.submit(contract_id)
    world.decide(world.step(contract_id).id, world.legal, sha256)
    assert world.get_contract(contract_id).status == ContractStatus.APPROVED


def test_a_contract_without_a_text_cannot_be_submitted(world: World) -> None:
    with pytest.raises(IllegalTransition):
        world.submit(world.contract())


def test_only_the_owner_their_managers_and_legal_change_a_contract(world: World) -> None:
    contract_id = world.contract()
    for principal in (world.rep, world.manager, world.legal):
        world.version(contract_id, f"由 {principal.account_id} 修改", principal=principal)
    with pytest.raises(Forbidden):
        world.version(contract_id, "他人修改", principal=world.other)


def test_a_contract_is_requested_for_oneself_or_ones_team(world: World) -> None:
    owned = world.contract(world.manager, owner_id=world.rep_person.id)
    assert world.get_contract(owned).owner_id == world.rep_person.id
    with pytest.raises(NotFound):
        world.contract(world.rep, owner_id=world.other_person.id)
    with pytest.raises(Conflict):
        world.contract(world.legal2)


def test_the_queue_has_what_is_due_first_on_top(world: World) -> None:
    large, _ = world.in_review(amount_minor=100_000_000)
    small, _ = world.in_review()
    world.clock.advance(timedelta(days=1))
    later, _ = world.in_review()
    assert _queue(world, world.legal) == [small, later, large]
    assert _queue(world, world.finance) == []


def test_of_two_approvers_at_once_one_is_told(world: World) -> None:
    contract_id, sha256 = world.in_review()
    step_id = world.step(contract_id).id
    start, outcomes = Barrier(2), []

    def approve(principal: Principal) -> None:
        start.wait()
        try:
            world.decide(step_id, principal, sha256)
            outcomes.append("approved")
        except (Conflict, StaleDataError):
            outcomes.append("told")

    threads = [Thread(target=approve, args=(one,)) for one in (world.legal, world.legal2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "told"]
    with world.reading() as session:
        assert len(list_approvals(session, contract_id)) == 1


def test_a_contract_that_takes_effect_unapproved_impedes_its_owner_until_legal_approves(world: World) -> None:
    effective = world.today - timedelta(days=5)
    contract_id, sha256 = world.in_review(effective_on=effective)
    (ahead,) = world.statements()
    assert (ahead.person_id, ahead.kind) == (world.rep_person.id, "contract_unapproved")
    assert ahead.intervals == (StatedInterval(start_of_day(effective)),)
    assert (ahead.amount_minor, ahead.currency, ahead.cure_url) == (
        20_000_000,
        "CNY",
        f"/contracts/{contract_id}",
    )
    world.decide(world.step(contract_id).id, world.legal, sha256)
    last = world.statements()[-1]
    assert last.reference == ahead.reference
    assert last.intervals == (StatedInterval(start_of_day(effective), world.now),)


def test_an_approval_in_time_takes_the_impediment_away_before_it_begins(world: World) -> None:
    world.approved(effective_on=world.today + timedelta(days=10))
    assert [one.intervals for one in world.statements()] == [
        (StatedInterval(start_of_day(world.today + timedelta(days=10))),),
        (),
    ]


def test_a_contract_without_an_effective_date_states_nothing(world: World) -> None:
    world.approved()
    assert world.statements() == []


def test_a_voided_approval_impedes_again_from_that_moment(world: World) -> None:
    effective = world.today - timedelta(days=5)
    contract_id, _ = world.approved(effective_on=effective)
    approved_at = world.now
    world.clock.advance(timedelta(days=2))
    world.version(contract_id, "第二版")
    assert world.statements()[-1].intervals == (
        StatedInterval(start_of_day(effective), approved_at),
        StatedInterval(world.now),
    )


def test_giving_up_an_unapproved_contract_ends_what_it_impeded(world: World) -> None:
    effective = world.today - timedelta(days=5)
    contract_id = world.contract(effective_on=effective)
    world.on_contract(contract_id, conclude, step=ContractStep.TERMINATE)
    assert world.statements()[-1].intervals == (StatedInterval(start_of_day(effective), world.now),)
    with pytest.raises(IllegalTransition):
        world.on_contract(contract_id, save_version, file_name="x.txt", content=b"x")


def test_submitting_is_refused_to_somebody_elses_rep(world: World) -> None:
    contract_id = world.contract()
    world.version(contract_id)
    with pytest.raises(Forbidden):
        world.on_contract(contract_id, submit_for_review, principal=world.other)
