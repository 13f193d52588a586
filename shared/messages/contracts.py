"""What contracts publishes about its own things; what they mean for standing is in standing.py.

Ids, codes, dates, amounts and hashes only: no names, no reasons, no contract text.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.messages.base import message


@message("contracts.counterparty.registered.v1")
@dataclass(frozen=True)
class CounterpartyRegistered:
    """A customer or distributor is known from now on."""

    counterparty_id: UUID
    kind: str
    region: str
    credit_code: str


@message("contracts.contract.requested.v1")
@dataclass(frozen=True)
class ContractRequested:
    """A contract is asked for; `effective_on` is when it is meant to take effect, where that is known."""

    contract_id: UUID
    number: str
    type: str
    counterparty_id: UUID
    owner_id: UUID
    amount_minor: int
    currency: str
    effective_on: date | None = None


@message("contracts.contract.advanced.v1")
@dataclass(frozen=True)
class ContractAdvanced:
    """A contract took a step of its state table and is now `status`."""

    contract_id: UUID
    step: str
    status: str


@message("contracts.version.drafted.v1")
@dataclass(frozen=True)
class VersionDrafted:
    """A text was put in: a new version, or other content for one that is still a draft."""

    contract_id: UUID
    version_id: UUID
    number: int
    sha256: str


@message("contracts.version.advanced.v1")
@dataclass(frozen=True)
class VersionAdvanced:
    """A version took a step: frozen when submitted, later superseded or executed."""

    contract_id: UUID
    version_id: UUID
    sha256: str
    status: str


@message("contracts.approval.given.v1")
@dataclass(frozen=True)
class ApprovalGiven:
    """The text with this hash is approved, and no other."""

    contract_id: UUID
    approval_id: UUID
    sha256: str


@message("contracts.approval.voided.v1")
@dataclass(frozen=True)
class ApprovalVoided:
    """The approval no longer holds, because a new version takes the place of the approved one."""

    contract_id: UUID
    approval_id: UUID


@message("contracts.review.opened.v1")
@dataclass(frozen=True)
class ReviewOpened:
    """A review round began on the text with this hash, under the approval policy named."""

    round_id: UUID
    contract_id: UUID
    sha256: str
    policy_code: str
    mode: str


@message("contracts.review.continued.v1")
@dataclass(frozen=True)
class ReviewContinued:
    """A step was decided and the round goes on; `decisions` counts those so far."""

    round_id: UUID
    contract_id: UUID
    decisions: int


@message("contracts.review.ended.v1")
@dataclass(frozen=True)
class ReviewEnded:
    """A round ended: approved, changes_requested or withdrawn."""

    round_id: UUID
    contract_id: UUID
    sha256: str
    outcome: str


@message("contracts.review_step.assigned.v1")
@dataclass(frozen=True)
class ReviewStepAssigned:
    """A role is asked to review, now (pending) or after those before it (waiting)."""

    step_id: UUID
    round_id: UUID
    role: str
    stage: int
    status: str


@message("contracts.review_step.advanced.v1")
@dataclass(frozen=True)
class ReviewStepAdvanced:
    """A step moved; when it was decided, `sha256` is the hash of the text that the decider saw."""

    step_id: UUID
    round_id: UUID
    role: str
    status: str
    sha256: str = ""


@message("contracts.receivable.registered.v1")
@dataclass(frozen=True)
class ReceivableRegistered:
    """An invoice is owed from now on, and somebody looks after its collection."""

    receivable_id: UUID
    contract_id: UUID
    counterparty_id: UUID
    invoice_no: str
    owner_id: UUID
    amount_minor: int
    currency: str
    due_on: date


@message("contracts.receivable.owned.v1")
@dataclass(frozen=True)
class ReceivableOwned:
    """From the event's effective time on, collection is this person's task."""

    receivable_id: UUID
    ownership_id: UUID
    owner_id: UUID


@message("contracts.receivable.handed_over.v1")
@dataclass(frozen=True)
class ReceivableHandedOver:
    """Collection passed from one person to another."""

    receivable_id: UUID
    from_owner_id: UUID
    to_owner_id: UUID


@message("contracts.receipt.recorded.v1")
@dataclass(frozen=True)
class ReceiptRecorded:
    """Money came in on a day for one receivable; `reference` is the bank's."""

    receipt_id: UUID
    receivable_id: UUID
    amount_minor: int
    currency: str
    received_on: date
    reference: str


@message("contracts.receivable.reduced.v1")
@dataclass(frozen=True)
class ReceivableReduced:
    """So much of it is paid in all; `status` says whether that settles it."""

    receivable_id: UUID
    paid_minor: int
    currency: str
    status: str


@message("contracts.receivable.advanced.v1")
@dataclass(frozen=True)
class ReceivableAdvanced:
    """It became disputed, open again, or written off."""

    receivable_id: UUID
    step: str
    status: str
