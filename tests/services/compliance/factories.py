"""What tests of compliance begin with: valid unless said otherwise."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.compliance.attestations import commands as attestations
from services.compliance.attestations.models import Attestation, Campaign
from services.compliance.attestations.rules import AttestationStatus
from services.compliance.cases import commands as cases
from services.compliance.cases.models import Case
from services.compliance.cases.rules import PLAIN_STEPS, CaseStep
from services.compliance.holds import commands as holds
from services.compliance.holds.models import Hold
from services.compliance.holds.rules import HoldStep
from services.compliance.policies import commands as policies
from services.compliance.policies.models import PolicyVersion
from services.compliance.sanctions import commands as sanctions
from services.compliance.sanctions.models import Sanction
from shared.core.ids import new_id
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from shared.core.zones import local_date
from shared.directory import Audience, DirectoryPerson
from shared.eventlog import FeedEvent
from tests.harness import Harness

SECRET = "匿名反映：季度末宴请与返点 / dinner and rebate at the end of the quarter"
TEXT = LocalizedText(
    zh="## 一、总则\n守法经营。\n\n- 不给\n- 不收",
    en="## 1. General\nObey the law.\n\n- Give nothing\n- Take nothing",
)


class World:
    """Three officers (`zhou`, `wu`, `lin`), a rep, and ways to make the rest."""

    def __init__(self, h: Harness) -> None:
        self.h = h
        self.now = h.clock.now()
        self.zhou, self.wu, self.lin = (self.officer(name) for name in ("周正", "吴岚", "林晓"))
        self.rep = h.person(name="王磊", employee_no="LX000101")
        self.rep_account = self.account(self.rep, Role.REP)

    def officer(self, name: str) -> Principal:
        """Return a compliance officer who is on the roster and may be put on cases."""
        person = self.h.person(name=name, position="commercial_operations", region="")
        found = self.account(person, Role.COMPLIANCE)
        assert found.account_id is not None
        with self.h.write("compliance") as uow:
            cases.record_officer(uow, found.account_id, person.id)
        return found

    def account(self, person: DirectoryPerson, *roles: Role) -> Principal:
        """Return an account of somebody on the roster."""
        return Principal(new_id(), person.name, frozenset(roles), person.id)

    def case(self, *subjects: UUID, until: CaseStep | None = None, **overrides: Any) -> Case:
        """Open a case of Zhou's, with Wu on it, and take it through the steps up to `until`."""
        values: dict[str, Any] = {
            "title": "季度末宴请", "description": SECRET, "category": "commercial_bribery", "region": "east",
            "reported_on": local_date(self.now), "officers": [self.wu.account_id],
            "subjects": subjects or [self.rep.id], **overrides,
        }  # fmt: skip
        with self.h.write("compliance") as uow:
            made = cases.open_case(uow, self.zhou, self.now, **values)
        for step in PLAIN_STEPS[: PLAIN_STEPS.index(until) + 1] if until else ():
            with self.h.write("compliance") as uow:
                made = cases.take_step(uow, self.zhou, self.now, made.id, step)
        return made

    def hold(self, case: Case, *steps: tuple[HoldStep, Principal], person_id: UUID | None = None) -> Hold:
        """Let Zhou propose a hold on the rep, then take the steps."""
        with self.h.write("compliance") as uow:
            made = holds.propose_hold(
                uow, self.zhou, self.now, case.id, person_id=person_id or self.rep.id,
                from_on=local_date(self.now), reason=SECRET,
            )  # fmt: skip
        for step, who in steps:
            with self.h.write("compliance") as uow:
                made = holds.decide_hold(uow, who, self.now, made.id, step, reason="因此 / therefore")
        return made

    def decide(self, hold: Hold, step: HoldStep, who: Principal, reason: str = "") -> Hold:
        """Let somebody take one step with a hold, now."""
        with self.h.write("compliance") as uow:
            return holds.decide_hold(uow, who, self.h.clock.now(), hold.id, step, reason)

    def attestation_status(self, one: Attestation) -> AttestationStatus:
        """Return where an attestation stands now."""
        with self.h.read("compliance") as uow:
            return uow.session.get_one(Attestation, one.id).status

    def sanction(self, case: Case, *periods: str) -> Sanction:
        """Let Zhou propose that the rep forfeits periods."""
        with self.h.write("compliance") as uow:
            return sanctions.propose_forfeiture(
                uow, self.zhou, self.now, case.id, person_id=self.rep.id, periods=periods or ["2026-Q3"],
                reason=SECRET,
            )  # fmt: skip

    def policy(self, text: LocalizedText = TEXT, code: str = "gifts") -> PolicyVersion:
        """Let Zhou write a policy, Wu approve it, and put it in force."""
        title = LocalizedText(zh="礼品与接待", en="Gifts and hospitality")
        with self.h.write("compliance") as uow:
            made = policies.create_policy(uow, self.zhou, self.now, code=code, title=title, text=text)
        for command, who in (
            (policies.submit_version, self.zhou),
            (policies.approve_version, self.wu),
            (policies.publish_version, self.zhou),
        ):
            with self.h.write("compliance") as uow:
                made = command(uow, who, self.now, made.id)
        return made

    def campaign(self, *, opened: bool = True, days: int = 14, **overrides: Any) -> Campaign:
        """Set up a campaign for a policy in force, due in `days`, and open it."""
        version_id = overrides.pop("policy_version_id", None) or self.policy().id
        with self.h.write("compliance") as uow:
            made = attestations.create_campaign(
                uow, self.zhou, self.now, title=LocalizedText(zh="年度承诺", en="Annual undertaking"),
                policy_version_id=version_id, audience=overrides.get("audience", Audience(positions=("rep",))),
                due_on=local_date(self.now + timedelta(days=days)), joiner_days=overrides.get("joiner_days", 10),
            )  # fmt: skip
        if opened:
            with self.h.write("compliance") as uow:
                attestations.open_campaign(uow, self.zhou, self.now, made.id)
        return made

    def attestation(self, campaign: Campaign, person: DirectoryPerson | None = None) -> Attestation:
        """Return what somebody (the rep) was asked last in a campaign."""
        wanted = (person or self.rep).id
        with self.h.read("compliance") as uow:
            found = uow.session.scalars(
                select(Attestation)
                .where(Attestation.campaign_id == campaign.id, Attestation.person_id == wanted)
                .order_by(Attestation.round.desc())
            ).first()
            assert found is not None
            uow.session.expunge_all()
            return found

    def stated(self) -> list[FeedEvent]:
        """Return what eligibility was told."""
        return self.h.events("compliance", "compliance.impediment.stated.v1")
