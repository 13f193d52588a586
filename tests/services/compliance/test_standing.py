"""What eligibility is told, and when."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.compliance.attestations import commands
from services.compliance.attestations.models import Attestation
from services.compliance.attestations.rules import AttestationStatus
from services.compliance.cases.models import ComplianceOfficer
from services.compliance.cases.rules import CaseStep
from services.compliance.handlers import PEOPLE
from services.compliance.holds.rules import HoldStep
from services.compliance.policies.models import PolicyVersion
from services.compliance.sanctions import commands as sanctions
from services.compliance.sanctions.rules import SanctionStep
from shared.core.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from shared.core.ids import new_id
from shared.core.zones import end_of_day, local_date, start_of_day
from shared.directory import Audience
from shared.eventlog import FeedEvent
from shared.messages import encode, type_of
from shared.messages.people import AccountOpened, PersonHired, PersonLeft, PersonSnapshot
from tests.harness import Harness, make_snapshot
from tests.services.compliance.factories import World


def deliver(h: Harness, message: Any) -> None:
    """Let compliance take in an event of people's."""
    now = h.clock.now()
    event = FeedEvent(
        0, new_id(), "people", type_of(message), "person/x", None, "system", now, now, encode(message)
    )
    with h.write("compliance") as uow:
        PEOPLE[event.type](uow, event)


def hire(h: Harness, **overrides: Any) -> PersonSnapshot:
    """Let somebody be hired today."""
    snapshot = make_snapshot(**{"hired_on": local_date(h.clock.now()), **overrides})
    deliver(h, PersonHired(snapshot))
    return snapshot


def intervals(stated: FeedEvent) -> list[tuple[str, str | None]]:
    """Return what a statement says."""
    message = stated.message()
    return [(one.start, one.until) for one in message.intervals]


def test_a_default_is_known_ahead_from_the_moment_somebody_is_asked(h: Harness, world: World) -> None:
    campaign = world.campaign(days=14)
    (stated,) = world.stated()
    due_at = end_of_day(campaign.due_on)
    assert stated.person_id == world.rep.id
    assert intervals(stated) == [(due_at, None)]
    message = stated.message()
    asked = world.attestation(campaign)
    assert (message.kind, message.reference) == ("attestation_overdue", str(asked.id))
    assert message.cure_url == f"/compliance/attestations/{asked.id}"
    assert message.title_zh == "年度承诺"


def _sign(world: World, asked: Attestation, **overrides: Any) -> Attestation:
    values = {"printed_name": world.rep.name, "language": "zh", **overrides}
    with world.h.write("compliance") as uow:
        shown = commands.view_attestation(
            uow, world.rep_account, world.h.clock.now(), asked.id, values["language"]
        )
    values.setdefault("text_sha256", shown.shown_sha256)
    with world.h.write("compliance") as uow:
        return commands.sign_attestation(uow, world.rep_account, world.h.clock.now(), asked.id, **values)


def test_signing_in_time_takes_the_default_away_and_records_what_was_signed(h: Harness, world: World) -> None:
    campaign = world.campaign()
    signed = _sign(world, world.attestation(campaign))
    assert intervals(world.stated()[-1]) == []
    assert signed.status is AttestationStatus.SIGNED
    assert (signed.printed_name, signed.answered_at) == ("王磊", h.clock.now())
    assert signed.meaning == "read_and_will_follow"
    with h.read("compliance") as uow:
        assert signed.shown_sha256 == uow.session.get_one(PolicyVersion, campaign.policy_version_id).zh_sha256
    (event,) = h.events("compliance", "compliance.attestation.signed.v1")
    assert event.data == {"meaning": signed.meaning, "language": "zh", "text_sha256": signed.shown_sha256}
    assert event.person_id == world.rep.id


def test_signing_late_leaves_the_days_between(h: Harness, world: World) -> None:
    campaign = world.campaign(days=2)
    h.clock.advance(timedelta(days=6))
    _sign(world, world.attestation(campaign))
    assert intervals(world.stated()[-1]) == [(end_of_day(campaign.due_on), h.clock.now())]


def test_nobody_signs_for_anybody_else(h: Harness, world: World) -> None:
    asked = world.attestation(world.campaign())
    with h.write("compliance") as uow, pytest.raises(NotFound):
        commands.view_attestation(uow, world.wu, world.now, asked.id, "zh")
    with h.write("compliance") as uow, pytest.raises(NotFound):
        commands.sign_attestation(
            uow, world.wu, world.now, asked.id, printed_name="王磊", language="zh", text_sha256="0" * 64
        )


def test_what_was_not_put_on_screen_cannot_be_signed(h: Harness, world: World) -> None:
    asked = world.attestation(world.campaign())
    with h.write("compliance") as uow, pytest.raises(IllegalTransition):
        commands.sign_attestation(
            uow,
            world.rep_account,
            world.now,
            asked.id,
            printed_name="王磊",
            language="zh",
            text_sha256="0" * 64,
        )
    with pytest.raises(Conflict):
        _sign(world, asked, text_sha256="0" * 64)
    assert world.attestation_status(asked) is AttestationStatus.VIEWED


def test_declining_cures_nothing_and_being_asked_again_ends_the_first_default(
    h: Harness, world: World
) -> None:
    campaign = world.campaign(days=2)
    asked = world.attestation(campaign)
    with h.write("compliance") as uow:
        commands.view_attestation(uow, world.rep_account, world.now, asked.id, "en")
    with h.write("compliance") as uow:
        commands.decline_attestation(uow, world.rep_account, world.now, asked.id, "第六条不清楚 / unclear")
    assert len(world.stated()) == 1
    h.clock.advance(timedelta(days=5))
    now = h.clock.now()
    with h.write("compliance") as uow:
        again = commands.ask_again(uow, world.zhou, now, asked.id, local_date(now) + timedelta(days=3))
    assert again.round == 2
    old, new = world.stated()[-2:]
    assert intervals(old) == [(end_of_day(campaign.due_on), now)]
    assert intervals(new) == [(end_of_day(local_date(now) + timedelta(days=3)), None)]


def test_opening_asks_everybody_selected_that_day_once_and_states_it_for_each(
    h: Harness, world: World
) -> None:
    north = [h.person(region="north", employee_no=f"N{number}") for number in range(3)]
    h.person(region="north", employee_no="GONE", left_on=date(2026, 9, 1))
    campaign = world.campaign(audience=Audience(regions=("north",)))
    with h.read("compliance") as uow:
        asked = uow.session.scalars(select(Attestation.person_id)).all()
    assert sorted(asked) == sorted(one.id for one in north)
    assert len(world.stated()) == 3
    (opened,) = h.events("compliance", "compliance.campaign.opened.v1")
    assert opened.data["asked"] == 3
    with h.write("compliance") as uow, pytest.raises(IllegalTransition):
        commands.open_campaign(uow, world.zhou, world.now, campaign.id)


def test_a_campaign_puts_only_a_version_in_force_before_people(h: Harness, world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        world.campaign(policy_version_id=new_id())
    assert "policy_version_id" in refused.value.fields


def test_the_audience_is_frozen_but_for_joiners_who_have_their_own_days(h: Harness, world: World) -> None:
    world.campaign(joiner_days=10)
    h.clock.advance(timedelta(days=2))
    joiner = hire(h)
    hire(h, position="marketing")
    deliver(h, PersonHired(joiner))
    with h.read("compliance") as uow:
        (due_at,) = uow.session.scalars(
            select(Attestation.due_at).where(Attestation.person_id == joiner.person_id)
        ).all()
        assert uow.session.scalar(select(func.count()).select_from(Attestation)) == 2
    assert due_at == end_of_day(local_date(h.clock.now()) + timedelta(days=10))


def test_nobody_joins_a_closed_campaign_but_whoever_was_asked_still_signs(h: Harness, world: World) -> None:
    campaign = world.campaign()
    with h.write("compliance") as uow:
        commands.close_campaign(uow, world.zhou, world.now, campaign.id)
    (closed,) = h.events("compliance", "compliance.campaign.closed.v1")
    assert closed.data == {"signed": 0, "declined": 0, "outstanding": 1}
    hire(h)
    assert len(world.stated()) == 1
    assert _sign(world, world.attestation(campaign)).status is AttestationStatus.SIGNED


def test_a_leaver_is_not_asked_for_what_is_due_after_the_last_day(h: Harness, world: World) -> None:
    asked = world.attestation(world.campaign(days=14))
    snapshot = make_snapshot(
        person_id=world.rep.id, name="王磊", employee_no="LX000101", left_on=local_date(world.now)
    )
    deliver(h, PersonLeft(snapshot))
    assert world.attestation_status(asked) is AttestationStatus.SUPERSEDED
    assert intervals(world.stated()[-1]) == []


def test_what_a_leaver_owed_before_the_last_day_stands(h: Harness, world: World) -> None:
    asked = world.attestation(world.campaign(days=1))
    left_on = local_date(world.now) + timedelta(days=5)
    deliver(h, PersonLeft(make_snapshot(person_id=world.rep.id, employee_no="LX000101", left_on=left_on)))
    assert world.attestation_status(asked) is AttestationStatus.REQUESTED


def test_coverage_is_stated_once_from_the_first_day(h: Harness, world: World) -> None:
    snapshot = hire(h, hired_on=date(2026, 9, 1))
    deliver(h, PersonHired(snapshot))
    (stated,) = h.events("compliance", "compliance.coverage.stated.v1")
    assert stated.person_id == snapshot.person_id
    assert stated.message().since == start_of_day(date(2026, 9, 1))


def test_accounts_with_the_role_can_be_put_on_cases_and_others_cannot(h: Harness) -> None:
    officer, rep = new_id(), new_id()
    deliver(h, AccountOpened(officer, new_id(), ("compliance", "rep")))
    deliver(h, AccountOpened(rep, new_id(), ("rep",)))
    with h.read("compliance") as uow:
        assert uow.session.get(ComplianceOfficer, officer) is not None
        assert uow.session.get(ComplianceOfficer, rep) is None


def test_a_hold_is_stated_when_the_second_officer_approves_and_not_before(h: Harness, world: World) -> None:
    case = world.case()
    hold = world.hold(case)
    assert world.stated() == []
    world.decide(hold, HoldStep.APPROVE, world.wu)
    (stated,) = world.stated()
    assert intervals(stated) == [(start_of_day(local_date(world.now)), None)]
    world.decide(hold, HoldStep.PROPOSE_END, world.wu, "查清 / cleared")
    assert len(world.stated()) == 1
    h.clock.advance(timedelta(days=1))
    world.decide(hold, HoldStep.APPROVE_END, world.zhou)
    assert intervals(world.stated()[-1]) == [(start_of_day(local_date(world.now)), h.clock.now())]


@pytest.mark.parametrize("step", [HoldStep.REFUSE, HoldStep.WITHDRAW])
def test_a_hold_that_comes_to_nothing_is_never_stated(h: Harness, world: World, step: HoldStep) -> None:
    world.hold(world.case(), (step, world.wu if step is HoldStep.REFUSE else world.zhou))
    assert world.stated() == []


def test_a_forfeiture_is_stated_for_its_periods_when_the_second_officer_approves(
    h: Harness, world: World
) -> None:
    proposed = world.sanction(world.case(until=CaseStep.DECIDE), "2026-07", "2026-Q1")
    assert world.stated() == []
    with h.write("compliance") as uow:
        sanctions.decide_sanction(uow, world.wu, world.now, proposed.id, SanctionStep.APPROVE)
    (stated,) = world.stated()
    assert stated.message().kind == "conduct_forfeit"
    assert stated.message().reference == str(proposed.reference)
    assert intervals(stated) == [
        (start_of_day(date(2026, 1, 1)), start_of_day(date(2026, 4, 1))),
        (start_of_day(date(2026, 7, 1)), start_of_day(date(2026, 8, 1))),
    ]
