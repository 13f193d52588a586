"""The import as HR goes through it, and what happens to files that are none."""

import io
import re
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.people.imports.models import RosterImport
from services.people.roster.models import Person
from shared.core.principals import Role
from tests.harness import Browser, Harness, assert_page
from tests.services.people.conftest import Company

HEAD = "工号,姓名,入职日期,岗位,大区,上级工号\r\n"
GOOD = HEAD + "E004,李薇,2024-03-01,销售主管,华东,E002\r\nE007,古丽,2026-09-01,销售代表,西北,E001\r\n"


@pytest.fixture
def hr(suite: Harness) -> Browser:
    """A browser of HR."""
    return suite.client(Role.HR)


def upload(browser: Browser, data: bytes | str, name: str = "名单.csv", **fields: Any) -> TestResponse:
    content = data.encode() if isinstance(data, str) else data
    return browser.submit("/people/roster/imports/new", {"file": (io.BytesIO(content), name), **fields})


def count(suite: Harness, table: type) -> int:
    with suite.read("people") as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def apply(browser: Browser, page: str) -> TestResponse:
    digest = re.search(
        r'name="roster_digest" value="([0-9a-f]{64})"', browser.get(page).get_data(as_text=True)
    )
    assert digest
    return browser.submit(f"{page}/apply", {"roster_digest": digest[1]}, form_of=page)


def test_hr_uploads_looks_and_applies_in_three_clicks(suite: Harness, company: Company, hr: Browser) -> None:
    assert_page(hr.get("/people/roster/imports/new"), title="Import a roster")
    answer = upload(hr, GOOD)
    assert answer.status_code == 303
    text = assert_page(hr.get(answer.location))
    assert "Sales representative</del>" in text
    assert "Sales supervisor</ins>" in text
    assert "古丽" in text
    assert count(suite, Person) == 6  # Nothing has happened yet.
    assert apply(hr, answer.location).status_code == 303
    done = assert_page(hr.get(answer.location))
    assert "Applied: 2 people" in done
    assert count(suite, Person) == 7
    assert "applied" in assert_page(hr.get("/people/roster/imports/"))


def test_bad_rows_are_listed_with_number_column_and_reason_and_there_is_nothing_to_apply(
    suite: Harness, company: Company, hr: Browser
) -> None:
    answer = upload(hr, HEAD + "E007,古丽,2026-09-01,CEO,西北,E001\r\n,无名,2026-09-01,销售代表,华东,\r\n")
    text = assert_page(hr.get(answer.location))
    assert "“CEO” is not a position" in text
    assert re.search(r'<th scope="row" class="num">2</th><td>Position</td>', text)
    assert re.search(r'<th scope="row" class="num">3</th><td>Employee number</td>', text)
    assert "roster_digest" not in text
    posted = hr.submit(f"{answer.location}/apply", {"roster_digest": "0" * 64}, form_of=answer.location)
    assert posted.status_code == 303
    assert count(suite, Person) == 6


def test_the_whole_preview_can_be_downloaded(suite: Harness, company: Company, hr: Browser) -> None:
    page = upload(
        hr, HEAD + "E004,=李薇,2024-03-01,销售代表,华东,E002\r\nE005,王雷,2024-03-01,销售代表,华东,E002\r\n"
    ).location
    text = hr.get(f"{page}/preview.csv").data.decode("utf-8-sig")
    assert "2,problem" in text
    assert "3,changed,E005,王雷,Name,王磊,王雷" in text
    assert hr.get(f"{page}/preview.xlsx").data[:2] == b"PK"


def test_a_column_that_nobody_understands_is_named(suite: Harness, company: Company, hr: Browser) -> None:
    page = upload(
        hr, "工号,姓名,入职日期,岗位,大区,离职日\r\nE004,李薇,2024-03-01,销售代表,华东,\r\n"
    ).location
    assert "离职日" in assert_page(hr.get(page))


def test_a_whole_roster_shows_whom_it_would_end_and_why_it_is_stopped(
    suite: Harness, company: Company, hr: Browser
) -> None:
    page = upload(hr, GOOD, whole_roster="1").location
    text = assert_page(hr.get(page))
    assert "The file leaves out 5 of 6 people" in text
    assert "left out" in text
    assert "roster_digest" not in text


def test_after_somebody_else_changed_the_roster_one_looks_again(
    suite: Harness, company: Company, hr: Browser
) -> None:
    first, second = upload(hr, GOOD).location, upload(hr, GOOD).location
    text = hr.get(second).get_data(as_text=True)
    digest = re.search(r'name="roster_digest" value="([0-9a-f]{64})"', text)
    assert digest
    apply(hr, first)
    answer = hr.submit(f"{second}/apply", {"roster_digest": digest[1]}, form_of=second)
    assert answer.location == second
    text = assert_page(hr.get(second))
    assert "The roster has changed since this preview" in text
    assert "Nothing would change" in text


def test_a_file_applied_by_a_colleague_meanwhile_says_so(
    suite: Harness, company: Company, hr: Browser
) -> None:
    page = upload(hr, GOOD).location
    colleague = suite.client(Role.HR)
    apply(colleague, page)
    assert colleague.get(page).status_code == 200
    answer = hr.submit(f"{page}/apply", {"roster_digest": "0" * 64}, form_of="/people/roster/imports/new")
    assert answer.status_code == 303
    assert "applied" in assert_page(hr.get(page))
    assert len(suite.events("people", "people.roster.imported.v1")) == 1


def test_discarding_changes_nothing(suite: Harness, company: Company, hr: Browser) -> None:
    page = upload(hr, GOOD).location
    assert hr.submit(f"{page}/discard", {}, form_of=page).location == "/people/roster/imports/"
    assert "discarded" in assert_page(hr.get(page))
    assert count(suite, Person) == 6


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_sample_file_can_be_uploaded_as_it_is(suite: Harness, hr: Browser, locale: str) -> None:
    sample = hr.get(f"/people/roster/imports/sample-{locale}.csv").data
    page = upload(hr, sample).location
    apply(hr, page)
    assert count(suite, Person) == 2
    assert hr.get("/people/roster/imports/sample-fr.csv").status_code == 404


def book(*rows: list[Any]) -> bytes:
    made = Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        (b"", 422, "empty"),
        (b"%PDF-1.7 and so on", 422, "PDF"),
        (bytes(range(256)) * 9, 422, "neither XLSX nor CSV"),
        (bomb(), 413, "unpacks"),
        (HEAD.encode(), 422, "no rows"),
        ("金额,期间\r\n1,2\r\n".encode(), 422, "is missing"),
        ("工号,姓名,姓名,入职日期,岗位\r\nE1,a,b,2024-03-01,rep\r\n".encode(), 422, "twice"),
        ((HEAD + "E1,李薇,2024-03-01,销售代表,华东,,more\r\n").encode(), 422, "Row 2"),
        ((HEAD + f"E1,{'李' * 5000},2024-03-01,销售代表,华东,\r\n").encode(), 413, "Row 2"),
    ],
)
def test_what_is_not_a_roster_is_refused_beside_the_field_and_changes_nothing(
    suite: Harness, hr: Browser, data: bytes, status: int, says: str
) -> None:
    text = assert_page(upload(hr, data), status=status)
    assert 'id="field-file-error"' in text
    assert says in text
    assert (count(suite, Person), count(suite, RosterImport)) == (0, 0)
    assert suite.events("people") == []


def test_no_file_at_all_is_said_so(suite: Harness, hr: Browser) -> None:
    assert "Choose a file" in assert_page(hr.submit("/people/roster/imports/new", {}), status=422)


def test_formulas_are_named_by_their_row_and_never_reach_the_roster(suite: Harness, hr: Browser) -> None:
    rows = [["工号", "姓名", "入职日期", "岗位", "大区"], ["E1", "=1+1", "2024-03-01", "销售代表", "华东"]]
    page = upload(hr, book(*rows), "名单.xlsx").location
    assert "“Name” is empty" in assert_page(
        hr.get(page)
    )  # Its result is not in the file; it is not computed.
    page = upload(hr, HEAD + "E1,@SUM(A1),2024-03-01,销售代表,华东,\r\n").location
    assert "begins like a formula" in assert_page(hr.get(page))


def test_nobody_but_hr_and_administrators_imports(suite: Harness) -> None:
    for role in set(Role) - {Role.HR, Role.ADMINISTRATOR, Role.SYSTEM}:
        assert suite.client(role).get("/people/roster/imports/new").status_code == 403, role
        assert suite.api(role).post("/people/v1/roster-imports").status_code == 403, role


def test_a_program_uploads_looks_and_applies(suite: Harness, company: Company) -> None:
    api = suite.api(Role.HR)
    made = api.post("/people/v1/roster-imports", data={"file": (io.BytesIO(GOOD.encode()), "roster.csv")})
    assert made.status_code == 201
    preview = made.json["preview"]
    assert (preview["added"], preview["changed"], preview["ended"], preview["unchanged"]) == (1, 1, 0, 0)
    assert preview["steps"][0]["changes"][0]["field"] == "position"
    assert api.get(made.headers["Location"]).json == made.json
    apply_url = f"{made.headers['Location']}/apply"
    stale = api.post(apply_url, json={"roster_digest": "0" * 64})
    assert (stale.status_code, stale.json["type"].rsplit("/", 1)[1]) == (409, "conflict")
    done = api.post(apply_url, json={"roster_digest": preview["roster_digest"]})
    assert (done.status_code, done.json["status"], done.json["added"]) == (200, "applied", 1)
    again = api.post(apply_url, json={"roster_digest": preview["roster_digest"]})
    assert (again.status_code, again.json["type"].rsplit("/", 1)[1]) == (409, "illegal-transition")


def test_a_program_that_applies_bad_rows_is_refused(suite: Harness) -> None:
    api = suite.api(Role.HR)
    bad = HEAD + "E1,李薇,soon,销售代表,华东,\r\n"
    made = api.post("/people/v1/roster-imports", data={"file": (io.BytesIO(bad.encode()), "roster.csv")})
    preview = made.json["preview"]
    assert [(one["row"], one["field"]) for one in preview["problems"]] == [(2, "hired_on")]
    apply_url = f"{made.headers['Location']}/apply"
    answer = api.post(apply_url, json={"roster_digest": preview["roster_digest"]})
    assert answer.status_code == 422
    assert count(suite, Person) == 0


def test_the_same_upload_sent_twice_with_a_key_is_one_file(suite: Harness) -> None:
    api, key = suite.api(Role.HR), {"Idempotency-Key": "one"}
    body, kind = multipart(GOOD)
    answers = [
        api.post("/people/v1/roster-imports", data=body, content_type=kind, headers=key) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert count(suite, RosterImport) == 1


def multipart(text: str) -> tuple[bytes, str]:
    """One body, so that it is the same when it is sent again."""
    body = (
        '--b\r\nContent-Disposition: form-data; name="file"; filename="roster.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{text}\r\n--b--\r\n"
    )
    return body.encode(), "multipart/form-data; boundary=b"
