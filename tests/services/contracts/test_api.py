"""The JSON API: the way of a contract and of a receivable, what is refused how, and who sees what."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from shared.core.principals import Principal, Role
from tests.harness import Api
from tests.services.contracts.factories import CREDIT_CODES, World

PROBLEM = "application/problem+json"
V1 = "/contracts/v1"


def _api(world: World, principal: Principal) -> Api:
    return world.harness.api(principal=principal)


def _new(world: World, **values: Any) -> dict[str, Any]:
    return {
        "title": "骨科耗材采购合同", "type": "sales", "counterparty_id": str(world.hospital_id),
        "amount_minor": 150_000_000, "currency": "CNY", **values,
    }  # fmt: skip


def test_a_contract_goes_its_way_over_http(world: World) -> None:
    rep, legal, finance = (_api(world, one) for one in (world.rep, world.legal, world.finance))
    made = rep.post(f"{V1}/contracts/", json=_new(world, effective_on=world.today.isoformat()))
    assert made.status_code == 201
    place = made.headers["Location"]
    assert rep.get(place).get_json()["counterparty_id"] == str(world.hospital_id)
    version = rep.post(f"{place}/versions", json={"text": "第一条 标的。", "file_name": "合同"})
    assert (version.status_code, version.get_json()["file_name"]) == (201, "合同.txt")
    assert rep.get(version.headers["Location"]).data.decode() == "第一条 标的。"
    assert rep.post(f"{place}/submit").status_code == 201
    for reviewer in (legal, finance):
        (step,) = reviewer.get(f"{V1}/reviews/").get_json()["items"]
        decision = {"decision": "approve", "sha256": version.get_json()["sha256"]}
        decided = reviewer.post(f"{V1}/reviews/{step['id']}/decision", json=decision)
        assert (decided.status_code, decided.get_json()["status"]) == (200, "approved")
    for step_name, status in (("start_signing", "in_signature"), ("put_in_effect", "in_effect")):
        taken = legal.post(f"{place}/steps", json={"step": step_name})
        assert taken.get_json()["status"] == status
    (round_,) = rep.get(f"{place}/reviews").get_json()
    assert [one["status"] for one in round_["steps"]] == ["approved", "approved"]
    assert world.statements()[-1].intervals[0].until == world.now


def test_a_receivable_goes_its_way_over_http(world: World) -> None:
    finance, contract_id = _api(world, world.finance), world.contract()
    values = {
        "contract_id": str(contract_id), "invoice_no": "FP-1", "amount_minor": 1_000_00, "currency": "CNY",
        "due_on": (world.today - timedelta(days=70)).isoformat(),
    }  # fmt: skip
    made = finance.post(f"{V1}/receivables/", json=values)
    assert made.status_code == 201
    place = made.headers["Location"]
    handed = finance.post(f"{place}/handovers", json={"person_id": str(world.other_person.id)})
    assert handed.get_json()["owner_id"] == str(world.other_person.id)
    receipt = {
        "amount_minor": 1_000_00,
        "currency": "CNY",
        "received_on": world.today.isoformat(),
        "reference": "B1",
    }
    assert finance.post(f"{place}/receipts", json=receipt).status_code == 201
    detail = finance.get(place).get_json()
    assert (detail["settlement"], detail["settled_on"]) == ("paid", world.today.isoformat())
    assert [one["person_id"] for one in detail["ownerships"]] == [
        str(world.rep_person.id),
        str(world.other_person.id),
    ]
    again = finance.post(f"{place}/receipts", json=receipt)
    assert (again.status_code, again.content_type) == (409, PROBLEM)
    assert list(again.get_json()["errors"]) == ["reference"]


def test_the_same_post_with_the_same_idempotency_key_takes_effect_once(world: World) -> None:
    finance, place = _api(world, world.finance), f"{V1}/receivables/{world.receivable()}/receipts"
    receipt = {
        "amount_minor": 100,
        "currency": "CNY",
        "received_on": world.today.isoformat(),
        "reference": "B1",
    }
    answers = [finance.post(place, json=receipt, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].get_json()["id"] == answers[1].get_json()["id"]


def test_ageing_over_http_adds_up(world: World) -> None:
    for days in (10, -10, -70, -130):
        world.receivable(due_in=days)
    for by in ("owner", "customer"):
        found = _api(world, world.finance).get(f"{V1}/ageing?by={by}").get_json()
        assert found["total"]["total"] == sum(found["total"]["buckets"].values()) == 40_000_000
        assert found["total"]["past_due"] == 30_000_000
        assert [row["total"] for row in found["rows"]] == [40_000_000]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ({"text": "甲", "content_base64": "5"}, "not both"),
        ({}, "not both"),
        ({"content_base64": "kein base64!"}, "not in base64"),
        ({"content_base64": base64.b64encode(b"MZ\x90\x00").decode()}, "Only Word"),
    ],
    ids=["both", "neither", "not base64", "a program"],
)
def test_what_is_no_contract_text_is_a_conflict_that_says_why(
    world: World, content: dict[str, str], detail: str
) -> None:
    place = f"{V1}/contracts/{world.contract()}/versions"
    answer = _api(world, world.rep).post(place, json=content, headers={"Accept-Language": "en"})
    assert answer.status_code == 409
    assert detail in answer.get_json()["detail"]


def test_a_number_or_credit_code_that_is_taken_is_a_conflict_at_its_field(world: World) -> None:
    rep = _api(world, world.rep)
    number = world.get_contract(world.contract()).number
    taken = rep.post(f"{V1}/contracts/", json=_new(world, number=number))
    assert (taken.status_code, list(taken.get_json()["errors"])) == (409, ["number"])
    counterparty = {
        "kind": "distributor", "name": {"zh": "康达医疗", "en": ""}, "region": "east", "credit_code": CREDIT_CODES[40],
    }  # fmt: skip
    assert rep.post(f"{V1}/counterparties/", json=counterparty).status_code == 201
    again = rep.post(f"{V1}/counterparties/", json=counterparty)
    assert (again.status_code, list(again.get_json()["errors"])) == (409, ["credit_code"])


def test_lists_are_paged_by_cursor_without_repeating_or_leaving_out(world: World) -> None:
    wanted = {str(world.contract()) for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = _api(world, world.rep).get(f"{V1}/contracts/?limit=2{cursor}").get_json()
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == 5
    assert set(seen) == wanted


@pytest.mark.parametrize("sort", ["due_on", "-due_on", "amount", "-amount"])
def test_receivables_are_sorted_across_pages(world: World, sort: str) -> None:
    for days, amount in ((3, 5), (1, 9), (2, 5), (-4, 1)):
        world.receivable(due_in=days, amount_minor=amount)
    finance, field = _api(world, world.finance), {"amount": "amount_minor"}.get(sort.lstrip("-"), "due_on")
    found, cursor = [], ""
    while True:
        page = finance.get(f"{V1}/receivables/?limit=1&sort={sort}{cursor}").get_json()
        found += [one[field] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(found) == 4
    assert found == sorted(found, reverse=sort.startswith("-"))


SEES = {
    "rep": {"contracts": {"mine"}, "receivables": {"mine"}},
    "other": {"contracts": {"theirs"}, "receivables": {"theirs"}},
    "manager": {"contracts": {"mine"}, "receivables": {"mine"}},
    "legal": {"contracts": {"mine", "theirs"}, "receivables": {"mine", "theirs"}},
    "finance": {"contracts": {"mine", "theirs"}, "receivables": {"mine", "theirs"}},
    "auditor": {"contracts": {"mine", "theirs"}, "receivables": {"mine", "theirs"}},
    "compliance": {"contracts": {"mine", "theirs"}, "receivables": None},
    "payroll": {"contracts": None, "receivables": None},
    "trainer": {"contracts": None, "receivables": None},
    "hr": {"contracts": None, "receivables": None},
    "administrator": {"contracts": None, "receivables": None},
}


@pytest.mark.parametrize("who", SEES)
def test_everybody_sees_exactly_what_is_theirs_to_see(world: World, who: str) -> None:
    ids: dict[str, dict[str, UUID]] = {"contracts": {}, "receivables": {}}
    for name, owner in (("mine", world.rep), ("theirs", world.other)):
        ids["contracts"][name] = world.contract(owner)
        ids["receivables"][name] = world.receivable(contract_id=ids["contracts"][name])
    principal = getattr(world, who, None) or world.harness.principal(Role(who))
    api = _api(world, principal)
    for kind, visible in SEES[who].items():
        listed = api.get(f"{V1}/{kind}/")
        if visible is None:
            assert listed.status_code == 403
            continue
        assert {one["id"] for one in listed.get_json()["items"]} == {str(ids[kind][name]) for name in visible}
        for name, thing_id in ids[kind].items():
            assert api.get(f"{V1}/{kind}/{thing_id}").status_code == (200 if name in visible else 404)


def test_who_sees_a_contract_by_role_still_may_not_change_it(world: World) -> None:
    both = world.harness.principal(Role.REP, Role.FINANCE, person_id=world.other_person.id)
    place = f"{V1}/contracts/{world.contract()}"
    assert _api(world, both).get(place).status_code == 200
    assert _api(world, both).post(f"{place}/versions", json={"text": "改"}).status_code == 403
    assert _api(world, world.other).post(f"{place}/versions", json={"text": "改"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/contracts/",
        "/contracts/reviews",
        "/contracts/receivables?by=invoice",
        "/contracts/receivables?by=owner",
    ],
)
def test_a_list_page_asks_as_many_questions_for_ten_rows_as_for_one(world: World, path: str) -> None:
    def make() -> None:
        contract_id, _ = world.in_review()
        world.receivable(contract_id=contract_id)

    browser = world.harness.client(principal=world.legal)
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make()
        asked: list[str] = []
        engine = world.harness.suite.databases["contracts"].engine

        def note(conn: Any, cursor: Any, statement: str, *rest: Any, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        assert browser.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 10
