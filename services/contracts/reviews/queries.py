"""Reading rounds, and each reviewer's own queue."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from services.contracts.agreements.models import Contract
from services.contracts.reviews.models import ApprovalPolicy, ReviewRound, ReviewStep
from services.contracts.reviews.rules import Mode, PlannedStep, Policy, RoundStatus, StepStatus
from services.contracts.reviews.seed import POLICIES
from shared.core.errors import NotFound
from shared.core.principals import Principal
from shared.core.text import N_
from shared.db.paging import DEFAULT_LIMIT, Page, paginate


def list_policies(session: Session) -> Sequence[Policy]:
    """Return the company's approval policies as the rules take them; the product's own where it has none."""
    own = [
        Policy(
            code=row.code,
            priority=row.priority,
            types=frozenset(row.types),
            amount_from=row.amount_from_minor,
            currency=row.currency,
            mode=Mode(row.mode),
            steps=tuple(PlannedStep(one["role"], one["stage"]) for one in row.steps["steps"]),
            days=row.days,
        )
        for row in session.scalars(select(ApprovalPolicy).order_by(ApprovalPolicy.priority))
    ]
    return own or POLICIES


def list_queue(
    session: Session, principal: Principal, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ReviewStep]:
    """Return one page of the steps that this principal may decide now, what is due first on top.

    Steps on contracts of their own, or of rounds in which they have decided already, are somebody else's.
    """
    statement = _with_round(
        _reachable(principal).where(
            ReviewStep.status == StepStatus.PENDING, ReviewRound.status == RoundStatus.OPEN
        )
    )
    taken = aliased(ReviewStep)
    statement = statement.where(
        ~select(taken.id)
        .where(taken.round_id == ReviewStep.round_id, taken.decided_by == principal.account_id)
        .exists()
    )
    if principal.person_id is not None:
        statement = statement.where(Contract.owner_id != principal.person_id)
    return paginate(session, statement, keys=[ReviewStep.due_at, ReviewStep.id], cursor=cursor, limit=limit)


def get_step(session: Session, step_id: UUID, principal: Principal) -> ReviewStep:
    """Return a step of one of the principal's roles, or one they decided, with its round; raise NotFound."""
    found: ReviewStep | None = session.scalar(
        _with_round(_reachable(principal).where(ReviewStep.id == step_id))
    )
    if found is None:
        raise NotFound(N_("There is no such review"))
    return found


def find_open_round(session: Session, contract_id: UUID) -> ReviewRound | None:
    """Return the contract's open round with its steps, or None."""
    return session.scalar(
        select(ReviewRound)
        .where(ReviewRound.contract_id == contract_id, ReviewRound.status == RoundStatus.OPEN)
        .options(selectinload(ReviewRound.steps))
    )


def list_rounds(session: Session, contract_id: UUID) -> list[ReviewRound]:
    """Return a contract's rounds with their steps, the latest first."""
    statement = (
        select(ReviewRound)
        .where(ReviewRound.contract_id == contract_id)
        .options(selectinload(ReviewRound.steps), joinedload(ReviewRound.contract_version))
        .order_by(ReviewRound.opened_at.desc(), ReviewRound.id.desc())
    )
    return list(session.scalars(statement))


def _reachable(principal: Principal) -> Select[ReviewStep]:
    return (
        select(ReviewStep)
        .join(ReviewStep.review_round)
        .join(ReviewRound.contract)
        .where(
            or_(
                ReviewStep.role.in_([role.value for role in principal.roles]),
                ReviewStep.decided_by == principal.account_id,
            )
        )
    )


def _with_round(statement: Select[ReviewStep]) -> Select[ReviewStep]:
    loaded = joinedload(ReviewStep.review_round)
    return statement.options(
        loaded.joinedload(ReviewRound.contract).joinedload(Contract.counterparty),
        loaded.joinedload(ReviewRound.contract_version),
        loaded.selectinload(ReviewRound.steps),
    )
