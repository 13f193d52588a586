"""Opening a review of one text, deciding its steps, withdrawing it."""

from datetime import datetime
from enum import StrEnum

from services.contracts.agreements.commands import (
    advance,
    advance_version,
    check_may_draft,
    give_approval,
)
from services.contracts.agreements.models import Contract, ContractVersion
from services.contracts.agreements.queries import find_latest_version
from services.contracts.agreements.rules import ContractStep, VersionStatus, VersionStep, next_contract_status
from services.contracts.reviews.models import ReviewRound, ReviewStep
from services.contracts.reviews.queries import find_open_round, list_policies, list_rounds
from services.contracts.reviews.rules import (
    Policy,
    RoundStatus,
    StepMove,
    StepState,
    check_may_decide,
    check_same_text,
    choose_policy,
    due_at,
    first_status,
    follow,
    next_round_status,
    next_step_status,
)
from shared.core.errors import Conflict
from shared.core.ids import new_id
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.uow import UnitOfWork
from shared.eventlog import append
from shared.messages.contracts import (
    ReviewContinued,
    ReviewEnded,
    ReviewOpened,
    ReviewStepAdvanced,
    ReviewStepAssigned,
)


class Decision(StrEnum):
    """What a reviewer can say."""

    APPROVE = "approve"
    RETURN = "return"


def submit_for_review(
    uow: UnitOfWork, contract: Contract, *, principal: Principal, now: datetime
) -> ReviewRound:
    """Freeze the latest version and open a round on it, under the policy that covers the contract.

    Raises Forbidden for those who may not change the contract, IllegalTransition when it is not in drafting,
    Conflict when there is no text, or the text is one that was returned.
    """
    check_may_draft(uow, contract, principal)
    next_contract_status(contract.status, ContractStep.SUBMIT)
    version = find_latest_version(uow.session, contract.id)
    if version is None:
        raise Conflict(N_("Put in the text of the contract first"))
    if any(
        one.sha256 == version.sha256 and one.status == RoundStatus.CHANGES_REQUESTED
        for one in list_rounds(uow.session, contract.id)
    ):
        raise Conflict(N_("This very text was returned; put in a changed one"))
    policy = choose_policy(
        list_policies(uow.session), contract.type.value, contract.amount_minor, contract.currency
    )
    advance(uow, contract, ContractStep.SUBMIT, principal, now)
    if version.status == VersionStatus.DRAFT:
        advance_version(uow, version, VersionStep.SUBMIT, principal, now)
    return _open_round(uow, contract, version, policy, principal, now)


def decide(
    uow: UnitOfWork,
    step: ReviewStep,
    decision: Decision,
    *,
    seen_sha256: str,
    reason: str,
    principal: Principal,
    now: datetime,
) -> None:
    """Approve the text that was seen, or return it with a reason.

    Raises Forbidden for the owner and for a second step by the same person, Conflict when the text under
    review is not the one seen, the review has ended, or a return has no reason.
    """
    found = step.review_round
    check_same_text(seen_sha256, found.sha256, found.status)
    check_may_decide(
        account_id=principal.account_id,
        person_id=principal.person_id,
        owner_id=found.contract.owner_id,
        step_id=step.id,
        steps=[_state(one) for one in found.steps],
    )
    if decision == Decision.RETURN and not reason.strip():
        raise Conflict(
            N_("Say what has to change"), fields={"reason": [N_("A text is returned with a reason")]}
        )
    move = StepMove.APPROVE if decision == Decision.APPROVE else StepMove.REJECT
    step.decided_by, step.decided_person_id = principal.account_id, principal.person_id
    step.decided_at, step.seen_sha256, step.reason = now, seen_sha256, reason.strip()
    _move(uow, step, move, principal, now)
    _follow(uow, found, principal, now)


def withdraw(uow: UnitOfWork, contract: Contract, *, principal: Principal, now: datetime) -> None:
    """Take a contract back from review, to change its text; raise Conflict when it is not in review."""
    check_may_draft(uow, contract, principal)
    found = find_open_round(uow.session, contract.id)
    if found is None:
        raise Conflict(N_("This contract is not in review"))
    for step in found.steps:
        if step.decided_at is None:
            _move(uow, step, StepMove.CANCEL, principal, now)
    _end(uow, found, RoundStatus.WITHDRAWN, principal, now)
    advance(uow, contract, ContractStep.RETURN, principal, now)


def _open_round(
    uow: UnitOfWork,
    contract: Contract,
    version: ContractVersion,
    policy: Policy,
    principal: Principal,
    now: datetime,
) -> ReviewRound:
    found = ReviewRound(
        id=new_id(), contract_id=contract.id, contract=contract, contract_version=version,
        sha256=version.sha256, policy_code=policy.code,
        mode=policy.mode, status=RoundStatus.OPEN, opened_at=now, opened_by=principal.actor,
        due_at=due_at(now, policy.days), decisions=0,
    )  # fmt: skip
    uow.session.add(found)
    message = ReviewOpened(found.id, contract.id, found.sha256, policy.code, policy.mode.value)
    append(uow, message, row=found, actor=principal, now=now)
    for planned in policy.steps:
        step = ReviewStep(
            id=new_id(), review_round=found, stage=planned.stage, role=planned.role,
            status=first_status(planned, policy), due_at=found.due_at, reason="",
        )  # fmt: skip
        uow.session.add(step)
        assigned = ReviewStepAssigned(step.id, found.id, step.role, step.stage, step.status.value)
        append(uow, assigned, row=step, actor=principal, now=now)
    return found


def _follow(uow: UnitOfWork, found: ReviewRound, principal: Principal, now: datetime) -> None:
    """Do what the decision brings about; the round changes with every decision, so that two cannot cross."""
    consequence = follow(found.mode, [_state(one) for one in found.steps])
    for step in found.steps:
        if step.id in consequence.activate:
            _move(uow, step, StepMove.ACTIVATE, principal, now)
        elif step.id in consequence.cancel:
            _move(uow, step, StepMove.CANCEL, principal, now)
    found.decisions += 1
    match consequence.outcome:
        case RoundStatus.APPROVED:
            _end(uow, found, RoundStatus.APPROVED, principal, now)
            give_approval(uow, found.contract, found.contract_version, principal=principal, now=now)
        case RoundStatus.CHANGES_REQUESTED:
            _end(uow, found, RoundStatus.CHANGES_REQUESTED, principal, now)
            advance(uow, found.contract, ContractStep.RETURN, principal, now)
        case _:
            _touch(uow, found, principal, now)


def _end(
    uow: UnitOfWork, found: ReviewRound, outcome: RoundStatus, principal: Principal, now: datetime
) -> None:
    found.status = next_round_status(found.status, outcome)
    found.ended_at = now
    message = ReviewEnded(found.id, found.contract_id, found.sha256, found.status.value)
    append(uow, message, row=found, actor=principal, now=now)


def _touch(uow: UnitOfWork, found: ReviewRound, principal: Principal, now: datetime) -> None:
    message = ReviewContinued(found.id, found.contract_id, found.decisions)
    append(uow, message, row=found, actor=principal, now=now)


def _move(uow: UnitOfWork, step: ReviewStep, move: StepMove, principal: Principal, now: datetime) -> None:
    step.status = next_step_status(step.status, move)
    message = ReviewStepAdvanced(step.id, step.round_id, step.role, step.status.value, step.seen_sha256 or "")
    append(uow, message, row=step, actor=principal, now=now)


def _state(step: ReviewStep) -> StepState:
    return StepState(step.id, step.stage, step.status, step.decided_by, step.decided_person_id)
