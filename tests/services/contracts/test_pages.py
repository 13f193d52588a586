"""Every page of the service in both languages, and what people do on them."""

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest

from services.contracts.agreements.rules import ContractStatus
from shared.core.principals import Principal
from tests.harness import Browser, assert_page
from tests.services.contracts.factories import CREDIT_CODES, World

LOCALES = pytest.mark.parametrize("locale", ["zh", "en"])


def _browser(world: World, principal: Principal, locale: str = "en") -> Browser:
    return world.harness.client(principal=principal, locale=locale)


def _fill(world: World) -> dict[str, UUID]:
    """Put one of everything into the database."""
    held, _ = world.in_review(effective_on=world.today - timedelta(days=4), amount_minor=200_000_000)
    approved, _ = world.approved()
    receivable = world.receivable(due_in=-75, contract_id=approved)
    world.receivable(due_in=0)
    return {
        "held": held,
        "approved": approved,
        "draft": world.contract(),
        "receivable": receivable,
        "step": world.step(held).id,
    }


@LOCALES
def test_every_page_is_whole_in_both_languages_full_and_empty(world: World, locale: str) -> None:
    def check(principal: Principal, paths: list[str]) -> None:
        browser = _browser(world, principal, locale)
        for path in paths:
            assert_page(browser.get(path))

    lists = ["/contracts/", "/contracts/reviews", "/contracts/receivables", "/contracts/counterparties"]
    check(world.legal, lists)
    ids = _fill(world)
    check(world.legal, [*lists, f"/contracts/reviews/{ids['step']}", f"/contracts/{ids['held']}"])
    check(world.legal, [f"/contracts/{ids['approved']}"])
    check(world.rep, [f"/contracts/{ids['draft']}", f"/contracts/new?counterparty_id={world.hospital_id}"])
    check(world.manager, ["/contracts/counterparties/new", "/contracts/?status=in_review&search=关节"])
    check(world.finance, ["/contracts/receivables/new", f"/contracts/receivables/{ids['receivable']}"])
    check(world.finance, [f"/contracts/receivables?by={by}" for by in ("owner", "customer", "invoice")])
    check(world.finance, ["/contracts/receivables?by=nonsense&bucket=x&cursor=&status=overdue"])


def test_the_pages_speak_the_language_of_their_reader(world: World) -> None:
    _fill(world)
    in_chinese = assert_page(_browser(world, world.legal, "zh").get("/contracts/reviews"), title="待我评审")
    assert "影响激励" in in_chinese
    assert "上海市第一人民医院" in in_chinese
    in_english = assert_page(_browser(world, world.legal).get("/contracts/reviews"), title="To review")
    assert "Holds pay" in in_english
    assert "Shanghai First People&#39;s Hospital" in in_english


def test_a_rep_asks_for_a_contract_puts_in_its_text_and_submits_it(world: World) -> None:
    browser = _browser(world, world.rep)
    form = f"/contracts/new?counterparty_id={world.hospital_id}"
    fields = {
        "counterparty_id": world.hospital_id, "title": "骨科耗材采购合同", "type": "sales", "amount": "1,234.50",
        "currency": "CNY", "product_lines": "consumables",
    }  # fmt: skip
    made = browser.submit("/contracts/new", fields, form_of=form)
    assert made.status_code == 303
    page = made.headers["Location"]
    text = {"file": (io.BytesIO("第一条 标的。".encode()), "合同.txt"), "text": ""}
    assert browser.submit(f"{page}/versions", text, form_of=page).status_code == 303
    assert browser.submit(f"{page}/submit", form_of=page).status_code == 303
    shown = assert_page(browser.get(page), title="骨科耗材采购合同")
    assert "In review" in shown
    assert "Take back from review" in shown
    contract = world.get_contract(UUID(page.rsplit("/", 1)[1]))
    assert (contract.amount_minor, contract.product_lines) == (123_450, ["consumables"])


def test_a_form_that_cannot_be_kept_is_shown_again_with_its_errors_and_values(world: World) -> None:
    browser = _browser(world, world.rep)
    form = f"/contracts/new?counterparty_id={world.hospital_id}"
    fields = {"counterparty_id": world.hospital_id, "title": "骨科耗材", "type": "sales", "amount": "很多"}
    shown = assert_page(browser.submit("/contracts/new", fields, form_of=form), status=422)
    assert "is not an amount" in shown
    assert "骨科耗材" in shown
    empty = assert_page(
        browser.submit("/contracts/new", {"counterparty_id": world.hospital_id}, form_of=form), status=422
    )
    assert "There are 3 problems" in empty


def test_a_counterparty_with_a_mistyped_code_is_refused_beside_its_field(world: World) -> None:
    browser = _browser(world, world.rep)
    code = CREDIT_CODES[50]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    fields = {"name_zh": "杭州市中心医院", "kind": "public_hospital", "region": "east", "credit_code": wrong}
    shown = assert_page(browser.submit("/contracts/counterparties/new", fields), status=422)
    assert "one of them is mistyped" in shown
    assert browser.submit("/contracts/counterparties/new", {**fields, "credit_code": code}).status_code == 303
    again = assert_page(
        browser.submit("/contracts/counterparties/new", {**fields, "credit_code": code}), status=422
    )
    assert "Registered already" in again


def test_legal_approves_on_the_page_and_the_contract_goes_on_to_signature(world: World) -> None:
    contract_id, _ = world.in_review(effective_on=world.today - timedelta(days=4))
    browser = _browser(world, world.legal)
    queue = assert_page(browser.get("/contracts/reviews"))
    page = f"/contracts/reviews/{world.step(contract_id).id}"
    assert page in queue
    shown = assert_page(browser.get(page))
    assert "第一条 标的。" in shown
    assert "it holds the incentive of its owner" in shown
    sha256 = shown.split('name="sha256" value="')[1][:64]
    assert browser.submit(page, {"decision": "approve", "sha256": sha256}).status_code == 303
    contract = f"/contracts/{contract_id}"
    for step in ("start_signing", "put_in_effect"):
        fields = {"step": step, "signed_on": world.today.isoformat()}
        assert browser.submit(f"{contract}/steps", fields, form_of=contract).status_code == 303
    assert world.get_contract(contract_id).status == ContractStatus.IN_EFFECT
    assert "holds the incentive" not in assert_page(browser.get(contract))


def test_a_return_needs_a_reason_and_the_owner_reads_it(world: World) -> None:
    contract_id, sha256 = world.in_review()
    browser, page = _browser(world, world.legal), f"/contracts/reviews/{world.step(contract_id).id}"
    shown = assert_page(browser.submit(page, {"decision": "return", "sha256": sha256}), status=422)
    assert "A text is returned with a reason" in shown
    assert "To be decided" in shown
    fields = {"decision": "return", "sha256": sha256, "reason": "缺少审计条款"}
    assert browser.submit(page, fields).status_code == 303
    assert "缺少审计条款" in assert_page(_browser(world, world.rep).get(f"/contracts/{contract_id}"))


def test_what_the_rules_refuse_on_the_contracts_page_is_said_there(world: World) -> None:
    contract_id = world.contract()
    page = f"/contracts/{contract_id}"
    browser = _browser(world, world.rep)
    for fields in (
        {"text": "甲", "file": (io.BytesIO(b"x"), "a.txt")},
        {"file": (io.BytesIO(b"\x00\x01"), "a.docx")},
    ):
        shown = assert_page(browser.submit(f"{page}/versions", fields, form_of=page), status=422)
        assert "There is 1 problem" in shown
    refused = assert_page(
        _browser(world, world.legal).submit(f"{page}/steps", {"step": "start_signing"}, form_of=page),
        status=422,
    )
    assert "Requested" in refused


def test_a_version_is_downloaded_as_the_file_that_was_put_in(world: World) -> None:
    contract_id, _ = world.in_review()
    found = _browser(world, world.rep).get(f"/contracts/{contract_id}/versions/1/file")
    assert found.data.decode() == "第一条 标的。"
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_finance_books_a_receipt_once_and_the_page_says_why_not_twice(world: World) -> None:
    page = f"/contracts/receivables/{world.receivable(due_in=-75)}"
    browser = _browser(world, world.finance)
    assert "it holds the incentive of who collects it: 李薇" in assert_page(browser.get(page))
    fields = {"amount": "40,000.00", "received_on": world.today.isoformat(), "reference": "工行-0001"}
    assert browser.submit(f"{page}/receipts", fields, form_of=page).status_code == 303
    again = assert_page(browser.submit(f"{page}/receipts", fields, form_of=page), status=422)
    assert "Booked already" in again
    assert "60,000.00" in again
    rest = {**fields, "amount": "60,000.00", "reference": "工行-0002"}
    assert browser.submit(f"{page}/receipts", rest, form_of=page).status_code == 303
    paid = assert_page(browser.get(page))
    assert "Paid" in paid
    assert "holds the incentive" not in paid
    assert "Record a receipt" not in paid


def test_finance_hands_a_receivable_over_by_employee_number(world: World) -> None:
    page = f"/contracts/receivables/{world.receivable(due_in=-75)}"
    browser = _browser(world, world.finance)
    for number, said in (
        ("nobody", "Nobody on the roster"),
        (world.rep_person.employee_no, "Choose somebody else"),
    ):
        shown = assert_page(
            browser.submit(f"{page}/handovers", {"employee_no": number}, form_of=page), status=422
        )
        assert said in shown
    fields = {"employee_no": world.other_person.employee_no, "reason": "区域调整"}
    assert browser.submit(f"{page}/handovers", fields, form_of=page).status_code == 303
    assert "区域调整" in assert_page(browser.get(page))


def test_finance_registers_an_invoice_of_a_contract(world: World) -> None:
    number = world.get_contract(world.contract()).number
    browser = _browser(world, world.finance)
    fields = {"contract_number": "HT-0", "invoice_no": "FP-1", "amount": "500", "due_on": "2026-10-01"}
    refused = assert_page(browser.submit("/contracts/receivables/new", fields), status=422)
    assert "There is no contract with this number" in refused
    made = browser.submit("/contracts/receivables/new", {**fields, "contract_number": number})
    assert made.status_code == 303
    assert world.get_receivable(UUID(made.headers["Location"].rsplit("/", 1)[1])).amount_minor == 50_000


@pytest.mark.parametrize(
    ("by", "first", "cells"),
    [
        ("owner", "Owner", ["李薇", "CNY", 0, 0, 0, 100000, 0, 0, 100000, 1]),
        (
            "customer",
            "Customer",
            ["Shanghai First People's Hospital", "CNY", 0, 0, 0, 100000, 0, 0, 100000, 1],
        ),
        ("invoice", "Invoice", ["FP-1", "Shanghai First People's Hospital", "李薇"]),
    ],
)
def test_the_downloads_hold_what_the_page_shows(
    world: World, by: str, first: str, cells: list[object]
) -> None:
    world.receivable(due_in=-75, invoice_no="FP-1")
    browser = _browser(world, world.finance)
    text = browser.get(f"/contracts/receivables.csv?by={by}").data.decode("utf-8-sig")
    assert text.splitlines()[0].startswith(first)
    assert len(text.splitlines()) == 2
    sheet = openpyxl.load_workbook(
        io.BytesIO(browser.get(f"/contracts/receivables.xlsx?by={by}").data)
    ).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == first
    assert list(rows[1])[: len(cells)] == cells


def test_an_invoice_number_that_is_a_formula_is_inert_in_the_download(world: World) -> None:
    world.receivable(invoice_no="=1+1")
    text = (
        _browser(world, world.finance).get("/contracts/receivables.csv?by=invoice").data.decode("utf-8-sig")
    )
    assert "'=1+1" in text


Act = Callable[[World, dict[str, UUID]], tuple[Principal, str]]


@pytest.mark.parametrize(
    "act",
    [
        lambda world, ids: (world.other, f"/contracts/{ids['held']}"),
        lambda world, ids: (world.other, f"/contracts/{ids['held']}/versions/1/file"),
        lambda world, ids: (world.other, f"/contracts/receivables/{ids['receivable']}"),
        lambda world, ids: (world.finance, f"/contracts/reviews/{ids['legal_step']}"),
        lambda world, ids: (world.legal, f"/contracts/{UUID(int=1)}"),
    ],
)
def test_what_one_may_not_see_is_not_found(world: World, act: Act) -> None:
    ids = _fill(world)
    small, _ = world.in_review()
    principal, path = act(world, {**ids, "legal_step": world.step(small).id})
    assert_page(_browser(world, principal).get(path), status=404)


def test_lists_totals_and_downloads_hold_only_what_one_may_see(world: World) -> None:
    _fill(world)
    browser = _browser(world, world.other)
    assert "人工关节" not in assert_page(browser.get("/contracts/?search=关节"))
    for by in ("owner", "customer", "invoice"):
        page = assert_page(browser.get(f"/contracts/receivables?by={by}"))
        assert "INV" not in page
        assert "0 invoices" in page
        assert len(browser.get(f"/contracts/receivables.csv?by={by}").data.decode().splitlines()) == 1
    team = assert_page(_browser(world, world.manager).get("/contracts/?search=关节"))
    assert team.count("人工关节") == 4
