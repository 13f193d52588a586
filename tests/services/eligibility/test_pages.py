"""Every page, in both languages: what a rep, a manager and payroll came for."""

import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from shared.core.principals import Role
from tests.harness import Harness, assert_page
from tests.services.eligibility.feeders import World
from tests.services.eligibility.test_runs import text_file, upload

LOCALES = pytest.mark.parametrize("locale", ["zh", "en"])


def submit_file(client: Any, data: bytes, **fields: Any) -> Any:
    """Upload a file through the page's form."""
    sent = FileStorage(io.BytesIO(data), filename="pay.csv")
    return client.submit("/eligibility/payouts/new", {"period": "2026-Q3", "file": sent, **fields})


@LOCALES
def test_my_standing_says_what_holds_me_since_when_and_where_it_is_cured(world: World, locale: str) -> None:
    person = world.person()
    # Since eleven days ago: the first day counts, so it is the twelfth.
    world.overdue(person.id, days=11)
    page = assert_page(
        world.h.client(Role.REP, person_id=person.id, locale=locale).get("/eligibility/me"),
        title={"zh": "我的资格", "en": "My standing"}[locale],
    )
    assert {"zh": "反商业贿赂年度培训", "en": "Annual anti-bribery training"}[locale] in page
    assert {"zh": "12 天", "en": "12 days"}[locale] in page
    assert 'href="/training/my/1"' in page
    assert {"zh": "暂缓", "en": "Held"}[locale] in page


@LOCALES
def test_my_standing_is_eligible_when_nothing_holds_it_and_says_what_is_coming(
    world: World, locale: str
) -> None:
    person = world.person()
    client = world.h.client(Role.REP, person_id=person.id, locale=locale)
    assert {"zh": "资格良好", "en": "In good standing"}[locale] in assert_page(client.get("/eligibility/me"))
    world.overdue(person.id, days=-3)
    page = assert_page(client.get("/eligibility/me"))
    assert {"zh": "资格良好", "en": "In good standing"}[locale] in page
    assert {"zh": "反商业贿赂年度培训", "en": "Annual anti-bribery training"}[locale] in page


@LOCALES
def test_an_account_without_a_person_is_told_what_to_do(h: Harness, locale: str) -> None:
    assert_page(h.client(Role.PAYROLL, locale=locale).get("/eligibility/me"))


@LOCALES
def test_a_manager_sees_their_people_by_requirement(world: World, locale: str) -> None:
    manager = world.person(position="supervisor")
    late, soon, good = (world.person(name=name, manager_id=manager.id) for name in ("迟到", "将迟", "良好"))
    stranger = world.person(name="外人")
    world.overdue(late.id)
    world.overdue(soon.id, days=-3)
    client = world.h.client(Role.MANAGER, person_id=manager.id, locale=locale)
    page = assert_page(client.get("/eligibility/team"))
    places = [page.index(one.name) for one in (late, soon, good)]
    assert places == sorted(places), "those held come first, then those about to be"
    assert stranger.name not in page
    assert manager.name not in page.split("<main", 1)[1]
    narrowed = assert_page(client.get("/eligibility/team?state=notice")).split("<main", 1)[1]
    assert soon.name in narrowed
    assert late.name not in narrowed
    assert_page(client.get(f"/eligibility/people/{late.id}"), title=late.name)
    assert client.get(f"/eligibility/people/{stranger.id}").status_code == 404


@LOCALES
def test_the_policy_is_read_as_sentences(h: Harness, locale: str) -> None:
    page = assert_page(h.client(Role.REP, locale=locale).get("/eligibility/policy"))
    assert {
        "zh": "如果培训在截止时刻报告“培训逾期”",
        "en": "If Training reports “Training overdue” at the cutoff",
    }[locale] in page


@LOCALES
def test_payroll_uploads_looks_approves_exports_and_settles(world: World, locale: str) -> None:
    h = world.h
    world.person(employee_no="A", name="王磊")
    world.overdue(world.person(employee_no="B", name="李薇").id)
    one, two = h.client(Role.PAYROLL, locale=locale), h.client(Role.PAYROLL, locale=locale)
    assert_page(one.get("/eligibility/payouts"))
    assert_page(one.get("/eligibility/payouts/new"))
    sent = submit_file(one, text_file(("A", "王磊", 50), ("B", "李薇", 70)))
    assert sent.status_code == 303
    run = sent.headers["Location"]
    page = assert_page(one.get(run))
    assert "50.00" in page
    assert "70.00" in page
    assert f'action="{run}/approve"' not in page, "whoever uploaded it is not offered to approve it"
    assert one.submit(f"{run}/approve", form_of=run).status_code == 403
    assert "DRAFT" in one.get(f"{run}/file").headers["Content-Disposition"]
    for step, client in (("approve", two), ("export", one), ("settle", one)):
        assert f'action="{run}/{step}"' in assert_page(client.get(run))
        assert client.submit(f"{run}/{step}", form_of=run).status_code == 303
    final = one.get(f"{run}/file?only=releasable")
    assert "DRAFT" not in final.headers["Content-Disposition"]
    assert "王磊" in final.data.decode("utf-8-sig")
    assert "李薇" not in final.data.decode("utf-8-sig")
    assert one.submit(f"{run}/settle", form_of="/eligibility/payouts/new").status_code == 409
    assert_page(one.get("/eligibility/payouts"))


@LOCALES
def test_an_upload_with_bad_rows_lists_them_and_keeps_the_form(world: World, locale: str) -> None:
    client = world.h.client(Role.PAYROLL, locale=locale)
    page = assert_page(submit_file(client, text_file(("NOBODY", "", 5))), status=422)
    assert "NOBODY" in page
    assert 'value="2026-Q3"' in page
    assert_page(submit_file(client, b"", period="2026-Q3"), status=422)
    assert_page(submit_file(client, text_file(("A", "", 5)), period="2026-Q9"), status=422)
    assert_page(submit_file(client, text_file(("A", "", 5)), cutoff="2026-01-01"), status=422)
    assert_page(client.submit("/eligibility/payouts/new", {"period": "2026-Q3"}), status=422)
    assert world.h.events("eligibility", "eligibility.payout_run.uploaded.v1") == []


@LOCALES
def test_the_same_file_again_leads_to_its_run(world: World, locale: str) -> None:
    world.person(employee_no="A")
    client = world.h.client(Role.PAYROLL, locale=locale)
    data = text_file(("A", "", 5))
    first, again = submit_file(client, data), submit_file(client, data)
    assert first.headers["Location"] == again.headers["Location"]


def test_the_sample_file_is_taken_in_as_it_is(world: World) -> None:
    world.person(employee_no="A")
    world.person(employee_no="C", position="commercial_operations")
    for locale in ("zh", "en"):
        client = world.h.client(Role.PAYROLL, locale=locale)
        sample = client.get("/eligibility/payouts/sample.csv")
        assert submit_file(client, sample.data).status_code == 303
        assert sample.data.decode("utf-8-sig").count("\n") == 2


@LOCALES
def test_a_line_shows_codes_to_payroll_and_facts_to_audit_who_decides_it_again(
    world: World, locale: str
) -> None:
    person = world.person(employee_no="A")
    world.overdue(person.id, reference="REF-1")
    run = upload(world, text_file(("A", "", 5)))
    line = world.h.api(Role.PAYROLL).get(f"/eligibility/v1/payout-runs/{run.id}/lines").get_json()["items"][0]
    url = f"/eligibility/payouts/{run.id}/lines/{line['decision_id']}"
    page = assert_page(world.h.client(Role.PAYROLL, locale=locale).get(url))
    assert "TRAINING_OVERDUE" in page
    assert "REF-1" not in page
    page = assert_page(world.h.client(Role.AUDITOR, locale=locale).get(url))
    assert "REF-1" in page
    assert {"zh": "得出同样的判定", "en": "The same decision comes out"}[locale] in page


def test_no_page_of_a_run_in_chinese_has_english_left(world: World) -> None:
    world.overdue(world.person(employee_no="A", name="李薇").id)
    run = upload(world, text_file(("A", "李薇", 5), headers=("工号", "姓名", "金额")))
    client = world.h.client(Role.PAYROLL, locale="zh")
    text = client.get(f"/eligibility/payouts/{run.id}").get_data(as_text=True).split("<main", 1)[1]
    for word in ("Lines", "Outcome", "Approve", "Digest", "Gated"):
        assert word not in text
