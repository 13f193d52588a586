"""Policies: two people, both languages, known by their hashes; and the catalogue over HTTP."""

import pytest

from services.compliance.policies import commands
from services.compliance.policies.rules import VersionStatus
from shared.core.errors import Conflict, DomainError, Forbidden, IllegalTransition, NotFound
from shared.core.principals import Principal, Role
from shared.core.text import LocalizedText
from tests.harness import Harness
from tests.services.compliance.factories import TEXT, World
from tests.services.compliance.test_cases import everything

NEXT = LocalizedText(zh="## 一\n新文本", en="## 1\nA new text")


def test_a_policy_in_force_was_approved_by_somebody_other_than_its_author(h: Harness, world: World) -> None:
    with h.write("compliance") as uow:
        made = commands.create_policy(
            uow, world.zhou, world.now, code="x", title=LocalizedText(zh="甲", en="A"), text=TEXT
        )
    with h.write("compliance") as uow:
        commands.submit_version(uow, world.zhou, world.now, made.id)
    second_account = Principal(world.lin.account_id, "周正", frozenset({Role.LEGAL}), world.zhou.person_id)
    for author in (world.zhou, second_account):
        with h.write("compliance") as uow, pytest.raises(Forbidden):
            commands.approve_version(uow, author, world.now, made.id)
    with h.write("compliance") as uow:
        approved = commands.approve_version(uow, world.wu, world.now, made.id)
    assert approved.status is VersionStatus.APPROVED
    assert approved.approved_by == world.wu.account_id


def test_a_step_out_of_order_or_taken_twice_is_refused_and_changes_nothing(h: Harness, world: World) -> None:
    version = world.policy()
    before = everything(h)
    for command in (
        commands.submit_version, commands.return_version, commands.approve_version, commands.publish_version,
    ):  # fmt: skip
        with h.write("compliance") as uow, pytest.raises(IllegalTransition):
            command(uow, world.wu, world.now, version.id)
    with h.write("compliance") as uow, pytest.raises(IllegalTransition):
        commands.edit_version(uow, world.zhou, world.now, version.id, NEXT, "")
    assert everything(h) == before


def test_publishing_the_next_version_supersedes_the_one_before(h: Harness, world: World) -> None:
    first = world.policy()
    with h.write("compliance") as uow:
        second = commands.draft_version(uow, world.zhou, world.now, first.document_id, NEXT, "新增第二条")
    with h.write("compliance") as uow, pytest.raises(Conflict):
        commands.draft_version(uow, world.zhou, world.now, first.document_id, NEXT, "")
    for command, who in (
        (commands.submit_version, world.zhou), (commands.return_version, world.wu),
        (commands.submit_version, world.zhou),
        (commands.approve_version, world.wu), (commands.publish_version, world.zhou),
    ):  # fmt: skip
        with h.write("compliance") as uow:
            command(uow, who, world.now, second.id)
    with h.read("compliance") as uow:
        assert uow.session.get_one(type(first), first.id).status is VersionStatus.SUPERSEDED
    shown = h.api(Role.REP).get(f"/compliance/v1/policies/{first.document_id}").json
    assert (shown["number"], shown["zh"]) == (2, NEXT.zh)
    types = [one.type.split(".")[2] for one in h.events("compliance") if "policy_version" in one.type]
    assert types[-2:] == ["superseded", "published"]


def test_what_is_not_in_force_does_not_exist_for_a_rep_and_does_for_legal(h: Harness, world: World) -> None:
    with h.write("compliance") as uow:
        draft = commands.create_policy(
            uow, world.zhou, world.now, code="x", title=LocalizedText(zh="甲", en="A"), text=TEXT
        )
    rep, legal = h.client(Role.REP), h.client(Role.LEGAL)
    for path in (f"policies/versions/{draft.id}", f"policies/{draft.document_id}"):
        assert rep.get(f"/compliance/{path}").status_code == 404
        assert legal.get(f"/compliance/{path}").status_code == 200
    assert h.api(Role.REP).get(f"/compliance/v1/policies/{draft.document_id}").status_code == 404
    assert h.api(Role.REP).get("/compliance/v1/policies").json["items"] == []


def test_a_policy_is_written_reviewed_and_published_from_the_pages(h: Harness, world: World) -> None:
    zhou, wu = h.client(principal=world.zhou), h.client(principal=world.wu)
    form = {"code": "travel", "title_zh": "差旅", "title_en": "Travel", "zh": "简朴。", "en": "Modest."}
    wrong = zhou.submit("/compliance/policies/new", {**form, "code": "Travel!", "en": ""})
    assert wrong.status_code == 422
    url = zhou.submit("/compliance/policies/new", form).headers["Location"]
    assert zhou.submit(f"{url}/edit", {"zh": "很简朴。", "en": "Very modest."}).status_code == 303
    assert zhou.submit(f"{url}/writing", {"step": "submit"}, form_of=url).status_code == 303
    assert zhou.submit(f"{url}/review", {"step": "approve"}, form_of=url).status_code == 403
    assert wu.submit(f"{url}/review", {"step": "approve"}, form_of=url).status_code == 303
    assert zhou.submit(f"{url}/writing", {"step": "publish"}, form_of=url).status_code == 303
    assert "Very modest." in h.client(Role.REP).get(url).get_data(as_text=True)


def test_a_code_is_taken_once(h: Harness, world: World) -> None:
    world.policy(code="once")
    with pytest.raises(DomainError):
        world.policy(code="once")


def test_a_version_that_does_not_exist_is_not_found(h: Harness, world: World) -> None:
    with h.write("compliance") as uow, pytest.raises(NotFound):
        commands.submit_version(uow, world.zhou, world.now, world.rep.id)


def test_the_catalogue_over_http_says_what_one_may_and_may_not_do(h: Harness) -> None:
    found = h.api(Role.REP).get("/compliance/v1/catalogue?q=patient").json["items"]
    assert "privacy" in [one["code"] for one in found]
    assert all(one["may"] and one["may_not"] and one["basis"]["zh"] for one in found)


def test_a_rep_signs_over_http_what_they_were_shown(h: Harness, world: World) -> None:
    asked = world.attestation(world.campaign())
    api = h.api(principal=world.rep_account)
    url = f"/compliance/v1/attestations/{asked.id}"
    assert [one["status"] for one in api.get("/compliance/v1/attestations").json["items"]] == ["requested"]
    shown = api.post(f"{url}/views", json={"language": "en"}).json
    assert shown["text"] == TEXT.en
    body = {
        "printed_name": "王磊", "language": "en", "text_sha256": shown["text_sha256"],
        "meaning": "read_and_will_follow",
    }  # fmt: skip
    assert api.post(f"{url}/signature", json={**body, "meaning": "whatever"}).status_code == 422
    signed = api.post(f"{url}/signature", json=body).json
    assert (signed["status"], signed["printed_name"]) == ("signed", "王磊")
    assert api.post(f"{url}/signature", json=body).status_code == 409
    assert api.post(f"{url}/refusal", json={"reason": "x"}).status_code == 409
    other = h.api(principal=world.wu)
    assert other.get(url).status_code == 404
    assert other.post(f"{url}/views", json={"language": "zh"}).status_code == 404
