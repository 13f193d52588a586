"""The people log accounts for every row after ordinary work, and names a row that was changed behind its back."""

import io
import re
from pathlib import Path

from sqlalchemy import text

from services.people.app import SERVICE
from shared.core.principals import Role
from shared.eventlog import export_log, load_or_create_key
from shared.eventlog.verify import Report, verify
from tests.harness import Harness
from tests.services.people.conftest import Company, open_for

ROSTER = (
    "工号,姓名,入职日期,岗位,大区,上级工号,最后工作日\r\n"
    "E004,李薇,2024-03-01,销售主管,华东,E002,\r\n"
    "E005,王磊,2024-03-01,销售代表,华东,E002,2026-09-18\r\n"
    "E007,古丽,2026-09-01,销售代表,西北,E001,\r\n"
)


def examine(suite: Harness, folder: Path) -> Report:
    key = load_or_create_key(suite.settings.key_dir, "people")
    target = folder / "people.zip"
    export_log(
        suite.suite.databases["people"], target, service="people", audited_models=SERVICE.audited, key=key
    )
    return verify(str(target), str(key.verifier_key))


def work(suite: Harness) -> None:
    """Import a file, discard another, open an account, change, reset, disable it, sign in, fail to."""
    hr, admin = suite.client(Role.HR), suite.client(Role.ADMINISTRATOR)
    pages = [
        hr.submit("/people/roster/imports/new", {"file": (io.BytesIO(ROSTER.encode()), "名单.csv")}).location
        for _ in range(2)
    ]
    hr.submit(f"{pages[1]}/discard", {}, form_of=pages[1])
    digest = re.search(r'name="roster_digest" value="(\w+)"', hr.get(pages[0]).get_data(as_text=True))
    assert digest
    hr.submit(f"{pages[0]}/apply", {"roster_digest": digest[1]}, form_of=pages[0])
    account = open_for(suite, "liwei")
    page = f"/people/accounts/{account}"
    for password in ("wrong and wrong", "correct horse battery"):
        suite.client().submit("/people/sign-in", {"username": "liwei", "password": password, "next": ""})
    admin.submit(f"{page}/roles", {"role_manager": "1"}, form_of=page)
    admin.submit(f"{page}/password", {}, form_of=page)
    admin.submit(f"{page}/disable", {}, form_of=page)


def test_after_a_days_work_integrity_and_completeness_hold(
    suite: Harness, company: Company, tmp_path: Path
) -> None:
    work(suite)
    assert len(suite.events("people")) >= 15
    assert examine(suite, tmp_path).show() == 0


def test_a_role_given_behind_the_logs_back_is_found(suite: Harness, company: Company, tmp_path: Path) -> None:
    account = open_for(suite, "liwei", Role.REP)
    with suite.write("people") as uow:
        uow.session.execute(text("UPDATE account SET roles = '[\"administrator\"]'"))
    report = examine(suite, tmp_path)
    assert report.show() == 1
    assert any(str(account) in str(line) for line in (*report.integrity, *report.completeness))
