"""One contract from its request to where it stands today, step by step through the service's own rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from services.contracts.agreements.commands import statement_of
from services.contracts.agreements.models import Contract, ContractApproval, ContractVersion
from services.contracts.agreements.rules import (
    ContractStatus,
    ContractStep,
    ContractType,
    VersionStatus,
    VersionStep,
    make_number,
    next_contract_status,
    next_version_status,
)
from services.contracts.counterparties.rules import CounterpartyKind
from services.contracts.demo.ledger import Ledger
from services.contracts.demo.texts import text_of, title_of
from services.contracts.files.models import FileContent
from services.contracts.files.rules import TEXT, digest
from services.contracts.reviews.models import ReviewRound, ReviewStep
from services.contracts.reviews.rules import (
    RoundStatus,
    StepMove,
    StepState,
    StepStatus,
    choose_policy,
    due_at,
    first_status,
    follow,
    next_round_status,
    next_step_status,
)
from services.contracts.reviews.seed import POLICIES
from shared.core.zones import local_date
from shared.demo import DemoCompany, DemoCustomer, DemoPerson
from shared.messages.contracts import (
    ApprovalGiven,
    ContractAdvanced,
    ContractRequested,
    ReviewContinued,
    ReviewEnded,
    ReviewOpened,
    ReviewStepAdvanced,
    ReviewStepAssigned,
    VersionAdvanced,
    VersionDrafted,
)


@dataclass(frozen=True)
class Asked:
    """What a contract is about; `key` tells it from the owner's others."""

    owner: DemoPerson
    customer: DemoCustomer
    kind: ContractType
    amount_minor: int
    key: str
    requested: datetime
    effective_on: date | None = None


class ContractStory:
    """A contract's rows as they come about; `keep` hands them to the ledger when the story is told."""

    def __init__(self, ledger: Ledger, company: DemoCompany, asked: Asked) -> None:
        self.ledger, self.company, self.asked = ledger, company, asked
        self.actor = f"account:{asked.owner.account_id}" if asked.owner.account_id else "system"
        self.id = self._make_id("contract", asked.requested)
        line = (asked.owner.product_lines or ("consumables",))[0]
        self.line = line
        self.contract: dict[str, Any] = {
            "id": self.id,
            "number": make_number(self.id, local_date(asked.requested).year),
            "title": title_of(asked.kind, line),
            "type": asked.kind,
            "counterparty_id": asked.customer.id,
            "owner_id": asked.owner.id,
            "product_lines": [line],
            "amount_minor": asked.amount_minor,
            "currency": "CNY",
            "signed_on": None,
            "effective_on": asked.effective_on,
            "ends_on": None,
            "status": ContractStatus.REQUEST,
            "requested_at": asked.requested,
            "ended_at": None,
            "revision": 1,
        }
        self.version: dict[str, Any] | None = None
        self.approvals: list[dict[str, Any]] = []
        self.round: dict[str, Any] | None = None
        self.steps: list[dict[str, Any]] = []
        message = ContractRequested(
            self.id, self.contract["number"], asked.kind.value, asked.customer.id, asked.owner.id,
            asked.amount_minor, "CNY", asked.effective_on,
        )  # fmt: skip
        self._tell(message, "contract", self.id, asked.requested, self.actor)
        ledger.state([], [self._statement()], asked.requested, self.actor)

    def draft(self, at: datetime) -> None:
        """Put in the text."""
        content = text_of(
            self.asked.kind, self.line, number=self.contract["number"], customer=self.asked.customer.name.zh,
            amount_minor=self.asked.amount_minor,
        ).encode()  # fmt: skip
        self._advance(ContractStep.DRAFT, at)
        sha256 = digest(content)
        self.version = {
            "id": self._make_id("version", at), "contract_id": self.id, "number": 1,
            "file_name": f"{self.contract['number']}.txt", "media_type": TEXT, "size": len(content),
            "sha256": sha256, "status": VersionStatus.DRAFT, "created_at": at, "created_by": self.actor,
            "submitted_at": None,
        }  # fmt: skip
        self.ledger.rows[FileContent].append({"sha256": sha256, "content": content, "stored_at": at})
        self._tell(
            VersionDrafted(self.id, self.version["id"], 1, sha256), "contract_version", self.version["id"],
            at, self.actor,
        )  # fmt: skip

    def submit(self, at: datetime) -> None:
        """Freeze the text and open a review of it."""
        assert self.version is not None
        policy = choose_policy(POLICIES, self.asked.kind.value, self.asked.amount_minor, "CNY")
        self._advance(ContractStep.SUBMIT, at)
        self._advance_version(VersionStep.SUBMIT, at, self.actor)
        self.version["submitted_at"] = at
        found = self.round = {
            "id": self._make_id("round", at), "contract_id": self.id, "version_id": self.version["id"],
            "sha256": self.version["sha256"], "policy_code": policy.code, "mode": policy.mode,
            "status": RoundStatus.OPEN, "opened_at": at, "opened_by": self.actor,
            "due_at": due_at(at, policy.days), "ended_at": None, "decisions": 0, "revision": 1,
        }  # fmt: skip
        opened = ReviewOpened(found["id"], self.id, found["sha256"], policy.code, policy.mode.value)
        self._tell(opened, "review_round", found["id"], at, self.actor)
        for planned in policy.steps:
            step = {
                "id": self._make_id(f"step-{planned.role}", at), "round_id": found["id"],
                "stage": planned.stage, "role": planned.role, "status": first_status(planned, policy),
                "due_at": found["due_at"], "decided_by": None, "decided_person_id": None,
                "decided_at": None, "seen_sha256": None, "reason": "",
            }  # fmt: skip
            self.steps.append(step)
            assigned = ReviewStepAssigned(
                step["id"], found["id"], planned.role, planned.stage, step["status"].value
            )
            self._tell(assigned, "review_step", step["id"], at, self.actor)

    def decide(self, persona: str, at: datetime, *, returned: str = "") -> None:
        """Let the pending step be approved, or returned with a reason, by whoever plays `persona`."""
        assert self.round is not None
        reviewer, actor = self.company.persona(persona), self.company.account_actor(persona)
        step = next(one for one in self.steps if one["status"] == StepStatus.PENDING)
        step |= {
            "decided_by": reviewer.account_id, "decided_person_id": reviewer.id, "decided_at": at,
            "seen_sha256": self.round["sha256"], "reason": returned,
        }  # fmt: skip
        self._move(step, StepMove.REJECT if returned else StepMove.APPROVE, at, actor)
        consequence = follow(
            self.round["mode"], [StepState(one["id"], one["stage"], one["status"]) for one in self.steps]
        )
        for one in self.steps:
            if one["id"] in consequence.activate:
                self._move(one, StepMove.ACTIVATE, at, actor)
            elif one["id"] in consequence.cancel:
                self._move(one, StepMove.CANCEL, at, actor)
        self.round["decisions"] += 1
        self.round["revision"] += 1
        self._end_round(consequence.outcome, at, actor)

    def conclude(self, step: ContractStep, at: datetime, **values: Any) -> None:
        """Sign, put in effect, end."""
        actor = self.company.account_actor("legal")
        with self._restating(at, actor):
            self._advance(step, at, actor)
            self.contract |= values
        if step == ContractStep.PUT_IN_EFFECT:
            self._advance_version(VersionStep.EXECUTE, at, actor)

    def keep(self) -> None:
        """Hand over the rows as they now are."""
        self.ledger.keep(Contract, self.contract)
        if self.version is not None:
            self.ledger.keep(ContractVersion, self.version)
        for approval in self.approvals:
            self.ledger.keep(ContractApproval, approval)
        if self.round is not None:
            self.ledger.keep(ReviewRound, self.round)
        for step in self.steps:
            self.ledger.keep(ReviewStep, step)

    def _end_round(self, outcome: RoundStatus | None, at: datetime, actor: str) -> None:
        assert self.round is not None
        if outcome is None:
            message: Any = ReviewContinued(self.round["id"], self.id, self.round["decisions"])
            self._tell(message, "review_round", self.round["id"], at, actor)
            return
        self.round["status"] = next_round_status(self.round["status"], outcome)
        self.round["ended_at"] = at
        message = ReviewEnded(self.round["id"], self.id, self.round["sha256"], outcome.value)
        self._tell(message, "review_round", self.round["id"], at, actor)
        if outcome != RoundStatus.APPROVED:
            self._advance(ContractStep.RETURN, at, actor)
            return
        with self._restating(at, actor):
            self._advance(ContractStep.APPROVE, at, actor)
            approval = {
                "id": self._make_id("approval", at), "contract_id": self.id,
                "version_id": self.round["version_id"], "sha256": self.round["sha256"], "approved_at": at,
                "voided_at": None,
            }  # fmt: skip
            given = ApprovalGiven(self.id, approval["id"], approval["sha256"])
            self._tell(given, "contract_approval", approval["id"], at, actor)
            self.approvals.append(approval)

    def _advance(self, step: ContractStep, at: datetime, actor: str = "") -> None:
        self.contract["status"] = next_contract_status(self.contract["status"], step)
        self.contract["revision"] += 1
        message = ContractAdvanced(self.id, step.value, self.contract["status"].value)
        self._tell(message, "contract", self.id, at, actor or self.actor)

    def _advance_version(self, step: VersionStep, at: datetime, actor: str) -> None:
        assert self.version is not None
        self.version["status"] = next_version_status(self.version["status"], step)
        message = VersionAdvanced(
            self.id, self.version["id"], self.version["sha256"], self.version["status"].value
        )
        self._tell(message, "contract_version", self.version["id"], at, actor)

    def _move(self, step: dict[str, Any], move: StepMove, at: datetime, actor: str) -> None:
        step["status"] = next_step_status(step["status"], move)
        message = ReviewStepAdvanced(
            step["id"], step["round_id"], step["role"], step["status"].value, step["seen_sha256"] or ""
        )
        self._tell(message, "review_step", step["id"], at, actor)

    @contextmanager
    def _restating(self, at: datetime, actor: str) -> Iterator[None]:
        before = self._statement()
        yield
        self.ledger.state([before], [self._statement()], at, actor)

    def _statement(self) -> Any:
        counterparty = SimpleNamespace(
            name=self.asked.customer.name, kind=CounterpartyKind(self.asked.customer.kind)
        )
        seen: Any = SimpleNamespace(**self.contract, counterparty=counterparty)
        approvals: Any = [SimpleNamespace(**one) for one in self.approvals]
        return statement_of(seen, approvals)

    def _tell(self, message: Any, kind: str, row_id: UUID, at: datetime, actor: str) -> None:
        person_id = self.asked.owner.id if kind == "contract" else None
        self.ledger.tell(message, kind, row_id, at, actor, person_id)

    def _make_id(self, what: str, at: datetime) -> UUID:
        return self.company.make_id("contracts", what, self.asked.owner.employee_no, self.asked.key, at=at)
