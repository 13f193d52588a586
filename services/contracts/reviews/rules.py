"""Review rounds and their steps: who is asked, what a decision brings about, and who may not decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.core.errors import Conflict, Forbidden, IllegalTransition
from shared.core.text import N_, Message
from shared.core.zones import end_of_day, local_date


class RoundStatus(StrEnum):
    """One round is about one text."""

    OPEN = "open"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    WITHDRAWN = "withdrawn"


class StepStatus(StrEnum):
    """A step waits for its stage, is pending, and then one of the others for good."""

    WAITING = "waiting"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    DELEGATED = "delegated"
    CANCELLED = "cancelled"


class StepMove(StrEnum):
    """What can happen to a step."""

    ACTIVATE = "activate"
    APPROVE = "approve"
    REJECT = "reject"
    DELEGATE = "delegate"
    CANCEL = "cancel"


class Mode(StrEnum):
    """会签: all must approve, and one rejection ends it. 或签: any one approval will do."""

    ALL = "all"
    ANY = "any"


ROUND_TITLES: dict[RoundStatus, Message] = {
    RoundStatus.OPEN: N_("Under review"),
    RoundStatus.APPROVED: N_("Approved"),
    RoundStatus.CHANGES_REQUESTED: N_("Changes requested"),
    RoundStatus.WITHDRAWN: N_("Withdrawn"),
}
STEP_TITLES: dict[StepStatus, Message] = {
    StepStatus.WAITING: N_("Waiting for those before"),
    StepStatus.PENDING: N_("To be decided"),
    StepStatus.APPROVED: N_("Approved"),
    StepStatus.REJECTED: N_("Returned"),
    StepStatus.DELEGATED: N_("Delegated"),
    StepStatus.CANCELLED: N_("No longer needed"),
}
ROLE_TITLES: dict[str, Message] = {"legal": N_("Legal"), "finance": N_("Finance")}
MODE_TITLES: dict[Mode, Message] = {Mode.ALL: N_("All must approve"), Mode.ANY: N_("Any one approves")}


@dataclass(frozen=True)
class PlannedStep:
    """A role to be asked; stages are asked one after the other, the steps of one stage at once."""

    role: str
    stage: int


@dataclass(frozen=True)
class Policy:
    """Which contracts it is for, and who then has to approve within how many days.

    `types` empty: every type. `amount_from`: from this amount on, in minor units of `currency`. An amount in
    another currency cannot be compared, so it counts as reaching it: the stricter policy applies.
    """

    code: str
    priority: int
    types: frozenset[str]
    amount_from: int | None
    currency: str
    mode: Mode
    steps: tuple[PlannedStep, ...]
    days: int

    def applies(self, kind: str, amount_minor: int, currency: str) -> bool:
        """Say whether a contract of this type and amount falls under it."""
        if self.types and kind not in self.types:
            return False
        return self.amount_from is None or currency != self.currency or amount_minor >= self.amount_from


@dataclass(frozen=True)
class StepState:
    """A step as the rules see it."""

    id: UUID
    stage: int
    status: StepStatus
    account_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Consequence:
    """What follows from a decision: how the round ends (None: it goes on), which steps begin, which lapse."""

    outcome: RoundStatus | None = None
    activate: tuple[UUID, ...] = ()
    cancel: tuple[UUID, ...] = ()


def choose_policy(policies: Iterable[Policy], kind: str, amount_minor: int, currency: str) -> Policy:
    """Return the first policy, by priority, that applies; raise Conflict when none does (fail closed)."""
    for policy in sorted(policies, key=lambda one: one.priority):
        if policy.applies(kind, amount_minor, currency) and policy.steps:
            return policy
    raise Conflict(N_("No approval policy covers this contract, so nobody can approve it"))


def first_status(step: PlannedStep, policy: Policy) -> StepStatus:
    """Return how a step begins: 或签 asks everybody at once, 会签 stage by stage."""
    first = min(one.stage for one in policy.steps)
    return StepStatus.PENDING if policy.mode == Mode.ANY or step.stage == first else StepStatus.WAITING


def due_at(opened_at: datetime, days: int) -> datetime:
    """Return when a review is due: at the end of the day that is `days` days later."""
    return end_of_day(local_date(opened_at) + timedelta(days=days))


def due_day(due: datetime) -> date:
    """Return the last day on which a review is in time."""
    return local_date(due - timedelta(microseconds=1))


def next_step_status(status: StepStatus, move: StepMove) -> StepStatus:
    """Return the status after `move`; raise IllegalTransition for what is not in the table."""
    match (status, move):
        case (StepStatus.WAITING, StepMove.ACTIVATE):
            return StepStatus.PENDING
        case (StepStatus.PENDING, StepMove.APPROVE):
            return StepStatus.APPROVED
        case (StepStatus.PENDING, StepMove.REJECT):
            return StepStatus.REJECTED
        case (StepStatus.PENDING, StepMove.DELEGATE):
            return StepStatus.DELEGATED
        case (StepStatus.WAITING | StepStatus.PENDING, StepMove.CANCEL):
            return StepStatus.CANCELLED
        case _:
            raise IllegalTransition("review step", status.value, move.value)


def next_round_status(status: RoundStatus, outcome: RoundStatus) -> RoundStatus:
    """Return `outcome` for an open round; raise IllegalTransition: what has ended stays as it is."""
    match (status, outcome):
        case (RoundStatus.OPEN, RoundStatus.APPROVED | RoundStatus.CHANGES_REQUESTED | RoundStatus.WITHDRAWN):
            return outcome
        case _:
            raise IllegalTransition("review round", status.value, outcome.value)


def follow(mode: Mode, steps: Sequence[StepState]) -> Consequence:
    """Return what follows from the steps as they are after a decision."""
    open_steps = [one for one in steps if one.status in (StepStatus.WAITING, StepStatus.PENDING)]
    rest = tuple(one.id for one in open_steps)
    approved = any(one.status == StepStatus.APPROVED for one in steps)
    rejected = any(one.status == StepStatus.REJECTED for one in steps)
    match mode:
        case Mode.ALL if rejected:
            return Consequence(RoundStatus.CHANGES_REQUESTED, cancel=rest)
        case Mode.ANY if approved:
            return Consequence(RoundStatus.APPROVED, cancel=rest)
        case Mode.ALL if not open_steps and approved:
            return Consequence(RoundStatus.APPROVED)
        case Mode.ANY if not open_steps and rejected:
            return Consequence(RoundStatus.CHANGES_REQUESTED)
        case _:
            return Consequence(activate=_next_stage(open_steps))


def check_may_decide(
    *,
    account_id: UUID | None,
    person_id: UUID | None,
    owner_id: UUID,
    step_id: UUID,
    steps: Iterable[StepState],
) -> None:
    """Raise Forbidden for the contract's owner and for whoever has taken another step of this round."""
    if account_id is None:
        raise Forbidden(N_("A decision is made by a person"))
    if person_id == owner_id:
        raise Forbidden(N_("The owner of a contract never approves it"))
    for one in steps:
        same = one.account_id == account_id or (person_id is not None and one.person_id == person_id)
        if same and one.id != step_id:
            raise Forbidden(N_("You have decided another step of this review; somebody else takes this one"))


def check_same_text(seen_sha256: str, round_sha256: str, status: RoundStatus) -> None:
    """Raise Conflict when the text that was seen is not, or is no longer, the one under review."""
    if status == RoundStatus.WITHDRAWN:
        raise Conflict(N_("This review was withdrawn; the text you saw is no longer under review"))
    if status != RoundStatus.OPEN:
        raise Conflict(N_("This review has been decided already"))
    if seen_sha256 != round_sha256:
        raise Conflict(N_("The text under review is not the one you saw; look at it again before you decide"))


def _next_stage(open_steps: Sequence[StepState]) -> tuple[UUID, ...]:
    if not open_steps or any(one.status == StepStatus.PENDING for one in open_steps):
        return ()
    stage = min(one.stage for one in open_steps)
    return tuple(one.id for one in open_steps if one.stage == stage)
