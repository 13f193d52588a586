"""The product's promise, from evidence to the gated payout file, each step by the person whose it is."""

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import expect

from shared.core.zones import local_date
from shared.tabular import read_table
from tests.e2e.conftest import ROOT
from tests.e2e.person import Person

Visit = Callable[..., Person]
pytestmark = pytest.mark.browser


def _this_quarter() -> str:
    today = local_date(datetime.now(UTC))
    return f"{today.year}-Q{(today.month + 2) // 3}"


@contextmanager
def _database(folder: Path, service: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / f"{service}.db")
    try:
        yield connection
    finally:
        connection.close()


def _employee_no(folder: Path, name: str) -> str:
    with _database(folder, "eligibility") as database:
        return str(
            database.execute("SELECT employee_no FROM directory_person WHERE name = ?", (name,)).fetchone()[0]
        )


def questions(folder: Path) -> dict[str, dict[str, Any]]:
    """Return every question of the bank by its English text."""
    with _database(folder, "training") as database:
        found = [json.loads(row[0]) for row in database.execute("SELECT content FROM question_revision")]
    return {one["text"]["en"]: one for one in found}


def _upload(payroll: Person, name: str, content: bytes, period: str) -> None:
    payroll.go("/eligibility/payouts/new")
    payroll.page.locator("#field-file").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    payroll.page.locator("#field-period").fill(period)
    payroll.press("Check and decide")


def _file(folder: Path, amount: int, *names: str) -> bytes:
    rows = [f"{_employee_no(folder, name)},{name},{amount}.00" for name in names]
    return ("工号,姓名,金额\r\n" + "\r\n".join(rows) + "\r\n").encode("gb18030")


def test_a_rep_is_held_by_an_overdue_course_completes_it_and_is_eligible_on_the_next_page(
    visit: Visit, data_folder: Path, tmp_path: Path
) -> None:
    rep = visit("rep")
    expect(rep.page.get_by_role("link", name="My standing").first).to_be_visible()
    rep.go("/eligibility/me")
    assert "Held" in rep.status()
    assert "12 days" in rep.status()
    rep.check_page("my-standing-held")
    chinese = visit("rep", locale="zh", width=360)
    chinese.go("/eligibility/me")
    assert "反商业贿赂年度培训" in chinese.status()
    assert "暂缓" in chinese.status()
    chinese.check_page("my-standing-held")
    rep.follow("Mend it now")
    rep.check_page("assignment")
    rep.press("Begin")
    read_and_answer(rep, questions(data_folder))
    rep.go("/eligibility/me")
    assert "In good standing" in rep.status()
    rep.check_page("my-standing-eligible")
    _download_certificate(rep, tmp_path)


def read_and_answer(rep: Person, questions: dict[str, dict[str, Any]]) -> None:
    for _ in range(20):
        if rep.page.get_by_role("button", name="Begin", exact=True).count():
            break
        rep.page.locator("main form.actions button").first.click()
        rep.page.wait_for_load_state()
    rep.check_page("assessment")
    rep.press("Begin")
    rep.check_page("question")
    for _ in range(30):
        if not rep.page.locator(".question-text").count():
            break
        _answer(rep, questions[rep.page.locator(".question-text").first.inner_text().strip()])
        here = rep.page.url
        rep.press("Save and go on")
        # Until the next page is there, the one before would be asked whether it has a question.
        rep.page.wait_for_url(lambda url, here=here: url != here)
    rep.check_page("review")
    rep.press("Hand in")


def _answer(rep: Person, question: dict[str, Any]) -> None:
    options = [one["en"] for one in question["options"]]
    match question["kind"]:
        case "numeric":
            rep.page.locator("#answer-typed").fill(question["value"])
        case "short_text":
            rep.page.locator("#answer-typed").fill(question["accepted"][0])
        case "ordering":
            for place, text in enumerate(options, start=1):
                rep.page.get_by_label(f"Place of: {text}", exact=True).select_option(str(place))
        case "true_false":
            rep.page.get_by_label(("True", "False")[question["right"][0]], exact=True).check()
        case _:
            for index in question["right"]:
                rep.page.get_by_label(options[index], exact=True).check()


def _download_certificate(rep: Person, tmp_path: Path) -> None:
    rep.go("/training/my")
    rep.check_page("my-training")
    rep.go("/training/certificates")
    rep.page.locator("main a[href^='/training/certificates/']:not([href$='.pdf'])").first.click()
    rep.page.wait_for_load_state()
    rep.check_page("certificate")
    url = rep.page.locator("main a[href$='.pdf']").first.get_attribute("href")
    assert url
    first, second = rep.context.request.get(url), rep.context.request.get(url)
    assert first.headers["content-type"] == "application/pdf"
    assert first.body() == second.body(), "a certificate is frozen as issued"
    (tmp_path / "certificate.pdf").write_bytes(first.body())
    assert first.body().startswith(b"%PDF-")
    verify = rep.page.locator("main a[href*='/training/verify/']").first.get_attribute("href")
    assert verify
    rep.page.goto(verify)
    rep.check_page("verify")


def test_payroll_sees_that_a_rep_in_a_case_is_held_and_nothing_of_the_case(
    visit: Visit, data_folder: Path
) -> None:
    payroll = visit("payroll")
    _upload(payroll, "before.csv", _file(data_folder, 5000, "王磊"), _this_quarter())
    expect(payroll.page.locator("main table").last).to_contain_text("Eligible")
    payroll.check_page("payout-run")
    title = "Free consumables at a hospital"
    officer = visit("compliance")
    _open_case_and_propose_hold(officer, _employee_no(data_folder, "王磊"), title)
    second = visit("compliance2")
    second.go("/compliance/holds")
    second.check_page("holds")
    card = second.page.locator("main section, main article, main .card").filter(has_text=title).first
    card.get_by_role("button", name=re.compile("Approve")).first.click()
    second.page.locator("#confirm-dialog[open] [data-confirm-yes]").click()
    second.page.wait_for_load_state()
    _upload(payroll, "after.csv", _file(data_folder, 6000, "王磊"), _this_quarter())
    row = payroll.page.locator("main table tbody tr").filter(has_text="王磊").first
    expect(row).to_contain_text("Held")
    expect(row).to_contain_text("review", ignore_case=True)
    row.get_by_role("link").first.click()
    payroll.page.wait_for_load_state()
    payroll.check_page("payout-line")
    shown = payroll.page.content().lower()
    for secret in (title.lower(), "bribery", "conduct", "case", "贿赂", "hospital", "interim"):
        assert secret not in shown, f"payroll reads “{secret}”"
    rep = visit("rep2")
    rep.go("/eligibility/me")
    assert "Held" in rep.status()
    assert title not in rep.page.content()
    assert "bribery" not in rep.status().lower()


def _open_case_and_propose_hold(officer: Person, employee_no: str, title: str) -> None:
    page = officer.go("/compliance/cases")
    officer.check_page("case-board")
    officer.go("/compliance/cases/new")
    officer.check_page("case-new")
    today = local_date(datetime.now(UTC)).isoformat()
    page.locator("#field-title").fill(title)
    page.locator("#field-description").fill("A nurse reports boxes that nobody ordered.")
    page.locator("#field-subjects").fill(employee_no)
    page.locator("#field-category").select_option(index=1)
    page.locator("#field-region").select_option(index=1)
    page.locator("#field-reported_on").fill(today)
    page.locator("#field-officer").select_option(index=1)
    officer.press("Open the case")
    officer.check_page("case")
    officer.follow("Propose an interim hold")
    page.locator("#field-from_on").fill(today)
    page.locator("#field-reason").fill("Until the boxes are accounted for.")
    officer.press("Propose")
    assert "Until the boxes" in officer.status()


def test_payroll_uploads_gates_approves_with_a_second_person_and_exports(
    visit: Visit, tmp_path: Path
) -> None:
    payroll = visit("payroll")
    payroll.go("/eligibility/payouts")
    payroll.check_page("payouts")
    sample = payroll.context.request.get("/eligibility/payouts/sample.csv").body()
    _upload(payroll, "sample.csv", sample, "2026-Q3")
    payroll.check_page("payout-run-large")
    narrow = visit("payroll", locale="zh", width=360)
    narrow.go(payroll.page.url)
    narrow.check_page("payout-run-large")
    assert "可发放" in narrow.status()
    assert payroll.page.get_by_role("button", name="Approve").count() == 0, "the uploader must not approve"
    url = payroll.page.url.split("?")[0]
    given, gated = (
        read_table(sample, "s.csv"),
        read_table(payroll.context.request.get(f"{url}/file").body(), "g.csv"),
    )
    assert gated.headers[: len(given.headers)] == given.headers
    assert [row.cells[0] for row in gated.rows] == [row.cells[0] for row in given.rows]
    second = visit("payroll2")
    second.go(url)
    second.press("Approve")
    payroll.go(url)
    payroll.press("Export")
    assert "draft" not in payroll.status().lower()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("工号,姓名,金额\nNOBODY,某人,100\n", "2"),
        ("工号,金额\n", "lines|rows|empty"),
        ("工号,金额\nLX000001,-5\n", "2"),
        ("a,b\n1,2\n", "工号|employee"),
        ("%PDF-1.4 nothing", "PDF"),
    ],
)
def test_a_wrong_payout_file_is_answered_with_the_row_and_the_reason(
    visit: Visit, content: str, told: str
) -> None:
    payroll = visit("payroll")
    payroll.go("/eligibility/payouts")
    before = payroll.page.locator("main tbody tr").count()
    _upload(payroll, "wrong.csv", content.encode(), "2026-Q3")
    payroll.check_page("payout-wrong-file")
    assert re.search(told, payroll.status(), re.IGNORECASE)
    payroll.go("/eligibility/payouts")
    assert payroll.page.locator("main tbody tr").count() == before


def test_the_same_gate_from_a_terminal(base_url: str, data_folder: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "payout.csv", tmp_path / "gated.csv"
    source.write_bytes(_file(data_folder, 7000, "李薇", "赵敏"))
    done = subprocess.run(
        [sys.executable, "wsgi.py", "gate", source, "--period", _this_quarter(), "--out", target],
        cwd=ROOT, env={**os.environ, "DATA": str(data_folder)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(target.read_bytes().decode("gb18030"))))
    assert len(rows) == 3
    source.write_text("工号,金额\nNOBODY,1\n")
    refused = subprocess.run(
        [sys.executable, "wsgi.py", "gate", source, "--period", "2026-Q3"],
        cwd=ROOT, env={**os.environ, "DATA": str(data_folder)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "2" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_legal_approves_a_contract_in_effect_and_its_owner_is_no_longer_impeded(visit: Visit) -> None:
    legal = visit("legal")
    legal.go("/contracts/reviews")
    legal.check_page("reviews")
    legal.page.locator("main tbody tr").filter(has_text="Holds pay").first.get_by_role("link").first.click()
    legal.page.wait_for_load_state()
    legal.check_page("review")
    assert "holds the incentive" in legal.status()
    legal.press("Approve")
    assert "Holds pay" not in legal.page.locator("main tbody").first.inner_text() or legal.page.url.endswith(
        "/reviews"
    )


def test_finance_books_a_receipt_on_an_overdue_receivable_and_the_impediment_ends(
    visit: Visit, data_folder: Path
) -> None:
    with _database(data_folder, "eligibility") as database:
        reference, url = database.execute(
            "SELECT reference, cure_url FROM impediment WHERE kind = 'receivable_overdue' AND known_to IS NULL"
            " AND valid_until IS NULL AND valid_from < datetime('now') ORDER BY reference"
        ).fetchone()
    with _database(data_folder, "contracts") as database:
        (owed,) = database.execute(
            "SELECT amount_minor - paid_minor FROM receivable WHERE id = ?", (UUID(url.split("/")[-1]).hex,)
        ).fetchone()
    finance = visit("finance")
    finance.go("/contracts/receivables")
    finance.check_page("receivables")
    finance.go(url)
    finance.check_page("receivable")
    assert "holds the incentive" in finance.status()
    finance.page.locator("#field-amount").fill(f"{owed / 100:.2f}")
    finance.page.locator("#field-received_on").fill(local_date(datetime.now(UTC)).isoformat())
    finance.page.locator("#field-reference").fill("BANK-2026-0001")
    finance.press("Record")
    assert "holds the incentive" not in finance.status()
    with _database(data_folder, "eligibility") as database:
        open_ended = database.execute(
            "SELECT count(*) FROM impediment WHERE reference = ? AND known_to IS NULL AND valid_until IS NULL",
            (reference,),
        ).fetchone()[0]
    assert open_ended == 0


def test_hr_sees_what_a_roster_would_change_before_it_does(visit: Visit, data_folder: Path) -> None:
    hr = visit("hr")
    hr.go("/people/roster/imports/new")
    hr.check_page("roster-import-new")
    sample = hr.context.request.get("/people/roster/imports/sample-zh.csv").body()
    hr.page.locator("#field-file").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": sample}
    )
    hr.press("Upload and preview")
    hr.check_page("roster-import-preview")
    bad = sample.splitlines()[0] + b"\r\n" + b",,,,\r\nX1,,,,\r\n"
    hr.go("/people/roster/imports/new")
    hr.page.locator("#field-file").set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": bad})
    hr.press("Upload and preview")
    assert "cannot be applied" in hr.status()
    hr.check_page("roster-import-problems")


def test_an_auditor_exports_a_log_and_the_verifier_names_a_changed_byte(visit: Visit, tmp_path: Path) -> None:
    auditor = visit("auditor")
    auditor.go("/compliance/log")
    auditor.check_page("audit-room")
    export = tmp_path / "log.zip"
    with auditor.page.expect_download() as download:
        auditor.press("Export")
    download.value.save_as(export)
    intact = _verify(export)
    assert intact.returncode == 0, intact.stdout
    tampered = tmp_path / "tampered.zip"
    event_id = _change_one_byte(export, tampered)
    told = _verify(tampered)
    assert told.returncode == 1
    assert event_id in told.stdout


def _verify(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", ROOT / "shared/eventlog/verify.py", path],
        capture_output=True,
        text=True,
        timeout=120,
    )


def _change_one_byte(source: Path, target: Path) -> str:
    """Flip one letter inside the data of the third event; return the event's id."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "events.jsonl":
                lines = content.split(b"\n")
                event = json.loads(lines[3])
                spot = lines[3].index(b'"data"') + 12
                changed = b"b" if lines[3][spot : spot + 1] != b"b" else b"c"
                lines[3] = lines[3][:spot] + changed + lines[3][spot + 1 :]
                content = b"\n".join(lines)
            new.writestr(name, content)
    return str(event["id"])
