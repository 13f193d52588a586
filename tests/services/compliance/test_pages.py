"""Every page, in both languages, as those see it who may."""

import re
from datetime import timedelta

import pytest

from services.compliance.cases.rules import CaseStep
from services.compliance.holds.rules import HoldStep
from shared.core.principals import Role
from tests.harness import Harness, assert_page
from tests.services.compliance.factories import World


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_page_is_whole_for_an_officer_in_both_languages(h: Harness, world: World, locale: str) -> None:
    campaign = world.campaign()
    draft = world.campaign(opened=False, policy_version_id=campaign.policy_version_id)
    attestation = world.attestation(campaign)
    case = world.case(until=CaseStep.DECIDE)
    world.hold(case, (HoldStep.APPROVE, world.wu))
    world.sanction(case)
    with h.read("compliance") as uow:
        version_id = campaign.policy_version_id
        policy_id = uow.session.get_one(type(world.policy(code="other")), version_id).document_id
    client = h.client(principal=world.wu, locale=locale)
    rep = h.client(principal=world.rep_account, locale=locale)
    pages = (
        "handbook", "handbook?q=折扣", "my", "policies", "policies/new", f"policies/{policy_id}?language=en",
        f"policies/{policy_id}/versions/new", f"policies/versions/{version_id}", f"policies/versions/{version_id}/edit",
        "campaigns", "campaigns/new", f"campaigns/{campaign.id}", f"campaigns/{draft.id}",
        f"attestations/{attestation.id}/ask-again", "cases", "cases/list", "cases/list?q=zzz", "cases/new",
        f"cases/{case.id}", f"cases/{case.id}/holds", f"cases/{case.id}/sanctions", f"cases/{case.id}/close",
        f"cases/{case.id}/reopen", "holds",
    )  # fmt: skip
    for path in pages:
        text = assert_page(client.get(f"/compliance/{path}"))
        assert "None" not in re.sub(r"<[^>]*>", " ", text), path
    for path in ("my", "handbook", "policies", f"policies/{policy_id}", f"attestations/{attestation.id}"):
        assert_page(rep.get(f"/compliance/{path}"))


def test_the_handbook_says_what_one_may_do_before_what_one_may_not(h: Harness) -> None:
    text = assert_page(h.client(Role.REP).get("/compliance/handbook"), title="handbook")
    assert text.index("Give a discount that stands in the contract") < text.index("Pay kickbacks")


def test_the_handbook_finds_words_in_either_language_and_shows_nothing_else(h: Harness) -> None:
    text = assert_page(h.client(Role.REP).get("/compliance/handbook?q=统方"))
    assert "Data security" in text
    assert "Commercial bribery" not in text


def test_a_rep_reads_signs_with_their_full_name_and_sees_what_they_signed(h: Harness, world: World) -> None:
    attestation = world.attestation(world.campaign())
    url = f"/compliance/attestations/{attestation.id}"
    client = h.client(principal=world.rep_account)
    digest = re.search(r'name="text_sha256" value="(\w+)"', assert_page(client.get(url)))
    assert digest
    form = {"printed_name": "王 磊", "confirmed": "1", "language": "en", "text_sha256": digest[1]}
    wrong = client.submit(f"{url}/sign", {**form, "printed_name": "李薇"}, form_of=url)
    assert "Type your full name" in assert_page(wrong, status=422)
    unconfirmed = client.submit(f"{url}/sign", {**form, "confirmed": ""}, form_of=url)
    assert_page(unconfirmed, status=422)
    assert client.submit(f"{url}/sign", form, form_of=url).status_code == 303
    text = assert_page(client.get(url))
    assert "What you signed" in text
    assert "王 磊" in text


def test_an_overdue_attestation_says_that_incentive_is_held(h: Harness, world: World) -> None:
    world.campaign(days=3)
    h.clock.advance(timedelta(days=5))
    assert "incentive is held" in assert_page(h.client(principal=world.rep_account).get("/compliance/my"))


def test_an_officer_opens_a_case_proposes_a_hold_and_another_approves_it(h: Harness, world: World) -> None:
    zhou, wu = h.client(principal=world.zhou), h.client(principal=world.wu)
    made = zhou.submit(
        "/compliance/cases/new",
        {
            "title": "Dinner", "description": "x", "subjects": "LX000101", "category": "commercial_bribery",
            "region": "east", "reported_on": "2026-09-20", "officer": str(world.wu.account_id),
        },
    )  # fmt: skip
    assert made.status_code == 303, made.get_data(as_text=True)
    url = made.headers["Location"]
    proposed = zhou.submit(
        f"{url}/holds", {"person_id": str(world.rep.id), "from_on": "2026-09-21", "reason": "x"}
    )
    assert proposed.status_code == 303
    page = assert_page(zhou.get("/compliance/holds"))
    assert "Withdraw the proposal" in page
    assert "Approve the hold" not in page
    action = re.search(r'action="(/compliance/holds/[^"]+)"', assert_page(wu.get("/compliance/holds")))
    assert action
    assert wu.submit(action[1], {"step": "approve"}, form_of="/compliance/holds").status_code == 303
    assert "In effect" in assert_page(wu.get(f"{url}/holds"))


def test_a_case_form_says_beside_each_field_what_is_wrong_and_opens_nothing(h: Harness, world: World) -> None:
    form = {
        "title": "x", "description": "x", "subjects": "LX999999", "category": "", "region": "east",
        "reported_on": "2026-09-22",
    }  # fmt: skip
    zhou = h.client(principal=world.zhou)
    assert_page(zhou.submit("/compliance/cases/new", form), status=422)
    unknown = zhou.submit("/compliance/cases/new", {**form, "category": "privacy"})
    assert "LX999999" in assert_page(unknown, status=422)
    assert h.events("compliance", "compliance.case.opened.v1") == []


def test_a_campaign_shows_live_progress_by_region_and_who_is_late(h: Harness, world: World) -> None:
    h.person(name="Late", region="north", employee_no="T2")
    campaign = world.campaign(days=1)
    h.clock.advance(timedelta(days=3))
    client = h.client(principal=world.zhou)
    text = assert_page(client.get(f"/compliance/campaigns/{campaign.id}?show=overdue&region=north"))
    assert "North China" in text
    assert "Late" in text
    assert "王磊" not in text
    sheet = client.get(f"/compliance/campaigns/{campaign.id}.csv?show=overdue&region=north")
    assert sheet.get_data(as_text=True).count("\r\n") == 2


def test_downloads_hold_what_the_list_shows(h: Harness, world: World) -> None:
    world.case(title="=HYPERLINK()")
    world.case(title="other", category="privacy")
    client = h.client(principal=world.wu)
    sheet = client.get("/compliance/cases/list.csv?category=commercial_bribery").get_data(as_text=True)
    assert "'=HYPERLINK" in sheet
    assert "other" not in sheet
    assert client.get("/compliance/cases/list.xlsx").data[:2] == b"PK"
