"""The states of a contract and its versions, what its days and files must be, and when it lacks approval."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.core.errors import Conflict, IllegalTransition
from shared.core.intervals import Interval
from shared.core.text import N_, LocalizedText, Message


class ContractType(StrEnum):
    """What a contract is about; approval policies and, later, clause checks go by it."""

    SALES = "sales"
    DISTRIBUTION = "distribution"
    TENDER = "tender"
    CONSIGNMENT = "consignment"
    EQUIPMENT_PLACEMENT = "equipment_placement"
    SERVICE = "service"
    HCP_CONSULTANCY = "hcp_consultancy"


class ContractStatus(StrEnum):
    """Where a contract is on its way."""

    REQUEST = "request"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    IN_SIGNATURE = "in_signature"
    IN_EFFECT = "in_effect"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    SUPERSEDED = "superseded"


class ContractStep(StrEnum):
    """What can happen to a contract."""

    DRAFT = "draft"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    REVISE = "revise"
    START_SIGNING = "start_signing"
    PUT_IN_EFFECT = "put_in_effect"
    EXPIRE = "expire"
    TERMINATE = "terminate"
    SUPERSEDE = "supersede"


class VersionStatus(StrEnum):
    """A draft may still be replaced by other text; everything after it is frozen."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"
    EXECUTED = "executed"


class VersionStep(StrEnum):
    """What can happen to a version."""

    SUBMIT = "submit"
    SUPERSEDE = "supersede"
    EXECUTE = "execute"


TYPE_TITLES: dict[ContractType, Message] = {
    ContractType.SALES: N_("Sales contract"),
    ContractType.DISTRIBUTION: N_("Distribution agreement"),
    ContractType.TENDER: N_("Tender contract"),
    ContractType.CONSIGNMENT: N_("Consignment agreement"),
    ContractType.EQUIPMENT_PLACEMENT: N_("Equipment placement"),
    ContractType.SERVICE: N_("Service contract"),
    ContractType.HCP_CONSULTANCY: N_("Consultancy with a healthcare professional"),
}
STATUS_TITLES: dict[ContractStatus, Message] = {
    ContractStatus.REQUEST: N_("Requested"),
    ContractStatus.DRAFTING: N_("Being drafted"),
    ContractStatus.IN_REVIEW: N_("In review"),
    ContractStatus.APPROVED: N_("Approved"),
    ContractStatus.IN_SIGNATURE: N_("In signature"),
    ContractStatus.IN_EFFECT: N_("In effect"),
    ContractStatus.EXPIRED: N_("Expired"),
    ContractStatus.TERMINATED: N_("Terminated"),
    ContractStatus.SUPERSEDED: N_("Superseded"),
}
VERSION_TITLES: dict[VersionStatus, Message] = {
    VersionStatus.DRAFT: N_("Draft"),
    VersionStatus.SUBMITTED: N_("Submitted"),
    VersionStatus.SUPERSEDED: N_("Superseded"),
    VersionStatus.EXECUTED: N_("Executed"),
}
# In these, a text that nobody has approved can be what the contract lives by.
NOT_APPROVED = (ContractStatus.REQUEST, ContractStatus.DRAFTING, ContractStatus.IN_REVIEW)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def next_contract_status(  # noqa: C901 - one branch an arrow is the clearest table
    status: ContractStatus, step: ContractStep
) -> ContractStatus:
    """Return the status after `step`; raise IllegalTransition for what is not in the table.

    Signing starts from approved alone. What was never in effect is terminated when it is given up; a contract
    in review is withdrawn from it first.
    """
    match (status, step):
        case (ContractStatus.REQUEST, ContractStep.DRAFT):
            return ContractStatus.DRAFTING
        case (ContractStatus.DRAFTING, ContractStep.SUBMIT):
            return ContractStatus.IN_REVIEW
        case (ContractStatus.IN_REVIEW, ContractStep.RETURN):
            return ContractStatus.DRAFTING
        case (ContractStatus.IN_REVIEW, ContractStep.APPROVE):
            return ContractStatus.APPROVED
        case (ContractStatus.APPROVED | ContractStatus.IN_SIGNATURE, ContractStep.REVISE):
            return ContractStatus.DRAFTING
        case (ContractStatus.APPROVED, ContractStep.START_SIGNING):
            return ContractStatus.IN_SIGNATURE
        case (ContractStatus.IN_SIGNATURE, ContractStep.PUT_IN_EFFECT):
            return ContractStatus.IN_EFFECT
        case (ContractStatus.IN_EFFECT, ContractStep.EXPIRE):
            return ContractStatus.EXPIRED
        case (
            ContractStatus.REQUEST | ContractStatus.DRAFTING | ContractStatus.IN_EFFECT,
            ContractStep.TERMINATE,
        ):
            return ContractStatus.TERMINATED
        case (ContractStatus.IN_EFFECT, ContractStep.SUPERSEDE):
            return ContractStatus.SUPERSEDED
        case _:
            raise IllegalTransition("contract", status.value, step.value)


def next_version_status(status: VersionStatus, step: VersionStep) -> VersionStatus:
    """Return the status after `step`; raise IllegalTransition for what is not in the table."""
    match (status, step):
        case (VersionStatus.DRAFT, VersionStep.SUBMIT):
            return VersionStatus.SUBMITTED
        case (VersionStatus.SUBMITTED, VersionStep.SUPERSEDE):
            return VersionStatus.SUPERSEDED
        case (VersionStatus.SUBMITTED, VersionStep.EXECUTE):
            return VersionStatus.EXECUTED
        case _:
            raise IllegalTransition("contract version", status.value, step.value)


class HasApproval(Protocol):
    """Anything that says from when until when a text was approved."""

    approved_at: datetime
    voided_at: datetime | None


def approved_spans(approvals: Iterable[HasApproval]) -> list[Interval]:
    """Return when the contract had an approved text."""
    return [
        Interval(one.approved_at, one.voided_at)
        for one in approvals
        if one.voided_at is None or one.voided_at > one.approved_at
    ]


def is_unapproved_in_effect(status: ContractStatus, effective_on: date | None, today: date) -> bool:
    """Say whether the effective date has come and nobody has approved the text: it holds its owner's pay."""
    return status in NOT_APPROVED and effective_on is not None and effective_on <= today


def impediment_title(number: str, counterparty: LocalizedText) -> LocalizedText:
    """Return how the impediment is named to those who may see it."""
    return LocalizedText(
        zh=f"合同 {number} · {counterparty.pick('zh')}", en=f"Contract {number} · {counterparty.pick('en')}"
    )


def check_days(signed_on: date | None, effective_on: date | None, ends_on: date | None) -> None:
    """Raise Conflict when a day is outside of this century or the last day is before the first."""
    fields: dict[str, list[Message]] = {}
    for name, day in (("signed_on", signed_on), ("effective_on", effective_on), ("ends_on", ends_on)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            fields[name] = [N_("A day between 2000 and 2099")]
    if not fields and effective_on and ends_on and ends_on < effective_on:
        fields["ends_on"] = [N_("It ends before it takes effect")]
    if fields:
        raise Conflict(N_("The days of the contract do not go together"), fields=fields)


def make_number(contract_id: UUID, year: int) -> str:
    """Return a number for a contract that was given none: the year, and 40 bits of the id."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    rest = contract_id.int & (2**40 - 1)
    return f"HT-{year}-" + "".join(alphabet[rest >> 5 * place & 31] for place in range(7, -1, -1))
