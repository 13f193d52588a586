"""The demo company's compliance: like the real thing, true to the service's own rules, with something to do today."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.compliance.app import SERVICE
from services.compliance.attestations.models import Attestation, Campaign
from services.compliance.attestations.rules import AttestationStatus, CampaignStatus
from services.compliance.cases.models import Case
from services.compliance.cases.queries import CaseFilter, board, list_cases
from services.compliance.cases.rules import CaseStatus, days_left
from services.compliance.demo import load_demo
from services.compliance.demo.people import principal
from services.compliance.holds.models import Hold
from services.compliance.holds.queries import list_waiting
from services.compliance.holds.rules import HoldStatus, HoldStep, can_take
from services.compliance.policies.models import PolicyVersion
from services.compliance.policies.rules import VersionStatus
from services.compliance.sanctions.models import Sanction
from services.compliance.signatories.rules import Signatory
from shared.core.principals import Role
from shared.core.zones import end_of_day
from shared.demo import DemoCompany
from shared.directory.handlers import apply_snapshot
from shared.eventlog import FeedEvent, LocalFeed, export_log, load_or_create_key
from shared.eventlog.verify import verify
from tests.harness import Harness, assert_page


@pytest.fixture
def company(h: Harness) -> DemoCompany:
    """A company of 200 people, loaded, with its roster."""
    made = DemoCompany(200, now=h.clock.now())
    with h.write("compliance") as uow:
        for one in made.people:
            apply_snapshot(uow, one.snapshot)
    load_demo(h.suite.databases["compliance"], made)
    return made


def _log(h: Harness, kind: str | None = None) -> list[FeedEvent]:
    """Return the whole log, or its events of one type."""
    feed, found = LocalFeed(h.suite.databases["compliance"], "compliance"), list[FeedEvent]()
    while more := feed.read(len(found), 1_000):
        found += more
    return [one for one in found if kind is None or one.type == kind]


def _standing(h: Harness) -> dict[str, tuple[str, list]]:
    """Return what eligibility was told last of each reference: its kind, person and intervals."""
    last = {}
    for one in _log(h, "compliance.impediment.stated.v1"):
        message = one.message()
        last[message.reference] = (message.kind, message.person_id, message.intervals)
    return last


def _held_now(h: Harness, company: DemoCompany) -> set:
    return {
        person_id
        for _kind, person_id, intervals in _standing(h).values()
        for one in intervals
        if one.start <= company.now and (one.until is None or company.now < one.until)
    }


def test_the_story_of_cases_holds_and_forfeitures(h: Harness, company: DemoCompany) -> None:
    with h.read("compliance") as uow:
        statuses = dict(uow.session.execute(select(Case.status, func.count()).group_by(Case.status)).all())
        assert set(statuses) == set(CaseStatus)
        assert sum(statuses.values()) >= 12
        held = uow.session.scalars(select(Hold).where(Hold.status == HoldStatus.EFFECTIVE)).all()
        assert len(held) == 3
        assert len(uow.session.scalars(select(Sanction)).all()) == 2
        personas = {one.id for one in company.people if one.persona}
        assert not personas & {one.person_id for one in uow.session.scalars(select(Hold))}
        over = [
            days_left(one.status, one.status_since, company.now) for one in uow.session.scalars(select(Case))
        ]
        assert sum(left is not None and left < 0 for left in over) >= 2


def test_the_second_officer_has_a_hold_to_decide_today_and_the_first_cannot(
    h: Harness, company: DemoCompany
) -> None:
    zhou, wu = principal(company, "compliance"), principal(company, "compliance2")
    with h.read("compliance") as uow:
        ((hold, _case),) = list_waiting(uow.session, wu)
        assert can_take(hold.facts, HoldStep.APPROVE, Signatory.of(wu))
        assert not can_take(hold.facts, HoldStep.APPROVE, Signatory.of(zhou))
        assert len(list_cases(uow.session, wu, CaseFilter()).items) >= 12
        assert sum(column.total for column in board(uow.session, zhou)) >= 12


def test_one_campaign_is_closed_and_one_is_open_in_which_most_have_signed(
    h: Harness, company: DemoCompany
) -> None:
    with h.read("compliance") as uow:
        campaigns = {one.status: one for one in uow.session.scalars(select(Campaign))}
        assert set(campaigns) == {CampaignStatus.CLOSED, CampaignStatus.OPEN}
        asked = uow.session.scalars(
            select(Attestation).where(Attestation.campaign_id == campaigns[CampaignStatus.OPEN].id)
        ).all()
        signed = [one for one in asked if one.status is AttestationStatus.SIGNED]
        late = [one for one in asked if one.is_overdue(company.now)]
        assert len(signed) > 0.85 * len(asked)
        assert 1 <= len(late) <= 0.08 * len(asked)
        versions = uow.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number)).all()
        assert [one.status for one in versions] == [VersionStatus.SUPERSEDED, VersionStatus.PUBLISHED]


def test_nothing_here_holds_a_persona_of_sales_and_the_manager_signs_today(
    h: Harness, company: DemoCompany
) -> None:
    held = _held_now(h, company)
    assert len(held) >= 4
    for persona in ("rep", "rep2", "manager"):
        assert company.persona(persona).id not in held
    manager = principal(company, "manager")
    text = assert_page(h.client(principal=manager).get("/compliance/my"))
    assert "Read and sign" in text
    with h.read("compliance") as uow:
        waiting = uow.session.scalars(
            select(Attestation).where(
                Attestation.person_id == manager.person_id,
                Attestation.status == AttestationStatus.REQUESTED,
            )
        ).one()
        assert waiting.due_at == end_of_day(company.today)
        mine = uow.session.scalars(
            select(Attestation).where(Attestation.person_id == company.persona("rep").id)
        ).all()
        assert {one.status for one in mine} == {AttestationStatus.SIGNED}


def test_what_was_signed_is_what_the_rules_would_have_stated(h: Harness, company: DemoCompany) -> None:
    standing = _standing(h)
    with h.read("compliance") as uow:
        rows = uow.session.scalars(select(Attestation)).all()
        assert len(rows) > 200
        for row in rows:
            kind, person_id, intervals = standing[str(row.id)]
            assert (kind, person_id) == ("attestation_overdue", row.person_id)
            late = row.status is AttestationStatus.SIGNED and row.answered_at > row.due_at
            if row.status is AttestationStatus.SIGNED:
                expected = [(row.due_at, row.answered_at)] if late else []
                assert [(one.start, one.until) for one in intervals] == expected
            elif row.status is not AttestationStatus.SUPERSEDED:
                assert [(one.start, one.until) for one in intervals] == [(row.due_at, None)]


def test_everybody_is_covered_and_the_log_accounts_for_every_row(
    h: Harness, company: DemoCompany, tmp_path: Path
) -> None:
    covered = {one.person_id for one in _log(h, "compliance.coverage.stated.v1")}
    assert covered == {one.id for one in company.people}
    key = load_or_create_key(tmp_path / "keys", "compliance")
    target = tmp_path / "export.zip"
    export_log(
        h.suite.databases["compliance"], target, service="compliance", audited_models=SERVICE.audited, key=key
    )
    report = verify(str(target))
    assert (report.integrity, report.completeness) == ([], [])


def test_nothing_in_the_demo_happens_in_the_future(h: Harness, company: DemoCompany) -> None:
    demo = [one for one in _log(h) if not one.type.endswith(".shipped.v1")]
    late = [one for one in demo if one.recorded_at > company.now and one.actor != "system"]
    assert late == []


def test_the_pages_of_the_demo_are_whole_in_both_languages(h: Harness, company: DemoCompany) -> None:
    for locale in ("zh", "en"):
        client = h.client(principal=principal(company, "compliance2"), locale=locale)
        with h.read("compliance") as uow:
            campaigns = [one.id for one in uow.session.scalars(select(Campaign))]
        for path in ("cases", "cases/list", "holds", "campaigns", *(f"campaigns/{one}" for one in campaigns)):
            assert_page(client.get(f"/compliance/{path}"))
    assert h.client(Role.REP).get("/compliance/cases").status_code == 403
